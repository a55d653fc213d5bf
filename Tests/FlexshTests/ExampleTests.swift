import FlexTestSupport
import Foundation
import Testing

/// The runbooks of `examples/` and the words of the README do what they say.
struct ExampleTests {
  @Test(arguments: ProjectFiles.list("examples", suffix: ".flex"))
  func anExampleChecksAndPrintsWhatItsFileSays(_ path: String) async throws {
    let check = try await Executable.run(["check", "--strict", path])
    #expect(check.status == 0, "\(check.errors)")
    let run = try await Executable.run(["run", "--simulate", path])
    let text =
      Executable.normalized(run.output) + Executable.normalized(run.errors)
      + "[exit \(run.status)]\n"
    #expect(try Golden.difference(text, with: path.replacing(".flex", with: ".out")) == nil)
  }

  @Test func everyFlexBlockOfTheDocumentsChecks() async throws {
    for document in ["README.md", "Sources/FlexScript/FlexScript.docc/Grammar.md"] {
      for block in Self.blocks(of: try ProjectFiles.text(document), language: "flex") {
        let result = try await Executable.run(["check", "-"], input: block)
        #expect(result.status == 0, "\(document):\n\(block)\n\(result.errors)")
      }
    }
  }

  @Test func theLanguageOnOnePageCanBeRehearsed() async throws {
    let blocks = Self.blocks(of: try ProjectFiles.text("README.md"), language: "flex")
    let result = try await Executable.run(
      ["run", "--simulate", "-", "agent=\(Sample.agent)"], input: blocks.last)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test func everySessionOfTheREADMEHappensAsItIsShown() async throws {
    let blocks = Self.blocks(of: try ProjectFiles.text("README.md"), language: "console")
    #expect(!blocks.isEmpty)
    for block in blocks {
      var command: String?
      var expected = ""
      let lines = block.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for line in lines + ["$ "] {
        guard line.hasPrefix("$ ") else {
          expected += line + "\n"
          continue
        }
        if let command { try await replay(command, expected) }
        command = String(line.dropFirst(2))
        expected = ""
      }
    }
  }

  private func replay(_ command: String, _ expected: String) async throws {
    guard command.hasPrefix("flexsh ") else { return }
    let words = command.dropFirst(7).split(separator: " ").map(String.init)
    let result = try await Executable.run(words)
    let shown = Executable.normalized(result.output + result.errors)
    #expect(
      shown.trimmingCharacters(in: .newlines)
        == Executable.normalized(expected).trimmingCharacters(in: .newlines), "$ \(command)")
  }

  /// The fenced blocks of a language.
  static func blocks(of document: String, language: String) -> [String] {
    var blocks: [String] = []
    var current: String?
    for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
      if let block = current {
        if line == "```" {
          blocks.append(block)
          current = nil
        } else {
          current = block + line + "\n"
        }
      } else if line == "```\(language)" {
        current = ""
      }
    }
    return blocks
  }
}
