import FlexAPI
package import FlexScript

/// What a prompt finds out without changing anything.
extension ScriptRunner {
  /// Finds out what commands would change: the live state is read, nothing is sent.
  ///
  /// `file`: where the commands are; `-` for what was typed.
  package func rehearse(
    _ commands: [Command], file: String = "-", interruption: Interruption
  ) async -> Rehearsal {
    let report = RehearsalReport()
    let recorder = await plan(commands, file: file, report, interruption)
    report.end(recorder.problem)
    return report.rehearsal
  }

  /// Plans commands: the live state is read, nothing is sent.
  ///
  /// `report`: receives look-ups, notes and failures.
  ///
  /// - Returns: The steps, and why the plan ends early, if it does.
  package func plan(
    _ commands: [Command], _ report: any RunReport, interruption: Interruption
  ) async -> (content: PlanContent, problem: String?) {
    let recorder = await plan(commands, file: "-", report, interruption)
    return (recorder.content, recorder.problem)
  }

  private func plan(
    _ commands: [Command], file: String, _ report: any RunReport, _ interruption: Interruption
  ) async -> PlanRecorder {
    let planner = Planner(dispatcher.api)
    let recorder = PlanRecorder(planner)
    var run = RunConfiguration(api: planner, check: check)
    run.plan = recorder
    run.settings = state.settings
    run.clock = ImmediateClock()
    run.interruption = interruption
    run.reports = [report]
    run.confirm = { _ in .yes }
    run.catalog = catalog
    run.workspace = lookUps.supplies.workspace
    run.now = lookUps.supplies.localTime
    let rehearsal = ScriptRunner(run)
    rehearsal.frames = frames.map { $0.copy() }
    rehearsal.takeNames(from: self)
    await rehearsal.runAtPrompt(commands, file: file, interruption: interruption)
    return recorder
  }

  /// What an expectation comes to now.
  package enum Expectancy: Sendable {
    case met, unmet
    /// It cannot be judged, and why; lower case.
    case unknown(String)
  }

  /// Judges the condition of an expectation; reports nothing.
  ///
  /// `command`: an `expect`; another command is never met.
  package func judge(_ command: Command, interruption: Interruption) async -> Expectancy {
    guard case .expect(let condition, _, _) = command.kind else { return .unmet }
    state.interruption = interruption
    lookUps.forget()
    do throws(RuntimeError) {
      switch try await lookUps.verdict(condition, evaluator) {
      case .yes: return .met
      case .no, .neither: return .unmet
      case .unanswered: return .unknown("a dry run asks nothing")
      }
    } catch {
      switch error {
      case .api(let error, _): return .unknown(error.message)
      case .sentence(let message), .leadsNowhere(let message), .fileChanged(let message):
        return .unknown(message)
      case .needs: return .unknown("it needs a look-up, which is not possible here")
      case .unanswered: return .unknown("a dry run asks nothing")
      }
    }
  }
}
