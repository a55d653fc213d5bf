import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

/// Sessions at the prompt, one after another: `use profile` ends one and begins the next.
struct PromptSessions {
  let request: RunRequest
  let context: CommandContext
  let report: CallReport

  /// Runs sessions until one is left for good.
  ///
  /// `setup`: the setup of the first one, with its account.
  func run(_ first: RunSetup) async throws -> CommandEnd {
    var setup = first
    var habits = PromptHabits()
    habits.showsHints = AccountResolver.showsHints(context.variables)
    report.leaveToOthers()
    while true {
      let runner = BatchRunner(scripts: [], arguments: request.values, files: Files(root: nil))
      let session = ScriptSession(runner, setup, context)
      try session.check(report)
      var ending: PromptSession.Ending?
      let end = try await session.connected { connection in
        let result = try await PromptSession(
          runner, setup, connection, context, habits
        ).run()
        ending = result
        return result.end
      }
      guard let ending, let profile = ending.profile else { return end }
      habits = ending.habits
      var next = request.setup
      next.connection.profile = profile
      setup = try next.withAccount(context)
    }
  }
}
