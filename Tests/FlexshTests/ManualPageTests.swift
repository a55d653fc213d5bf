import FlexConsole
import FlexScript
import FlexTestSupport
import Foundation
import Testing

@testable import flexsh

struct ManualPageTests {
  private static let pages = ManualPages(of: CommandTree.program, date: "2026-11-26").all

  @Test func thereIsAPageForEachCommand() {
    let commands = CommandTree.commands.map { "flexsh-\($0.name).1" }
    #expect(
      Self.pages.map(\.name).sorted() == (["flexsh.1", "flexsh-language.5"] + commands).sorted())
  }

  /// The options of a command's help and of those in it.
  private static func options(of words: [String]) async throws -> Set<String> {
    let help = try await Executable.run(words + ["--help"])
    #expect(help.status == 0)
    var options: Set<String> = []
    for line in help.output.split(separator: "\n") {
      // `  -o, --output <format>   …`: what begins a line, not what a text mentions.
      let words = line.prefix(while: { $0 == " " }).count == 2 ? line.dropFirst(2) : ""
      guard words.hasPrefix("-") else { continue }
      for name in words.split(separator: " ").prefix(while: {
        $0.hasPrefix("-") || $0.hasPrefix("<")
      })
      where name.hasPrefix("-") {
        options.insert(name.filter { $0 != "," })
      }
    }
    return options
  }

  @Test(arguments: CommandTree.commands.map(\.name))
  func aPageHasEveryOptionOfTheHelpAndNoOther(_ command: String) async throws {
    let description = try #require(CommandTree.command(command))
    var expected = try await Self.options(of: [command])
    for inner in description.subcommands {
      expected.formUnion(try await Self.options(of: [command, inner.name]))
    }
    #expect(expected.contains("--help"))
    let page = try #require(Self.pages.first { $0.name == "flexsh-\(command).1" })
    var found: Set<String> = []
    for line in page.text.split(separator: "\n") where line.hasPrefix(".It Fl ") {
      for part in line.dropFirst(4).split(separator: " , ") {
        let words = part.split(separator: " ")
        let isLong = words.count > 1 && words[1] == "Fl"
        found.insert(isLong ? "--" + words[2] : "-" + words[1])
      }
    }
    #expect(found == expected)
  }

  @Test func theLanguageIsThatOfTheHelp() throws {
    let page = try #require(Self.pages.first { $0.name == "flexsh-language.5" })
    for keyword in Keyword.allCases {
      #expect(page.text.contains("\n.Ss \(keyword.rawValue.replacing("-", with: "\\-"))\n"))
    }
    for form in WordHelp(on: .close).forms { #expect(page.text.contains("\n\(form)\n")) }
  }

  @Test(
    .enabled(if: Programs.have("mandoc"), "mandoc is not installed, so the pages are not checked"))
  func mandocHasNothingToSay() async throws {
    // All in one folder, where it looks for the pages that they refer to.
    let folder = try TemporaryFolder()
    for page in Self.pages { try folder.write(page.text, to: page.name) }
    let names = Self.pages.map(\.name)
    let output = try await Programs.run(["mandoc", "-T", "lint"] + names, folder: folder.path)
    #expect(output == "")
    let text = try await Programs.run(
      ["mandoc", "-T", "utf8", "flexsh-run.1"], folder: folder.path)
    #expect(text.contains("FLEXSH-RUN(1)"))
  }

  @Test func pagesArePrintedAndWritten() async throws {
    let page = try await Executable.run(["help", "man", "flexsh-run"])
    #expect(page.status == 0)
    #expect(page.output.hasPrefix(".Dd "))
    let folder = try TemporaryFolder()
    for _ in 1...2 {
      let written = try await Executable.run(["help", "man", "--out", folder.path])
      #expect(written.status == 0, "\(written.errors)")
      #expect(folder.names == ["man1", "man5"])
    }
    let wrong = try await Executable.run(["help", "man", "flexsh-rnu"])
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("did you mean `flexsh-run`?"))
  }
}
