// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that who depends on pooltop never fetches what only benchmarks need.
let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "pooltop", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                .product(name: "WorkerPool", package: "pooltop"),
                .product(name: "Dashboard", package: "pooltop"),
                .product(name: "Control", package: "pooltop"),
                .product(name: "JobQueue", package: "pooltop"),
                .product(name: "SQLiteJobStore", package: "pooltop"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")])
    ],
    swiftLanguageModes: [.v6]
)
