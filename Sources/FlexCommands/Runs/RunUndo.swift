import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

extension Commands {
  /// Prints a script that would compensate what a run did, in reverse order; runs nothing.
  ///
  /// `run`: `nil` for the last one.
  package static func undoRun(
    _ run: String?, _ journal: JournalSettings, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of {
      let past = try RunSelection(journal, context).read(run)
      var lines = [
        "# What would compensate for run \(past.header.run) (\(past.scriptsText)), the last action first.",
        "# Read it, edit it, and run it yourself: nothing has been sent.",
      ]
      let done = past.inOrder.reversed().filter { action in
        action.result.map { $0.outcome == .done || $0.outcome == .skipped } ?? false
      }
      for action in done { lines += [""] + Self.compensation(of: action) }
      let doubtful = past.inOrder.filter { $0.result?.outcome ?? .unknown == .unknown }
      for action in doubtful {
        lines += ["", "# Its outcome is not known, so look first: \(action.intent.sentence)"]
      }
      if done.isEmpty, doubtful.isEmpty { lines += ["", "# It changed nothing."] }
      var output = context.outputStream()
      for line in lines { output.write(VisibleText.escaped(line) + "\n") }
      output.flush()
      return CommandEnd(
        status: output.failure == nil ? ExitStatus.success : ExitStatus.outputFailed)
    }
  }

  /// A comment with the sentence, and the sentences that compensate it, if any can.
  private static func compensation(of action: RecordedRun.RecordedAction) -> [String] {
    let heading = "# \(action.intent.at): \(action.intent.sentence)"
    guard let target = action.intent.target else {
      return [heading, "# The journal does not say what would compensate for it."]
    }
    let undo = target.definition.undo
    let created = action.result?.created?.sid
    let lines = [
      heading, "# \(undo.extent.rawValue): \(undo.advice(for: target, created: created))",
    ]
    let sentences = undo.sentences(for: target, created: created)
    return lines + (sentences.map { $0.split(separator: "\n").map(String.init) } ?? [])
  }
}
