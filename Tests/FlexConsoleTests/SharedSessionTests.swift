import FlexAPI
import FlexScript
import FlexSimulator
import FlexTestSupport
import Foundation
import Testing

/// A session whose `why` and `save` may be shared.
struct SharedSessionTests {
  private static let absent = "UT" + String(repeating: "f9", count: 16)
  private static let lines = [
    "use channel UO1 in KD1", "close UT1  # Bob Planted",
    "let secret = \"Planted\"", "echo $secret",
    "create interaction channel {\"type\": \"web\", \"address\": \"planted@example.org\"} routing "
      + "{\"properties\": {\"attributes\": {\"customer\": \"Planted\"}, \"priority\": 3}}",
    "expect \"Planted\" is \"Other\", \"Planted\"", "why",
    "close \(absent)", "why", "save shared.flex",
  ]

  @Test func whyAndSaveNameNothing() async throws {
    let session = await PlayedSession(
      Self.lines, on: SimulatedTwilio.demo(), isShared: true, columns: 1000)
    let notice = "# shared copy; identifiers are pseudonyms"
    let parts = session.shown.components(separatedBy: notice)
    #expect(parts.count == 3, "\(session.shown)")
    let saved = try #require(session.saved["shared.flex"])
    #expect(saved.hasPrefix(notice + "\n"))
    for text in [
      saved, String(parts[1].prefix { $0 != ">" }), String(parts[2].prefix { $0 != ">" }),
    ] {
      #expect(!text.lowercased().contains("planted"), "\(text)")
      for sid in [Sample.channel, Sample.interaction, Sample.agent, Self.absent] {
        #expect(!text.contains(sid), "\(text)")
      }
    }
    #expect(parts[2].contains("failed  status 404"))
    #expect(saved.contains("close UT"))
    #expect(saved.contains("{\"type\": \"web\""))
    #expect(saved.contains("\"priority\": 3"))
    let check = CheckSession(files: MemoryFiles([:]))
    let lists = check.checkApart(Array(saved.utf8), name: "shared.flex")
    #expect(lists.allSatisfy { !$0.hasErrors })
  }

  @Test func otherSessionsKeepWhatWasTyped() async throws {
    let session = await PlayedSession(Self.lines, on: SimulatedTwilio.demo())
    let saved = try #require(session.saved["shared.flex"])
    #expect(saved.contains("planted@example.org"))
    #expect(saved.contains(Sample.agent))
  }
}
