import FlexConsole
import FlexScript
import FlexTestSupport
import Testing

/// What `help` says is true: every word of the language is there, and its example checks.
struct HelpTests {
  private static let files = [
    "stuck.csv": "participant,channel\nUT1,UO1\n",
    "park.flex": "param chat: channel\necho $chat\n", "a.flex": "param chat: channel\necho $chat\n",
  ].mapValues { Sample.expand($0) }

  @Test(arguments: Keyword.allCases) func theExampleOfAWordChecks(_ keyword: Keyword) throws {
    let entry = WordHelp(on: keyword)
    #expect(entry.what.count > 8)
    let words = entry.example.split { !$0.isLetter && $0 != "-" }.map(String.init)
    // A type of parameters stands behind its colon, everything else somewhere.
    #expect(words.contains(keyword.rawValue), "\(entry.example)")
    let digits = String(repeating: "0123456789abcdef", count: 2)
    let example = entry.example.replacing(#/\b([A-Z]{2})…/#) { "\($0.1)\(digits)" }
    let session = CheckSession(files: MemoryFiles(Self.files))
    try session.check(
      OpenedFile(identity: "e", name: "e.flex", source: BytesSource(example + "\n")),
      arguments: nil)
    let errors = session.lists.flatMap(\.all).filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(entry.example): \(errors.map(\.message))")
  }

  @Test func everyTopicHasAText() {
    for topic in LanguageHelp.allTopics {
      #expect((LanguageHelp.text(on: topic) ?? "").count > 20, "\(topic)")
    }
    #expect(LanguageHelp.text(on: "nowhere") == nil)
    for word in ConsoleCommand.words {
      #expect(LanguageHelp.overview.contains(word.usage))
    }
  }
}
