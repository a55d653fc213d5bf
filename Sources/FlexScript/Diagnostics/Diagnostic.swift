/// A mistake or a possible mistake in a script: where it is, what it is, and what to do about it.
package struct Diagnostic: Hashable, Sendable {
  /// The diagnostics in the contract of the language, §6; the raw value is the stable identifier.
  package enum ID: String, CaseIterable, Sendable {
    case invalidUTF8 = "invalid-utf8"
    case invalidCharacter = "invalid-character"
    case bidiControl = "bidi-control"
    case lineTooLong = "line-too-long"
    case nestingTooDeep = "nesting-too-deep"
    case unterminatedText = "unterminated-text"
    case invalidEscape = "invalid-escape"
    case invalidNumber = "invalid-number"
    case invalidJSON = "invalid-json"
    case malformedSID = "malformed-sid"
    case wrongSIDKind = "wrong-sid-kind"
    case unknownCommand = "unknown-command"
    case unexpectedWord = "unexpected-word"
    case missingWord = "missing-word"
    case unclosedBlock = "unclosed-block"
    case unexpectedClose = "unexpected-close"
    case noInteraction = "no-interaction"
    case noChannel = "no-channel"
    case unknownName = "unknown-name"
    case duplicateName = "duplicate-name"
    case typeMismatch = "type-mismatch"
    case missingArgument = "missing-argument"
    case unknownArgument = "unknown-argument"
    case badRow = "bad-row"
    case badFile = "bad-file"
    case fileNotFound = "file-not-found"
    case runCycle = "run-cycle"
    case runTooDeep = "run-too-deep"
    case credentialInScript = "credential-in-script"
    case unknownValue = "unknown-value"
    case notShardable = "not-shardable"
    case literalSID = "literal-sid"
    case unusedName = "unused-name"
    case duplicateAction = "duplicate-action"
    case actionAfterClose = "action-after-close"
    case unreachable
    case similarSID = "similar-sid"
    case closesNonAgent = "closes-non-agent"
    case unknownKey = "unknown-key"
    case contradictingPlace = "contradicting-place"
  }

  /// Whether a diagnostic stops the script.
  package enum Severity: String, Sendable {
    case error, warning
  }

  /// The kind of diagnostic.
  package let id: ID
  /// Whether it stops the script.
  package let severity: Severity
  /// The file as the user named it; `-` for standard input, `-c` for a script in an argument.
  package let file: String
  /// The whole word at fault; `nil` for something that is not in a file, such as an argument.
  package let range: SourceRange?
  /// What was found and what was expected, in lower case, without a full stop.
  package let message: String
  /// A few words to show next to the carets.
  package let label: String?
  /// What to do about it.
  package let help: String?
  /// What to write instead of the range.
  package let fix: String?
  /// The line that is shown.
  package let excerpt: Excerpt?
}

/// The texts of a diagnostic, without its position.
struct DiagnosticMessage {
  var id: Diagnostic.ID
  var severity = Diagnostic.Severity.error
  var message: String
  var label: String?
  var help: String?
  var fix: String?

  /// Creates a diagnostic at a range of a script.
  func diagnostic(file: String, range: SourceRange, window: SourceWindow) -> Diagnostic {
    var excerpt = window.excerpt(range)
    if id == .credentialInScript { excerpt.hide(range) }
    return Diagnostic(
      id: id, severity: severity, file: file, range: range, message: message, label: label,
      help: help, fix: fix, excerpt: excerpt)
  }
}

extension Excerpt {
  /// Replaces a secret, and everything after it on its line, with asterisks.
  mutating func hide(_ range: SourceRange) {
    var scalars = String.UnicodeScalarView()
    for (index, scalar) in text.unicodeScalars.enumerated() {
      scalars.append(firstColumn + index >= range.start.column ? "*" : scalar)
    }
    text = String(scalars)
  }
}

extension Diagnostic {
  /// Returns the diagnostic for a command-line argument that no script declares.
  package static func unknownArgument(_ name: String, parameters: [String]) -> Diagnostic {
    let message = CheckError.unknownArgument(name, script: nil, candidates: parameters).message
    return Diagnostic(
      id: message.id, severity: message.severity, file: "", range: nil, message: message.message,
      label: nil, help: message.help, fix: nil, excerpt: nil)
  }
}
