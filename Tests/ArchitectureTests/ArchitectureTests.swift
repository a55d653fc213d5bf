import FlexTestSupport
import Foundation
import Testing

/// Rules of the project that a machine can see.
struct ArchitectureTests {
  private static let sources = ProjectFiles.list("Sources", suffix: ".swift")
  private static let tests = ProjectFiles.list("Tests", suffix: ".swift")

  /// The targets that each target may import; the same table is in CONTRIBUTING as a picture.
  private static let imports: [String: Set<String>] = [
    "FlexAPI": [],
    "FlexScript": ["FlexAPI"],
    "FlexRuntime": ["FlexScript", "FlexAPI"],
    "FlexClient": ["FlexAPI"],
    "FlexSimulator": ["FlexAPI"],
    "FlexStorage": ["FlexRuntime", "FlexScript", "FlexAPI", "CPlatform"],
    "FlexConsole": ["FlexRuntime", "FlexScript", "FlexAPI", "CLibEdit"],
    "FlexCommands": [
      "FlexConsole", "FlexStorage", "FlexClient", "FlexSimulator", "FlexRuntime", "FlexScript",
      "FlexAPI",
    ],
    "FlexLanguageServer": ["FlexStorage", "FlexScript", "FlexAPI"],
    "CPlatform": [],
    // The texts of help and the streams for it, and the types of a few options.
    "flexsh": [
      "FlexCommands", "FlexConsole", "FlexLanguageServer", "FlexScript", "FlexSimulator",
      "CPlatform",
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

  @Test func noFileIsLongerThanFiveHundredLines() throws {
    for path in Self.sources + Self.tests {
      let lines = try ProjectFiles.text(path).split(
        separator: "\n", omittingEmptySubsequences: false
      ).count
      #expect(lines <= 500, "\(path) has \(lines) lines")
    }
  }

  @Test func theExecutableIsArgumentsOnly() throws {
    let lines = try Self.sources.filter { $0.hasPrefix("Sources/flexsh/") }.map {
      try ProjectFiles.text($0).split(separator: "\n", omittingEmptySubsequences: false).count
    }
    #expect(lines.reduce(0, +) <= 1600)
  }

  // MARK: Documentation

  /// Members that the standard library requires.
  private static let ofTheStandardLibrary: Set<String> = [
    "==", "<", "hash", "description", "debugDescription", "customMirror", "now", "sleep",
    "minimumResolution", "advanced", "duration",
  ]

  @Test func everyPackageDeclarationIsDocumented() throws {
    let required = try Self.requirements().union(Self.ofTheStandardLibrary)
    for path in Self.sources {
      let lines = try ProjectFiles.text(path).split(
        separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() {
        guard let name = Self.packageDeclaration(line), !required.contains(name) else { continue }
        var before = index - 1
        while before >= 0, lines[before].drop(while: { $0 == " " }).hasPrefix("@") { before -= 1 }
        let isDocumented =
          before >= 0 && lines[before].drop(while: { $0 == " " }).hasPrefix("///")
        #expect(isDocumented, "\(path):\(index + 1): \(line)")
      }
    }
  }

  /// The name of the package declaration on a line; `nil` if there is none.
  private static func packageDeclaration(_ line: Substring) -> String? {
    let words = line.split { " (<:?=".contains($0) }
    guard words.first == "package", words.dropFirst().first != "import" else { return nil }
    let kinds: Set<Substring> = [
      "struct", "enum", "class", "actor", "protocol", "func", "init", "var", "let", "typealias",
      "subscript",
    ]
    guard let kind = words.firstIndex(where: kinds.contains) else { return nil }
    if words[kind] == "init" || words[kind] == "subscript" { return String(words[kind]) }
    // Operators are cut by the separators above.
    if line.contains("func ==") { return "==" }
    if line.contains("func <") { return "<" }
    return words.indices.contains(kind + 1) ? String(words[kind + 1]) : nil
  }

  /// The names that protocols of the package require, which are documented there.
  private static func requirements() throws -> Set<String> {
    var names: Set<String> = []
    for path in sources {
      var isInProtocol = false
      for line in try ProjectFiles.text(path).split(separator: "\n") {
        if line.hasPrefix("package protocol ") || line.hasPrefix("protocol ") {
          isInProtocol = true
        } else if line == "}" {
          isInProtocol = false
        } else if isInProtocol {
          let words = line.split { " (<:".contains($0) }
          if let kind = words.firstIndex(where: { $0 == "func" || $0 == "var" }),
            words.indices.contains(kind + 1)
          {
            names.insert(String(words[kind + 1]))
          }
        }
      }
    }
    return names
  }

  // MARK: Words

  /// Words of the private idiom that the style guide replaces.
  private static let forbidden = [
    "whoever", "nobody", "somebody", "so many", "gone on with", "goes on with", "go on with",
    "behind", "in front of", "carries out", "carried out", "carry out", "whom", "comes back",
    "in the place of", "mend",
  ]

  @Test func commentsAreInPlainEnglish() throws {
    for path in Self.sources {
      for (index, line) in try ProjectFiles.text(path).split(
        separator: "\n", omittingEmptySubsequences: false
      ).enumerated() {
        let text = line.drop { $0 == " " }
        guard text.hasPrefix("//") else { continue }
        for word in Self.forbidden {
          #expect(!Self.contains(text, word), "\(path):\(index + 1): \(word)")
        }
      }
    }
  }

  @Test func messagesAndPagesAreInPlainEnglish() throws {
    for path in Self.sources {
      for (index, line) in try ProjectFiles.text(path).split(
        separator: "\n", omittingEmptySubsequences: false
      ).enumerated() where line.contains("\"") && !line.drop(while: { $0 == " " }).hasPrefix("//") {
        let texts = line.split(separator: "\"", omittingEmptySubsequences: false)
        for (number, text) in texts.enumerated() where number % 2 == 1 {
          for word in Self.forbidden {
            #expect(!Self.contains(text, word), "\(path):\(index + 1): \(word)")
          }
        }
      }
    }
    let pages = ["Grammar.md", "Shards.md"].map { "Sources/FlexScript/FlexScript.docc/\($0)" }
    for path in ["README.md", "CONTRIBUTING.md"] + pages {
      for (index, line) in try ProjectFiles.text(path).split(
        separator: "\n", omittingEmptySubsequences: false
      ).enumerated() {
        for word in Self.forbidden {
          #expect(!Self.contains(line, word), "\(path):\(index + 1): \(word)")
        }
      }
    }
  }

  /// Whether a text contains a word, or several, as whole words.
  private static func contains(_ text: Substring, _ word: String) -> Bool {
    let lowercased = text.lowercased()
    var rest = lowercased[...]
    while let range = rest.range(of: word) {
      let before = rest[..<range.lowerBound].last
      let after = rest[range.upperBound...].first
      if before?.isLetter != true, after?.isLetter != true { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  // MARK: The catalogue

  /// Cases of the types that describe operations and resources, which may grow.
  private static let cases = [
    ".statesTarget", ".creates", ".openChannel", ".listedAgent", ".exists", ".oneOrInUse",
    ".jsonBody", ".isNotListed", ".word(", ".participants(",
  ]

  @Test func noSwitchOverTheCatalogueHasADefault() throws {
    for path in Self.sources {
      let lines = try ProjectFiles.text(path).split(
        separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() {
        let words = line.drop { $0 == " " }
        guard words.hasPrefix("default:") else { continue }
        let depth = line.count - words.count
        var isOverCatalogue = false
        var above = index - 1
        while above >= 0 {
          let text = lines[above].drop { $0 == " " }
          let indent = lines[above].count - text.count
          if indent == depth, text.hasPrefix("case ") {
            let label = text.prefix { $0 != ":" }
            if Self.cases.contains(where: label.contains) { isOverCatalogue = true }
          } else if indent < depth || (indent == depth && !text.hasPrefix("case ")), !text.isEmpty {
            break
          }
          above -= 1
        }
        #expect(!isOverCatalogue, "\(path):\(index + 1)")
      }
    }
  }

  @Test func fastFilesNameWhatTheyReplaceAndGain() throws {
    let fast = Self.sources.filter { $0.contains("/Fast/") }
    #expect(!fast.isEmpty)
    let tests = try Self.tests.map { try ProjectFiles.text($0) }.joined()
    for path in fast {
      let text = try ProjectFiles.text(path).replacing(/\n *\/\/\/ ?/, with: " ")
      let gain = text.firstMatch(of: /Slow counterpart: (.+)\. Compared by `(\w+)`\. Gain: (\d+) %/)
      let named = try #require(gain, "\(path)")
      #expect(tests.contains("func \(named.2)("), "\(path): \(named.2)")
      #expect((Int(named.3) ?? 0) >= 5, "\(path)")
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
        + ProjectFiles.list("Sources", suffix: ".h") + ProjectFiles.list("Packaging", suffix: ""))
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
