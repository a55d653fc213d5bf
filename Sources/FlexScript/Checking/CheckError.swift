import FlexAPI

/// A mistake, or a doubt, that needs names and kinds to be seen.
///
/// Data only; `CheckError+Diagnostic.swift` has the words.
enum CheckError {
  /// A SID of a kind, or a name for one, where `verb` takes another.
  case wrongSIDKind(verb: String, expected: SIDType, found: SIDFound)
  /// The sentences that are missing.
  case noInteraction(needsChannel: Bool)
  case noChannel
  case unknownName(String, candidates: [String])
  case unknownField(String, of: String, candidates: [String])
  case duplicateName(String, line: Int)
  /// What was found where something else is due.
  case typeMismatch(found: String, expected: String, help: String?)
  case paramTooLate
  case missingArgument(String, type: String, script: String?)
  case unknownArgument(String, script: String?, candidates: [String])
  case badArgument(name: String, expected: String, problem: String)
  case badRow(String, help: String?)
  case fileNotFound(path: String, reason: String)
  case runCycle([String])
  case runTooDeep(String)
  case unusedName(String)
  case duplicateAction(sentence: String, line: Int)
  case actionAfterClose(sid: String, line: Int)
  case unreachable(verb: String, line: Int)
  case similarSID(AnySID, to: AnySID, digits: Int)
  case closesNonAgent(verb: String, name: String)

  /// A SID that was found where another kind is due.
  enum SIDFound {
    case written(AnySID)
    case name(String, SIDType)
  }
}
