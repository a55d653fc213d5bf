import FlexAPI

extension CheckError {
  /// The message for the mistake, in alphabetical order of the cases.
  var message: DiagnosticMessage {
    switch self {
    case .actionAfterClose(let sid, let line):
      DiagnosticMessage(
        id: .actionAfterClose, severity: .warning,
        message: "`\(sid)` is already closed on line \(line)",
        help: "remove one of the two, unless it rejoins in between")
    case .badArgument(let name, let expected, let problem):
      DiagnosticMessage(
        id: .typeMismatch, message: "\(problem), but `\(name)` takes \(expected)",
        help: "the value comes from the command line: \(name)=…")
    case .badFile(let reason, let help):
      DiagnosticMessage(id: .badFile, message: reason, help: help)
    case .badRow(let reason, let help):
      DiagnosticMessage(
        id: .badRow, message: reason,
        help: help ?? "correct the row and check again; nothing is sent until every row is correct")
    case .closesNonAgent(let verb, let name):
      DiagnosticMessage(
        id: .closesNonAgent, severity: .warning,
        message: "`\(name)` might not be an agent, but `\(verb)` is for agents",
        help: "keep agents only: where type is agent")
    case .contradictingPlace(let sid, let place, let earlier, let line):
      CheckError.contradictingPlace(sid, place, earlier, line)
    case .duplicateAction(let sentence, let line):
      DiagnosticMessage(
        id: .duplicateAction, severity: .warning,
        message: "`\(sentence)` is already on line \(line)",
        help: "the second has no effect; remove one of them")
    case .duplicateName(let name, let line):
      DiagnosticMessage(
        id: .duplicateName, message: "`\(name)` is already declared on line \(line)",
        help: "choose another name: a name has one meaning in a script")
    case .fileNotFound(let path, let problem):
      DiagnosticMessage(
        id: .fileNotFound, message: "`\(path)` cannot be used: \(problem.reason)",
        help: problem.help ?? "the path is relative to the script")
    case .literalSID(let sid, let place): CheckError.literalSID(sid, place)
    case .missingArgument(let name, let type, let script):
      DiagnosticMessage(
        id: .missingArgument,
        message: script.map { "`\($0)` needs a value for `\(name)`" }
          ?? "`\(name)` has no value and no default",
        help: script == nil
          ? "give one on the command line: \(name)=… (\(type))"
          : "give one: with \(name) = … (\(type))")
    case .noChannel(let isObject):
      DiagnosticMessage(
        id: .noChannel, message: "the sentence names no channel",
        help: "write `\(isObject ? "channel" : "on") UO…`, or `use channel UO…` before it")
    case .noInteraction(let needsChannel):
      DiagnosticMessage(
        id: .noInteraction, message: "the sentence names no interaction",
        help: needsChannel
          ? "write `on UO… in KD…`, or `use channel UO… in KD…` before it"
          : "write `in KD…`, or `use interaction KD…` before it")
    case .paramTooLate: SyntaxError.paramTooLate.message
    case .runCycle(let chain):
      DiagnosticMessage(
        id: .runCycle, message: "the scripts run each other in a circle",
        help: chain.joined(separator: " runs "))
    case .runTooDeep(let limit):
      DiagnosticMessage(
        id: .runTooDeep, message: "the run would be more than \(limit)",
        help: "run the scripts one after the other: flexsh run A B")
    case .similarSID(let sid, let other, let digits):
      DiagnosticMessage(
        id: .similarSID, severity: .warning,
        message: "`\(sid)` differs from `\(other)` in \(digits == 1 ? "one digit" : "two digits")",
        help: "check that neither is a typing mistake")
    case .typeMismatch(let found, let expected, let help):
      DiagnosticMessage(
        id: .typeMismatch, message: "expected \(expected), found \(found)", help: help)
    case .unknownArgument(let name, let script, let candidates):
      DiagnosticMessage(
        id: .unknownArgument,
        message: script.map { "`\($0)` has no parameter `\(name)`" }
          ?? "none of the scripts has a parameter `\(name)`",
        help: CheckError.meant(name, candidates)
          ?? (candidates.isEmpty
            ? "it has no parameters" : "it takes " + SyntaxError.list(candidates.map { "`\($0)`" }))
      )
    case .unknownField(let name, let owner, let candidates):
      DiagnosticMessage(
        id: .unknownName, message: "\(owner) has no field `\(name)`",
        help: CheckError.isState(name)
          ? "to compare with several values: `status is one of [assigned, \(name)]`"
          : CheckError.meant(name, candidates)
            ?? (candidates.isEmpty ? nil : "it has " + candidates.joined(separator: ", ")),
        fix: CheckError.isState(name) ? nil : Suggestion.closest(to: name, among: candidates))
    case .unknownKey(let key, let candidates):
      DiagnosticMessage(
        id: .unknownKey, severity: .warning,
        message: "Twilio does not document `\(key)` among the properties of a routing",
        help: CheckError.meant(key, candidates) ?? "it documents "
          + candidates.joined(separator: ", "),
        fix: Suggestion.closest(to: key, among: candidates).map { "\"\($0)\"" })
    case .unknownName(let name, let candidates, let isInText):
      CheckError.unknownName(name, candidates, isInText)
    case .unknownValue(let word, let field, let words):
      DiagnosticMessage(
        id: .unknownValue, message: "`\(field)` is never `\(word)`",
        help: CheckError.meant(word, words)
          ?? "it is one of \(words.joined(separator: ", ")); a new value of Twilio's goes in quotes",
        fix: Suggestion.closest(to: word, among: words))
    case .unreachable(let verb, let line):
      DiagnosticMessage(
        id: .unreachable, severity: .warning,
        message: "this is never reached: `\(verb)` on line \(line) ends the run",
        help: "remove it, or put `\(verb)` inside an `if`")
    case .unusedName(let name):
      DiagnosticMessage(
        id: .unusedName, severity: .warning, message: "`\(name)` is never used",
        help: "remove it, or use it as $\(name)")
    case .wrongOrigin(let word, let expected, let found, let name):
      DiagnosticMessage(
        id: .wrongSIDKind,
        message:
          "`\(word)` takes \(SyntaxError.list(expected.map(\.nounWithArticle))), but this is "
          + found.nounWithArticle,
        label: "\(name) is \(found.nounWithArticle)",
        help: found == .channel && word == "of"
          ? "a channel goes after `on`: on \(name) in KD…"
          : "it begins with \(SyntaxError.list(expected.map(\.rawValue)))")
    case .wrongSIDKind(let verb, let expected, let found):
      CheckError.wrongSIDKind(verb, expected, found)
    }
  }

