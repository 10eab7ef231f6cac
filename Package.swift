// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "pooltop",
    products: [
        .library(name: "WorkerPool", targets: ["WorkerPool", "Monitoring"]),
        .library(name: "CommandRunner", targets: ["CommandRunner"]),
        .library(name: "Control", targets: ["Control", "Monitoring"]),
        .library(name: "JobQueue", targets: ["JobQueue", "WorkerPool", "Monitoring"]),
        .library(name: "SQLiteJobStore", targets: ["SQLiteJobStore", "JobQueue", "Monitoring"]),
        .library(name: "JobStoreTesting", targets: ["JobStoreTesting", "JobQueue", "Monitoring"]),
        .library(name: "Dashboard", targets: ["Dashboard", "CursesTerminal", "TerminalUI", "Monitoring"]),
        .executable(name: "pooltop", targets: ["pooltop"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.1.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.5.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.20.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.24.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.29.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
    ],
    targets: [
        .target(name: "Monitoring"),
        .target(name: "CProcessor"),
        .target(
            name: "WorkerPool",
            dependencies: [
                "Monitoring", "CProcessor",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(name: "CPlatform"),
        .target(name: "CommandRunner", dependencies: ["WorkerPool", "Monitoring", "CPlatform"]),
        .target(
            name: "Control",
            dependencies: [
                "Monitoring",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .target(
            name: "JobQueue",
            dependencies: [
                "WorkerPool", "Monitoring",
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(name: "CSQLiteSettings"),
        .target(
            name: "SQLiteJobStore",
            dependencies: [
                "JobQueue", "Monitoring", "CSQLiteSettings",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .target(name: "JobStoreTesting", dependencies: ["JobQueue", "WorkerPool", "Monitoring"]),
        .target(name: "TerminalUI"),
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncursesw5-dev"])]),
        .target(name: "CursesTerminal", dependencies: ["TerminalUI", "CNcurses", "CPlatform"]),
        .target(name: "Dashboard", dependencies: ["Monitoring", "TerminalUI"]),
        .executableTarget(
            name: "pooltop",
            dependencies: [
                "Monitoring", "WorkerPool", "CommandRunner", "TerminalUI", "CursesTerminal", "Dashboard",
                "Control", "JobQueue", "SQLiteJobStore",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "embed", dependencies: ["WorkerPool", "Dashboard", "CursesTerminal"], path: "demo/embed"),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "WorkerPool", "Monitoring", "Dashboard", "TerminalUI", "CursesTerminal", "Control",
                "JobQueue",
                "SQLiteJobStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "Tests/Benchmarks", exclude: ["Baselines", "run"]),
        .testTarget(
            name: "WorkerPoolTests",
            dependencies: [
                "WorkerPool", "Monitoring",
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "JobQueue", "WorkerPool", "Monitoring",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "CrashWorker", dependencies: ["SQLiteJobStore", "JobQueue", "WorkerPool", "Monitoring"],
            path: "Tests/CrashWorker"),
        .testTarget(
            name: "CrashMatrixTests",
            dependencies: ["CrashWorker", "SQLiteJobStore", "JobQueue", "WorkerPool", "Monitoring"]),
        .testTarget(
            name: "SQLiteJobStoreTests",
            dependencies: [
                "SQLiteJobStore", "JobQueue", "JobStoreTesting", "Monitoring",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "JobQueueTests",
            dependencies: [
                "JobQueue", "JobStoreTesting", "WorkerPool", "Monitoring",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "CommandRunnerTests", dependencies: ["CommandRunner", "WorkerPool", "Monitoring"]),
        .testTarget(name: "TerminalUITests", dependencies: ["TerminalUI"]),
        .executableTarget(
            name: "TerminalProbe", dependencies: ["TerminalUI", "CursesTerminal"], path: "Tests/TerminalProbe"
        ),
        .testTarget(
            name: "CursesTerminalTests",
            dependencies: ["TerminalUI", "CursesTerminal", "CNcurses", "TerminalProbe"]),
        .testTarget(
            name: "DashboardTests", dependencies: ["Dashboard", "Monitoring", "TerminalUI"],
            exclude: ["Goldens"]),
        .testTarget(
            name: "ControlTests",
            dependencies: [
                "Control", "Monitoring",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .testTarget(
            name: "PooltopTests",
            dependencies: ["pooltop", "CommandRunner", "Control", "JobQueue", "Monitoring"]),
    ],
    swiftLanguageModes: [.v6]
)

// One place for the settings of every target.
let warnings: WarningLevel = Context.environment["WARNINGS_AS_ERRORS"] == nil ? .warning : .error
for target in package.targets where target.type != .system {
    if ["CPlatform", "CProcessor", "CSQLiteSettings"].contains(target.name) {
        target.cSettings = [.enableWarning("all"), .treatAllWarnings(as: warnings)]
        continue
    }
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: warnings),
    ]
}
