// swift-tools-version: 6.0
// A stand-in for SwiftUI where there is none: screens are type-checked against it, nothing is drawn. It proves only what it
// declares.
import PackageDescription

let package = Package(
    name: "standin",
    products: [.library(name: "SwiftUI", targets: ["SwiftUI"])],
    targets: [.target(name: "SwiftUI", swiftSettings: [.swiftLanguageMode(.v6)])]
)
