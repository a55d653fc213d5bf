/// A mistake or a doubt in a script: where, what, and what to do.
package struct Diagnostic: Hashable, Sendable {
  /// What stands in the contract of the language, §6; the raw value is the stable identifier.
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
    case fileNotFound = "file-not-found"
    case runCycle = "run-cycle"
    case runTooDeep = "run-too-deep"
    case credentialInScript = "credential-in-script"
    case unusedName = "unused-name"
    case duplicateAction = "duplicate-action"
    case actionAfterClose = "action-after-close"
    case unreachable
    case similarSID = "similar-sid"
    case closesNonAgent = "closes-non-agent"
  }

  /// Whether it stops the script.
  package enum Severity: String, Sendable {
    case error, warning
  }

  /// What it is.
  package let id: ID
  /// Whether it stops the script.
  package let severity: Severity
  /// The file as the user named it; `-` for standard input, `-c` for a script in an argument.
  package let file: String
  /// The whole word at fault; `nil` for what has no place in a file, such as an argument.
  package let range: SourceRange?
  /// What was found and what was expected, lower case, no full stop.
  package let message: String
  /// A few words that stand beside the carets.
  package let label: String?
  /// What to do.
  package let help: String?
  /// What to write in the place of the range.
  package let fix: String?
  /// The line that is shown.
  package let excerpt: Excerpt?
}

/// The words of a diagnostic, apart from its place.
struct DiagnosticMessage {
  var id: Diagnostic.ID
  var severity = Diagnostic.Severity.error
  var message: String
  var label: String?
  var help: String?
  var fix: String?

  /// Sets the words in a place.
  func diagnostic(file: String, range: SourceRange, window: SourceWindow) -> Diagnostic {
    var excerpt = window.excerpt(range)
    if id == .credentialInScript { excerpt.hide(range) }
    return Diagnostic(
      id: id, severity: severity, file: file, range: range, message: message, label: label,
      help: help, fix: fix, excerpt: excerpt)
  }
}

extension Excerpt {
  /// Puts stars in the place of a secret, and of all that follows it on its line.
  mutating func hide(_ range: SourceRange) {
    var scalars = String.UnicodeScalarView()
    for (index, scalar) in text.unicodeScalars.enumerated() {
      scalars.append(firstColumn + index >= range.start.column ? "*" : scalar)
    }
    text = String(scalars)
  }
}

extension Diagnostic {
  /// An argument of the command line that no script declares.
  package static func unknownArgument(_ name: String, parameters: [String]) -> Diagnostic {
    let words = CheckError.unknownArgument(name, script: nil, candidates: parameters).words
    return Diagnostic(
      id: words.id, severity: words.severity, file: "", range: nil, message: words.message,
      label: nil, help: words.help, fix: nil, excerpt: nil)
  }
}
