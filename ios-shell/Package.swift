// swift-tools-version: 6.0
// The iPhone's shell as a package. On a Mac, `ios-shell/prepare` puts the core under Generated/ first; elsewhere
// `ios-shell/test` lays all of it out under target/, and SwiftUI is a stand-in that only type-checks.
import Foundation
import PackageDescription

/// Whether the core is there as a framework for iPhones, made by ffi/build-apple.
let framework = "Generated/Qiaomen.xcframework"
let hasFramework = FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/\(framework)")

/// The core: a framework on a Mac, else a library for this machine in the folder that QIAOMEN_LIBRARY_DIR names.
let core: Target
if hasFramework {
    core = .binaryTarget(name: "qiaomenFFI", path: framework)
} else {
    let folder = Context.environment["QIAOMEN_LIBRARY_DIR"] ?? "\(Context.packageDirectory)/Generated/lib"
    core = .target(
        name: "qiaomenFFI",
        path: "Generated/ffi",
        linkerSettings: [
            .linkedLibrary("qiaomen"),
            .unsafeFlags(["-L\(folder)", "-Xlinker", "-rpath", "-Xlinker", folder]),
        ]
    )
}

#if os(Linux)
    let packages: [Package.Dependency] = [.package(path: "standin")]
    let screenParts: [Target.Dependency] = ["QiaomenKit", .product(name: "SwiftUI", package: "standin")]
    let frameworks = [
        "AVFoundation", "BackgroundTasks", "CoreLocation", "LocalAuthentication", "Network", "Photos", "Security",
        "SwiftUI", "UIKit", "UniformTypeIdentifiers", "UserNotifications", "Vision", "VisionKit",
    ]
#else
    let packages: [Package.Dependency] = []
    let screenParts: [Target.Dependency] = ["QiaomenKit"]
#endif

#if os(Linux)
    // Where the compiler is known, no warning is let pass.
    let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-warnings-as-errors"])]
#else
    let strict: [SwiftSetting] = [.swiftLanguageMode(.v6)]
#endif

#if os(Linux)
    // On a Mac the app is a target of Xcode's (App/project.yml); here it is type-checked.
    let here: [Target] = [
        .target(
            name: "QiaomenApp",
            dependencies: ["QiaomenKit", "QiaomenScreens", "QiaomenCore"]
                + frameworks.map { .product(name: $0, package: "standin") },
            path: "App/Sources",
            swiftSettings: strict
        ),
        // The app in a process that a test kills; an iPhone starts no processes.
        .executableTarget(
            name: "Killed", dependencies: ["QiaomenKit", "QiaomenCore"], path: "Tests/Killed", swiftSettings: strict),
    ]
    let killed: [Target.Dependency] = ["Killed"]
#else
    let here: [Target] = []
    let killed: [Target.Dependency] = []
#endif

let package = Package(
    name: "Qiaomen",
    defaultLocalization: "zh-Hans",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "QiaomenCore", targets: ["QiaomenCore"]),
        .library(name: "QiaomenKit", targets: ["QiaomenKit"]),
        .library(name: "QiaomenScreens", targets: ["QiaomenScreens"]),
    ],
    dependencies: packages,
    targets: [
        core,
        // Generated, and not written for the strict mode.
        .target(
            name: "QiaomenCore",
            dependencies: ["qiaomenFFI"],
            path: "Generated/swift",
            swiftSettings: [.swiftLanguageMode(.v5)]
        ),
        .target(
            name: "QiaomenKit",
            dependencies: ["QiaomenCore"],
            resources: [.copy("words")],
            swiftSettings: strict
        ),
        .target(name: "QiaomenScreens", dependencies: screenParts, swiftSettings: strict),
        .testTarget(
            name: "QiaomenKitTests",
            dependencies: ["QiaomenKit", "QiaomenCore"] + killed,
            resources: [.copy("scenarios")],
            swiftSettings: strict
        ),
        .testTarget(name: "QiaomenScreensTests", dependencies: ["QiaomenScreens"], swiftSettings: strict),
    ] + here
)
