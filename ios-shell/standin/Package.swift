// swift-tools-version: 6.0
// Stand-ins for the iPhone's frameworks where there are none: screens and app are type-checked against them, nothing is done.
// They prove only what they declare.
import PackageDescription

/// Each framework, with those that it is made of.
let frameworks: [String: [String]] = [
    "SwiftUI": ["UIKit"], "UIKit": [], "Security": [], "UserNotifications": [], "BackgroundTasks": [],
    "AVFoundation": [], "CoreLocation": [], "LocalAuthentication": [], "Network": [], "Vision": [],
    "VisionKit": ["UIKit", "Vision"], "Photos": [], "UniformTypeIdentifiers": [],
]

let package = Package(
    name: "standin",
    products: frameworks.keys.sorted().map { .library(name: $0, targets: [$0]) },
    targets: frameworks.sorted { $0.key < $1.key }.map { name, parts in
        .target(
            name: name, dependencies: parts.map { .byName(name: $0) }, swiftSettings: [.swiftLanguageMode(.v6)])
    }
)