  private static func unknownName(
    _ name: String, _ candidates: [String], _ isInText: Bool
  ) -> DiagnosticMessage {
    var message = DiagnosticMessage(
      id: .unknownName, message: "`$\(name)` is not declared",
      help: meant(name, candidates)
        ?? "declare it first: `param \(name): …` or `let \(name) = …`",
      fix: Suggestion.closest(to: name, among: candidates).map { "$" + $0 })
    // The name may go on where a text was meant to.
    if isInText,
      let first = candidates.filter({ name.hasPrefix($0) }).max(by: { $0.count < $1.count })
    {
      let rest = name.dropFirst(first.count)
      message.help = "a name is read to its end; did you mean `${\(first)}\(rest)`?"
      message.fix = "${\(first)}\(rest)"
    }
    return message
  }

  private static func contradictingPlace(
    _ sid: AnySID, _ place: AnySID, _ earlier: AnySID?, _ line: Int
  ) -> DiagnosticMessage {
    let preposition = place.type == .channel ? "on" : "in"
    let noun = place.type?.noun ?? "place"
    return DiagnosticMessage(
      id: .contradictingPlace, severity: .warning,
      message: "`\(sid)` is \(preposition) another \(noun) on line \(line)"
        + (earlier.map { ": \($0)" } ?? ""),
      help: "check which of the two is right: \(sid.type?.nounWithArticle ?? "it") is "
        + "\(preposition) one \(noun) only")
  }

  /// Whether a word is a state of a resource, and no field.
  private static func isState(_ word: String) -> Bool {
    (RoutedTask.statuses + Reservation.statuses + Channel.statuses).contains(word)
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
        message: "`\(verb)` takes \(takes), but this is \(kind ?? "a SID of another kind")",
        label: kind.map { "\(sid.prefix)… is \($0)" }
          ?? "\(sid.prefix)… is a kind of SID that the language does not use",
        help: help(verb, expected, sid.type, written: sid.description))
    case .name(let name, let type):
      return DiagnosticMessage(
        id: .wrongSIDKind,
        message: "`\(verb)` takes \(takes), but this is \(type.nounWithArticle)",
        label: "\(name) is \(type.nounWithArticle)",
        help: help(verb, expected, type, written: name))
    }
  }

  private static func literalSID(_ sid: AnySID, _ place: LiteralPlace) -> DiagnosticMessage {
    let help = "--profiles is for what every account has: find it by its name, or with `list`"
    return switch place {
    case .script:
      DiagnosticMessage(
        id: .literalSID, message: "`\(sid)` is of one account, and the script runs in several",
        help: help)
    case .row:
      DiagnosticMessage(
        id: .literalSID,
        message: "the row holds `\(sid)`, which is of one account, and the script runs in several",
        help: help)
    case .argument(let name):
      DiagnosticMessage(
        id: .literalSID,
        message: "the value of `\(name)` holds `\(sid)`, which is of one account, and the script "
          + "runs in several", help: help)
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
    case ("close", .participant, .task), ("close", .participant, .reservation),
      ("close", .participant, .worker), ("wrapup", .participant, .task),
      ("wrapup", .participant, .reservation), ("wrapup", .participant, .worker):
      "to \(verb) the agents that it leads to: \(verb) every agent of \(written)"
    case ("close", .participant, .interaction), ("wrapup", .participant, .interaction):
      "an interaction goes after `in`: \(verb) UT… on UO… in \(written)"
    case ("on", .channel, .interaction):
      "an interaction goes after `in`: on UO… in \(written)"
    case ("in", .interaction, .channel): "a channel goes after `on`: on \(written) in KD…"
    case ("use interaction", .interaction, .channel): "did you mean `use channel \(written)`?"
    case ("use channel", .channel, .interaction): "did you mean `use interaction \(written)`?"
    default: "\(expected.nounWithArticle) begins with \(expected.rawValue)"
    }
  }
}
