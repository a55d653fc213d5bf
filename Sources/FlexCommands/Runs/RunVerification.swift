import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

extension Commands {
  /// Reads back what a run did, and says what does not hold any more.
  ///
  /// `run`: `nil` for the last one.
  package static func verifyRun(
    _ run: String?, _ setup: RunSetup, in context: CommandContext
  ) async -> CommandEnd {
    await CallReport.tellingFailure(setup.output, context) {
      let past = try RunSelection(setup.journal, context).read(run)
      let header = past.header
      guard !header.isSimulated else {
        throw CommandEnd(
          status: ExitStatus.refused,
          message: "run \(header.run) was simulated, and its world is gone; nothing was sent",
          help: "flexsh runs show \(header.run) prints what happened")
      }
      guard case .server(let url) = setup.target else {
        preconditionFailure("the state is read from the real account")
      }
      let resolver = try AccountResolver(
        profile: setup.connection.profile, baseURL: url, environment: context.variables)
      try resolver.refuse("run \(header.run)", unlessFor: header.account, at: header.baseURL)
      return try await ClientFactory(setup, context).with(resolver) { connection in
        CommandEnd(status: await verify(past, connection.api, context))
      }
    }
  }

  private static func verify(
    _ past: RecordedRun, _ api: any TwilioAPI, _ context: CommandContext
  ) async -> Int32 {
    var output = context.outputStream()
    var (holds, gone, unseen, unanswered) = (0, 0, 0, 0)
    var status = ExitStatus.success
    for action in past.inOrder {
      guard let outcome = action.result?.outcome, outcome == .done || outcome == .skipped else {
        continue
      }
      guard let operation = action.intent.operation, operation.definition.readBack != nil else {
        unseen += 1
        continue
      }
      do throws(APIError) {
        switch try await api.readBack(operation) {
        case .holds: holds += 1
        case .cannotBeRead: unseen += 1
        case .differs:
          gone += 1
          status = ExitStatus.failed
          output.write(
            VisibleText.escaped("✗ \(action.intent.sentence)  no longer holds") + "\n")
        }
      } catch {
        status = ExitStatus.failed
        unanswered += 1
        output.write(
          VisibleText.escaped("? \(action.intent.sentence)  \(error.message)") + "\n")
        if error.kind == .auth { return ExitStatus.unauthorized }
      }
    }
    output.write(
      "\(holds) hold, \(gone) do not, \(unseen) cannot be read back"
        + (unanswered > 0 ? ", \(unanswered) could not be looked at" : "") + "\n")
    output.flush()
    return output.failure == nil ? status : ExitStatus.outputFailed
  }
}
