// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every target of ours.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  // Warnings stop the build, in our targets only.
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0480-swiftpm-warning-control.md
  .treatAllWarnings(as: .error),
  // `any P` is always spelled out.
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
  .enableUpcomingFeature("ExistentialAny"),
  // An import is seen by its file's module alone unless it says otherwise.
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
  .enableUpcomingFeature("InternalImportsByDefault"),
  // A member needs an import of the module that declares it.
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
  .enableUpcomingFeature("MemberImportVisibility"),
  // An async function runs where its caller runs.
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
  name: "flexsh",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "flexsh", targets: ["flexsh"])],
  dependencies: [
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    // Without its trait, so that Foundation stays out.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .target(name: "FlexAPI", swiftSettings: settings),
    .target(
      name: "FlexScript", dependencies: ["FlexAPI"], exclude: ["FlexScript.docc"],
      swiftSettings: settings),
    .target(
      name: "FlexRuntime",
      dependencies: [
        "FlexScript", "FlexAPI",
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: settings),
    .target(
      name: "FlexClient",
      dependencies: [
        "FlexAPI",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: settings),
    .target(
      name: "FlexSimulator",
      dependencies: [
        "FlexAPI",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .systemLibrary(
      name: "CLibEdit", pkgConfig: "libedit",
      providers: [.apt(["libedit-dev"]), .yum(["libedit-devel"])]),
    // System calls that the C modules of Swift leave out.
    .target(name: "CPlatform"),
    .target(
      name: "FlexStorage",
      dependencies: [
        "FlexRuntime", "FlexScript", "FlexAPI", "CPlatform",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
    .target(
      name: "FlexConsole",
      dependencies: [
        "FlexRuntime", "FlexScript", "FlexAPI", "CLibEdit",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
    .target(
      name: "FlexCommands",
      dependencies: [
        "FlexAPI", "FlexScript", "FlexRuntime", "FlexClient", "FlexSimulator", "FlexStorage",
        "FlexConsole",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
    .target(
      name: "FlexLanguageServer",
      dependencies: [
        "FlexAPI", "FlexScript", "FlexStorage",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "flexsh",
      dependencies: [
        "CPlatform", "FlexCommands", "FlexConsole", "FlexLanguageServer", "FlexScript",
        "FlexSimulator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),

    .target(
      name: "FlexTestSupport",
      dependencies: [
        "FlexAPI", "FlexScript", "FlexRuntime", "FlexClient", "FlexSimulator", "FlexConsole",
        "FlexStorage", "FlexCommands",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      path: "Tests/FlexTestSupport", swiftSettings: settings),
    .testTarget(
      name: "FlexAPITests", dependencies: ["FlexAPI", "FlexTestSupport"], exclude: ["Facts"],
      swiftSettings: settings),
    .testTarget(
      name: "FlexScriptTests", dependencies: ["FlexScript", "FlexAPI", "FlexTestSupport"],
      exclude: ["Goldens"], swiftSettings: settings),
    .testTarget(
      name: "FlexRuntimeTests",
      dependencies: [
        "FlexRuntime", "FlexScript", "FlexAPI", "FlexConsole", "FlexSimulator", "FlexTestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "FlexClientTests",
      dependencies: [
        "FlexClient", "FlexAPI", "FlexSimulator", "FlexTestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "FlexSimulatorTests",
      dependencies: ["FlexSimulator", "FlexAPI", "FlexClient", "FlexTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "FlexStorageTests",
      dependencies: [
        "FlexStorage", "FlexRuntime", "FlexScript", "FlexAPI", "FlexTestSupport", "CPlatform",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "FlexConsoleTests",
      dependencies: [
        "FlexConsole", "FlexRuntime", "FlexScript", "FlexAPI", "FlexSimulator", "FlexTestSupport",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      exclude: ["Transcripts"], swiftSettings: settings),
    .testTarget(
      name: "FlexCommandsTests",
      dependencies: [
        "FlexCommands", "FlexAPI", "FlexClient", "FlexConsole", "FlexRuntime", "FlexScript",
        "FlexSimulator", "FlexStorage", "FlexTestSupport",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "FlexLanguageServerTests",
      dependencies: [
        "FlexLanguageServer", "FlexAPI", "FlexScript", "FlexStorage", "FlexTestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "FlexshTests",
      dependencies: [
        "flexsh", "CPlatform", "FlexCommands", "FlexScript", "FlexSimulator", "FlexTestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Editors", "twilio_library.py", "Windows"],
      swiftSettings: settings),
    .testTarget(
      name: "ArchitectureTests",
      dependencies: [
        "FlexAPI", "FlexScript", "FlexRuntime", "FlexSimulator", "FlexConsole", "FlexTestSupport",
      ],
      swiftSettings: settings),
  ]
)
