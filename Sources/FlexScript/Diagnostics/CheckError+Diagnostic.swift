import FlexAPI

extension CheckError {
  /// The message for the mistake, in alphabetical order of the cases.
  var words: DiagnosticMessage {
    switch self {
    case .actionAfterClose(let sid, let line):
      DiagnosticMessage(
        id: .actionAfterClose, severity: .warning,
        message: "`\(sid)` was closed before, on line \(line)",
        help: "if it comes back in between, leave it; else one of the two sentences is too much")
    case .badArgument(let name, let expected, let problem):
      DiagnosticMessage(
        id: .typeMismatch, message: "\(problem), and `\(name)` takes \(expected)",
        help: "the value comes from the command line: \(name)=…")
    case .badRow(let reason, let help):
      DiagnosticMessage(
        id: .badRow, message: reason,
        help: help ?? "mend the row and check again; nothing is sent before every row checks")
    case .closesNonAgent(let verb, let name):
      DiagnosticMessage(
        id: .closesNonAgent, severity: .warning,
        message: "`\(name)` may be no agent, and `\(verb)` is for agents",
        help: "keep agents only: where type is agent")
    case .duplicateAction(let sentence, let line):
      DiagnosticMessage(
        id: .duplicateAction, severity: .warning,
        message: "`\(sentence)` stands on line \(line) already",
        help: "the second has no effect of its own; remove one")
    case .duplicateName(let name, let line):
      DiagnosticMessage(
        id: .duplicateName, message: "`\(name)` is taken since line \(line)",
        help: "choose another name: a name means one thing in a script")
    case .fileNotFound(let path, let reason):
      DiagnosticMessage(
        id: .fileNotFound, message: "`\(path)` cannot be used: \(reason)",
        help: reason.hasPrefix("it is outside")
          ? "what a script runs lies in the folder of the script that was started, or below"
          : "the path is relative to the script")
    case .missingArgument(let name, let type, let script):
      DiagnosticMessage(
        id: .missingArgument,
        message: script.map { "`\($0)` needs a value for `\(name)`" }
          ?? "`\(name)` has no value and no default",
        help: script == nil
          ? "give one on the command line: \(name)=… (\(type))"
          : "give one: with \(name) = … (\(type))")
    case .noChannel:
      DiagnosticMessage(
        id: .noChannel, message: "the sentence does not say on which channel",
        help: "write `on UO…`, or before it a sentence `use channel UO…`")
    case .noInteraction(let needsChannel):
      DiagnosticMessage(
        id: .noInteraction, message: "the sentence does not say in which interaction",
        help: needsChannel
          ? "write `on UO… in KD…`, or before it a sentence `use channel UO… in KD…`"
          : "write `in KD…`, or before it a sentence `use interaction KD…`")
    case .paramTooLate: SyntaxError.paramTooLate.words
    case .runCycle(let chain):
      DiagnosticMessage(
        id: .runCycle, message: "the scripts run one another for ever",
        help: chain.joined(separator: " runs "))
    case .runTooDeep(let limit):
      DiagnosticMessage(
        id: .runTooDeep, message: "a run may not be more than \(limit)",
        help: "let the scripts run one after the other: flexsh run A B")
    case .similarSID(let sid, let other, let digits):
      DiagnosticMessage(
        id: .similarSID, severity: .warning,
        message: "`\(sid)` differs from `\(other)` in \(digits == 1 ? "one digit" : "two digits")",
        help: "if both are meant, leave it; a mistyped SID looks like this")
    case .typeMismatch(let found, let expected, let help):
      DiagnosticMessage(
        id: .typeMismatch, message: "\(found) stands where \(expected) is due", help: help)
    case .unknownArgument(let name, let script, let candidates):
      DiagnosticMessage(
        id: .unknownArgument,
        message: script.map { "`\($0)` has no parameter `\(name)`" }
          ?? "no script that was named has a parameter `\(name)`",
        help: CheckError.meant(name, candidates)
          ?? (candidates.isEmpty
            ? "it takes none" : "it takes " + SyntaxError.list(candidates.map { "`\($0)`" })))
    case .unknownField(let name, let owner, let candidates):
      DiagnosticMessage(
        id: .unknownName, message: "\(owner) has no field `\(name)`",
        help: CheckError.meant(name, candidates)
          ?? (candidates.isEmpty ? nil : "it has " + candidates.joined(separator: ", ")),
        fix: Suggestion.closest(to: name, among: candidates))
    case .unknownName(let name, let candidates):
      DiagnosticMessage(
        id: .unknownName, message: "`$\(name)` is not known here",
        help: CheckError.meant(name, candidates)
          ?? "declare it before: `param \(name): …` or `let \(name) = …`",
        fix: Suggestion.closest(to: name, among: candidates).map { "$" + $0 })
    case .unreachable(let verb, let line):
      DiagnosticMessage(
        id: .unreachable, severity: .warning,
        message: "this is never reached: `\(verb)` on line \(line) ends the run before",
        help: "remove it, or put the `\(verb)` into an `if`")
    case .unusedName(let name):
      DiagnosticMessage(
        id: .unusedName, severity: .warning, message: "`\(name)` is never used",
        help: "remove it, or use it as $\(name)")
    case .wrongSIDKind(let verb, let expected, let found):
      CheckError.wrongSIDKind(verb, expected, found)
    }
  }

  private static func meant(_ word: String, _ candidates: [String]) -> String? {
    Suggestion.closest(to: word, among: candidates).map { "did you mean `\($0)`?" }
  }

  private static func wrongSIDKind(
    _ verb: String, _ expected: SIDType, _ found: SIDFound
  ) -> DiagnosticMessage {
    let takes =
      expected == .participant && (verb == "close" || verb == "wrapup")
      ? "participants" : expected.nounWithArticle
    switch found {
    case .written(let sid):
      let kind = sid.type?.nounWithArticle
      return DiagnosticMessage(
        id: .wrongSIDKind,
        message: "`\(verb)` takes \(takes), and this is \(kind ?? "a SID of another kind")",
        label: kind.map { "\(sid.prefix)… is \($0)" }
          ?? "\(sid.prefix)… is of no kind that the language names",
        help: help(verb, expected, sid.type, written: sid.description))
    case .name(let name, let type):
      return DiagnosticMessage(
        id: .wrongSIDKind,
        message: "`\(verb)` takes \(takes), and this is \(type.nounWithArticle)",
        label: "\(name) is \(type.nounWithArticle)",
        help: help(verb, expected, type, written: name))
    }
  }

  private static func help(
    _ verb: String, _ expected: SIDType, _ found: SIDType?, written: String
  ) -> String? {
    switch (verb, expected, found) {
    case ("close", .participant, .channel):
      "to close the channel itself: close channel \(written)"
    case ("wrapup", .participant, .channel):
      "to wrap up every agent of the channel: wrapup every agent on \(written)"
    case ("close channel", .channel, .participant), ("deactivate channel", .channel, .participant):
      "to close the participant: close \(written) on UO…"
    case ("close", .participant, .interaction), ("wrapup", .participant, .interaction):
      "an interaction is named behind `in`: \(verb) UT… on UO… in \(written)"
    case ("on", .channel, .interaction):
      "an interaction is named behind `in`: on UO… in \(written)"
    case ("in", .interaction, .channel): "a channel is named behind `on`: on \(written) in KD…"
    case ("use interaction", .interaction, .channel): "did you mean `use channel \(written)`?"
    case ("use channel", .channel, .interaction): "did you mean `use interaction \(written)`?"
    default: "\(expected.nounWithArticle) begins with \(expected.rawValue)"
    }
  }
}
