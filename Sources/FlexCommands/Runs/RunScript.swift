import FlexAPI
import FlexConsole
import FlexRuntime

/// What a recorded run did, as a script: a sentence per action that is done, the others commented out.
struct RunScript {
  let past: RecordedRun
  /// The outcomes that are shown; `nil` for all.
  let only: Set<Outcome>?

  var lines: [String] {
    [
      "# Run \(past.header.run), \(past.startedText): \(past.scriptsText)",
      "# \(past.counts.recap)",
    ] + sentences { $0 }
  }

  /// The script as a copy to share.
  func lines(sharedAs names: SharedNames) -> [String] {
    ["# \(SharedCopy.notice)"] + sentences { names.sentence($0) }
  }

  private func sentences(_ shown: (String) -> String) -> [String] {
    var lines: [String] = []
    for action in past.inOrder {
      let outcome = action.result?.outcome ?? .unknown
      guard only?.contains(outcome) ?? true else { continue }
      let sentence = shown(action.intent.sentence)
      if action.intent.target?.definition.hasBody ?? true {
        lines.append("# \(sentence)  # \(outcome.rawValue); the journal leaves bodies out")
      } else if outcome == .done || outcome == .skipped {
        lines.append(sentence)
      } else {
        lines.append("# \(sentence)  # \(outcome.rawValue)")
      }
    }
    return lines
  }
}
