import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexSimulator
import FlexTestSupport
import Testing

/// What an addition costs: a fictitious resource with a collection, a sentence and an output format,
/// added here without a change anywhere else.
struct AdditionTests {
  // MARK: The resource, as a file of the catalogue has it

  /// Desks, which agents sit at; the words are keywords of the language that name nothing else here.
  private enum Desk {
    static let service = Service(name: "desks", host: "desks.twilio.com")

    static let resource = ResourceDefinition(
      .workspace, of: service, in: nil, segment: "Desks", preposition: "in", collection: "media",
      fields: [
        .init("sid", .sid(.workspace)), .init("name", .text),
        .init("state", .word(["free", "taken"])),
      ],
      columns: [.init("SID", "sid"), .init("NAME", "name"), .init("STATE", "state")],
      help: .init("A desk, WS….", example: "show workspace WS…"))

    static let list = OperationDefinition.list(
      resource, help: .init("The desks.", example: "list media"))
    static let fetch = OperationDefinition.fetch(
      resource, .one, help: .init("Shows a desk.", example: "show workspace WS…"))
    static let free = OperationDefinition.sets(
      resource, [.init("State", "free", answeredAs: "state")],
      [OperationParameter("Reason", as: "reason", keyword: "with", .text, isRequired: false)],
      form: SentenceForm(["deactivate", "workspace"], .one), verb: "free",
      effect: "desk free", undo: .reversible("take it again"),
      readBack: .field("state", is: "free"),
      precondition: .exists, repetition: .sets, record: "free desk",
      help: .init("Frees a desk.", example: "deactivate workspace WS…"))
    /// Above it, so that a place of a new kind is tried out too.
    static let drawer = ResourceDefinition(
      .queue, of: service, in: resource, segment: "Drawers", preposition: "on", collection: "rows",
      fields: [.init("sid", .sid(.queue)), .init("workspace_sid", .sid(.workspace))],
      columns: [.init("SID", "sid")],
      help: .init("A drawer, WQ….", example: "show queue WQ… in WS…"))
    static let drawers = OperationDefinition.list(
      drawer, help: .init("The drawers of a desk.", example: "list rows in WS…"))
  }

  private static let catalog = Catalog([
    (Participant.resource, Participant.operations), (Channel.resource, Channel.operations),
    (Interaction.resource, Interaction.operations),
    (Desk.resource, [Desk.list, Desk.fetch, Desk.free]), (Desk.drawer, [Desk.drawers]),
  ])

  private static let desk = "WS" + String(repeating: "1", count: 32)
  private static let other = "WS" + String(repeating: "2", count: 32)
  private static let drawer = "WQ" + String(repeating: "3", count: 32)

  private static let world = """
    {"interactions": [], "desks": [
      {"sid": "\(desk)", "name": "window", "state": "taken", "drawers": [{"sid": "\(drawer)"}]},
      {"sid": "\(other)", "name": "door", "state": "free"}]}
    """

  // MARK: The format, as a file of the reports has it

  /// One line for each event, with commas.
  private final class CommaReport: RunReport {
    private(set) var lines: [String] = []

    func emit(_ event: RunEvent) {
      switch event {
      case .action(let record):
        lines.append("\(record.verb),\(record.outcome.rawValue),\(record.effect ?? "")")
      case .query(let record):
        guard case .items(let items) = record.result else { return }
        lines += items.map { $0.object?["sid"]?.text ?? "" }
      case .echo(_, let text): lines.append("echo,\(text)")
      case .expectation, .failure, .fileChanged, .note, .noPasses, .unexpanded, .diagnostic,
        .sentence:
        break
      }
    }

    func end(_ end: RunEnd) { lines.append("done,\(end.summary.done)") }
  }

  /// Reads from a simulator, and answers the new write, whose behavior would be a file of it.
  private struct Desks: TwilioAPI {
    let flex: SimulatedTwilio

