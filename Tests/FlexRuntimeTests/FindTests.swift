import FlexAPI
import FlexRuntime
import FlexSimulator
import FlexTestSupport
import Testing

/// `find`: a row for each open reservation, and for each participant without one.
struct FindTests {
  private static func sid(_ prefix: String, _ pair: String) -> String {
    prefix + String(repeating: pair, count: 16)
  }

  /// The rows as `reservation/participant`, by the pairs of their digits.
  private func rows(
    _ sought: String, on api: any TwilioAPI = SimulatedTwilio.demo()
  ) async throws -> (rows: [String], notes: [String]) {
    let played = try await run("find \(sought)", on: api)
    var rows: [String] = []
    for case .query(let record) in played.events {
      guard case .items(let items) = record.result else { continue }
      rows = items.map { item in
        func pair(_ name: String) -> String { String((item.object?[name]?.text ?? "-").suffix(2)) }
        return "\(pair("reservation"))/\(pair("participant"))"
      }
    }
    return (rows, played.lines.filter { $0.hasPrefix("note: ") })
  }

  @Test(arguments: [
    ("WTc3", "c3/c3 -/e5"), ("WRd4", "d4/d4 -/e5"), ("WK1a", "c3/c3 c0/-"),
    ("KDa1", "c3/c3 d4/d4 -/e5"), ("CHa1", "c3/c3 d4/d4 -/e5"), ("UOb2", "c3/c3 d4/d4 -/e5"),
    ("UTd4", "d4/d4"), ("UTe5", "-/e5"), ("\"+15550100\"", "7c/7c -/8d"),
    ("\"+15550101\"", "38/38 -/49"), ("\"asha@example.org\"", "c3/c3 c0/-"),
    ("\"Asha Rao\"", "c3/c3 c0/-"), ("\"visitor-1\"", "c3/c3 d4/d4 -/e5"), ("WTca", "ca/-"),
    ("WT9e", ""), ("WTc0", "c0/-"),
  ])
  func findsWhatBelongsTogether(_ short: String, _ expected: String) async throws {
    var sought = short
    if !short.hasPrefix("\"") {
      sought = Self.sid(String(short.prefix(2)), String(short.suffix(2)))
    }
    let found = try await rows(sought)
    #expect(found.rows.joined(separator: " ") == expected, "\(found.notes)")
  }

  @Test func saysWhatItSearchesAndThatItFoundNothing() async throws {
    let participant = try await rows(Self.sid("UT", "d4"))
    #expect(participant.notes.contains { $0.contains("live tasks") })
    for sought in ["\"nothing\"", "\"+19995550000\"", Self.sid("UT", "ff"), Self.sid("CH", "ff")] {
      let nothing = try await rows(sought)
      #expect(nothing.rows == [])
      #expect(nothing.notes.last?.contains("nothing was found") == true)
    }
  }

  /// A number is looked up as written, and as WhatsApp writes it; in pages of at most 50.
  @Test func aNumberIsLookedUpInBothForms() async throws {
    let flex = AlteredTwilio(SimulatedTwilio.demo())
    _ = try await rows("\"+15550101\"", on: flex)
    #expect(
      flex.asked.filter { $0.definition == ParticipantConversation.list }.map {
        $0.request.query ?? ""
      } == [
        "Address=%2B15550101&PageSize=50", "Address=whatsapp%3A%2B15550101&PageSize=50",
      ])
  }

  @Test func aRowStandsForWhatIsRequired() async throws {
    let flex = SimulatedTwilio.demo()
    let found = try await run(
      """
      for r in find "+15550100" where reservation is not empty {
        show channel of $r
        show task $r
        show reservation $r of $r
        use channel of $r
        list participants
        wrapup $r
      }
      for r in find "+15550100" where reservation is empty { try close $r }
      """, on: flex)
    let actions = found.lines.filter { $0.hasPrefix("wrapup") || $0.hasPrefix("close") }
    #expect(
      actions == [
        "wrapup \(Self.sid("UT", "7c")) on \(Self.sid("UO", "6b")) in \(Self.sid("KD", "5a")): done",
        "close \(Self.sid("UT", "8d")): refused (refused), tolerated",
      ])
    #expect(found.result.worst == .none)
    #expect(found.lines.contains { $0.hasPrefix("show task \(Self.sid("WT", "7c"))") })
  }

  @Test func aRowThatIsNoAgentIsRefused() async throws {
    let found = try await run(
      "for r in find \"+15550100\" { close $r }", on: SimulatedTwilio.demo())
    #expect(found.result.worst == .refused)
  }
}
