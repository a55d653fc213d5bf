import FlexTestSupport
import Testing

/// Rules of the project that a machine can see.
struct ArchitectureTests {
  private static let sources = ProjectFiles.list("Sources", suffix: ".swift")
  private static let tests = ProjectFiles.list("Tests", suffix: ".swift")

  /// Who may import whom; nobody else's module is ours.
  private static let imports: [String: Set<String>] = [
    "FlexAPI": [],
    "FlexScript": ["FlexAPI"],
    "FlexRuntime": ["FlexScript", "FlexAPI"],
    "FlexClient": ["FlexAPI"],
    "FlexSimulator": ["FlexAPI"],
    "FlexStorage": ["FlexRuntime", "FlexScript", "FlexAPI", "CPlatform"],
    "FlexConsole": ["FlexRuntime", "FlexScript", "FlexAPI", "CLibEdit"],
    "CPlatform": [],
    "flexsh": [
      "CPlatform", "FlexConsole", "FlexStorage", "FlexClient", "FlexSimulator", "FlexRuntime",
      "FlexScript",
      "FlexAPI",
    ],
  ]

  @Test func importsPointDown() throws {
    let ours = Set(Self.imports.keys).union(["CLibEdit"])
    for path in Self.sources {
      let target = String(path.split(separator: "/")[1])
      let allowed = try #require(Self.imports[target], "\(path)")
      for line in try ProjectFiles.text(path).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard words.contains("import"), let module = words.last.map(String.init),
          ours.contains(module)
        else { continue }
        #expect(allowed.contains(module), "\(path) imports \(module)")
      }
    }
  }

  @Test func onlyTheWireKnowsTheNetwork() throws {
    for path in Self.sources where !path.hasPrefix("Sources/FlexClient/NIOTransport/") {
      let isServer = path.hasPrefix("Sources/FlexSimulator/Server/")
      let text = try ProjectFiles.text(path)
      #expect(isServer || !text.contains("import NIO"), "\(path)")
    }
  }

  @Test func noFileIsLongerThanAScreenfulOfScreens() throws {
    for path in Self.sources + Self.tests {
      let lines = try ProjectFiles.text(path).split(
        separator: "\n", omittingEmptySubsequences: false
      ).count
      #expect(lines <= 500, "\(path) has \(lines) lines")
    }
  }

  @Test func everyPackageDeclarationIsDocumented() throws {
    let kinds: Set<Substring> = [
      "struct", "enum", "class", "actor", "protocol", "func", "init", "var", "let", "typealias",
    ]
    for path in Self.sources {
      let lines = try ProjectFiles.text(path).split(
        separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() {
        let trimmed = line.drop { $0 == " " }
        guard trimmed.hasPrefix("package "), !trimmed.hasPrefix("package import") else { continue }
        let words = trimmed.split { " (<:?".contains($0) }
        guard words.contains(where: kinds.contains) else { continue }
        // Types are documented always; members, unless they fulfil a protocol or stand in a list.
        let isType = words.contains {
          ["struct", "enum", "class", "actor", "protocol"].contains($0)
        }
        guard isType else { continue }
        let before = index > 0 ? lines[index - 1].drop { $0 == " " } : ""
        #expect(
          before.hasPrefix("///") || before.hasPrefix("@"), "\(path):\(index + 1): \(trimmed)")
      }
    }
  }

  @Test func nothingIsLeftForLater() throws {
    for path in Self.sources {
      let text = try ProjectFiles.text(path)
      for word in ["TO" + "DO", "FIX" + "ME", "fatal" + "Error(", "try" + "!"] {
        #expect(!text.contains(word), "\(path): \(word)")
      }
      // What libedit calls back on its own thread cannot be said otherwise.
      guard !path.hasPrefix("Sources/FlexConsole/LineEditor/") else { continue }
      for word in ["@unchecked", "nonisolated(unsafe)", "@preconcurrency"] {
        #expect(!text.contains(word), "\(path): \(word)")
      }
    }
  }

  @Test func everyPathAndTypeThatTheTourNamesExists() throws {
    let tour = try ProjectFiles.text("CONTRIBUTING.md")
    let all = try (Self.sources + Self.tests).map { try ProjectFiles.text($0) }.joined(
      separator: "\n")
    let files = Set(
      Self.sources + Self.tests + ProjectFiles.list("examples", suffix: "")
        + ProjectFiles.list("Sources", suffix: ".h"))
    let names = tour.matches(of: /`([A-Za-z][A-Za-z0-9_+\/.]*)`/).map { String($0.1) }
    #expect(names.count > 20)
    for name in names {
      if name.contains("/") {
        let isThere = files.contains { $0 == name || $0.hasPrefix(name) }
        #expect(isThere || name == ".ci/run", "\(name)")
      } else if let first = name.first, first.isUppercase, name.contains(where: \.isLowercase),
        !name.contains(".")
      {
        let isThere = all.contains(name)
        #expect(isThere, "\(name) is nowhere in the sources")
      }
    }
  }
}
