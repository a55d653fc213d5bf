import FlexAPI

/// A mistake, or a possible one, that can be detected only if names and kinds are known.
///
/// It holds data only; the messages are in `CheckError+Diagnostic.swift`.
enum CheckError {
  /// A SID of one kind, or a name for one, where `verb` takes another kind.
  case wrongSIDKind(verb: String, expected: SIDType, found: SIDFound)
  /// A resource after `of` or `find` that does not lead anywhere.
  case wrongOrigin(after: String, expected: [SIDType], found: SIDType, name: String)
  /// A missing interaction; `needsChannel` is true if the channel is missing as well.
  case noInteraction(needsChannel: Bool)
  /// `isObject`: whether the sentence is about the channel itself.
  case noChannel(isObject: Bool)
  case unknownName(String, candidates: [String], isInText: Bool = false)
  /// A word that a field with a known set of values never holds.
  case unknownValue(String, of: String, words: [String])
  /// A member of the properties of a routing that Twilio does not name.
  case unknownKey(String, candidates: [String])
  case unknownField(String, of: String, candidates: [String])
  case duplicateName(String, line: Int)
  /// What was found where something else is expected.
  case typeMismatch(found: String, expected: String, help: String?)
  case paramTooLate
  case missingArgument(String, type: String, script: String?)
  case unknownArgument(String, script: String?, candidates: [String])
  case badArgument(name: String, expected: String, problem: String)
  case badRow(String, help: String?)
  /// A data file that cannot be read as its name says.
  case badFile(String, help: String)
  case fileNotFound(path: String, FileProblem)
  case runCycle([String])
  /// A SID that is written out, in a script for several accounts.
  case literalSID(AnySID, LiteralPlace)
  case runTooDeep(String)
  case unusedName(String)
  case duplicateAction(sentence: String, line: Int)
  case actionAfterClose(sid: String, line: Int)
  case unreachable(verb: String, line: Int)
  /// A resource that an earlier line says is in another place; `earlier`: which one, if it is kept.
  case contradictingPlace(AnySID, place: AnySID, earlier: AnySID?, line: Int)
  case similarSID(AnySID, to: AnySID, digits: Int)
  case closesNonAgent(verb: String, name: String)

  /// Where a SID is written out.
  enum LiteralPlace {
    case script, row
    /// In the value of a parameter.
    case argument(String)
  }

  /// A SID that was found where another kind is expected.
  enum SIDFound {
    case written(AnySID)
    case name(String, SIDType)
  }
}