    func perform(
      _ operation: Operation, permission: SendPermission?
    ) async throws(APIError) -> Answer {
      guard operation.definition == Desk.free else { return try await flex.perform(operation) }
      var fields = JSONObject()
      fields["sid"] = .string(operation.sid?.description ?? "")
      return Answer(status: 200, fields: fields, requestID: nil, attempts: 1)
    }
  }

  /// Checks a script with the larger catalogue, and runs it.
  private func run(
    _ script: String, on api: (SimulatedTwilio) -> any TwilioAPI = { Desks(flex: $0) }
  ) async throws -> (lines: [String], mistakes: [String]) {
    let flex = try SimulatedTwilio.fixture(Array(Self.world.utf8), catalog: Self.catalog)
    let check = CheckSession(files: MemoryFiles([:]), vocabulary: Vocabulary(Self.catalog))
    let file = OpenedFile(identity: "s", name: "s.flex", source: BytesSource(script))
    try check.check(file, arguments: [:])
    let mistakes = check.lists.flatMap(\.all).map { "\($0.id.rawValue): \($0.message)" }
    guard mistakes.isEmpty else { return ([], mistakes) }
    let report = CommaReport()
    var configuration = RunConfiguration(api: api(flex), check: check)
    configuration.reports = [report]
    configuration.catalog = Self.catalog
    let runner = ScriptRunner(configuration)
    await runner.run(file, arguments: [:])
    report.end(RunEnd(runner.result.summary, duration: .zero, exit: 0))
    return (report.lines, [])
  }

  @Test func aNewResourceIsListedFetchedAndActedOn() async throws {
    let (lines, mistakes) = try await run(
      """
      list media where state is taken
      for d in media where state is taken { deactivate workspace $d with "end of shift" }
      let d = workspace \(Self.desk)
      echo $d.name
      use workspace \(Self.desk)
      list rows
      list rows in \(Self.other)
      """)
    #expect(mistakes == [])
    #expect(
      lines == [
        Self.desk, "free,done,desk free", "echo,window", Self.drawer, "done,1",
      ])
  }

  @Test func aNewResourceIsChecked() async throws {
    let field = try await run("for d in media { echo $d.nam }")
    #expect(field.mistakes.count == 1)
    #expect(field.mistakes.first?.hasPrefix("unknown-name: ") == true)
    let kind = try await run("deactivate workspace \(Self.drawer)")
    #expect(kind.mistakes.count == 1)
    #expect(kind.mistakes.first?.hasPrefix("wrong-sid-kind: ") == true)
    let twice = try await run(
      "deactivate workspace \(Self.desk)\ndeactivate workspace \(Self.desk)")
    #expect(twice.mistakes.count == 1)
    #expect(twice.mistakes.first?.hasPrefix("duplicate-action: ") == true)
  }

  @Test func aNewResourceIsPlannedAndRehearsed() async throws {
    let dry = try await run("deactivate workspace \(Self.desk)") { _ in DryRun() }
    #expect(dry.lines == ["free,planned,desk free", "done,0"])
    let missing = "WS" + String(repeating: "9", count: 32)
    let planned = try await run("deactivate workspace \(missing)") {
      Planner($0, catalog: Self.catalog)
    }
    #expect(planned.lines == ["free,planned,desk free", "done,0"])
  }

  @Test func aNewResourceIsCompletedAndWrittenDown() throws {
    let checker = PromptChecker(
      session: CheckSession(files: MemoryFiles([:]), vocabulary: Vocabulary(Self.catalog)))
    let due = checker.completion(of: "for d in media where state is ").due
    #expect(due.contains(.word("free", meaning: "")))
    let sid = try #require(AnySID(Self.desk))
    let operation = Operation(Desk.free, sid: sid, [nil])
    #expect(operation.path == "/v1/Desks/\(Self.desk)")
    #expect(operation.request.service.host == "desks.twilio.com")
    var object = JSONObjectWriter()
    operation.write(into: &object, withBodies: true)
    let read = Operation(json: try JSONReader.read(object.close()), catalog: Self.catalog)
    #expect(read == operation)
  }
}
