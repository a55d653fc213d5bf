import FlexAPI

extension SyntaxError {
  /// The message for the mistake, in alphabetical order of the cases.
  var message: DiagnosticMessage {
    switch self {
    case .backslashInside:
      DiagnosticMessage(
        id: .unexpectedWord, message: "`\\` is inside a line",
        help: "`\\` continues a sentence only as the last character of its line")
    case .bidiControl(let scalar):
      DiagnosticMessage(
        id: .bidiControl,
        message: "\(SyntaxError.name(scalar)) changes the direction in which the line is shown",
        help: "remove it: a script must read as it runs", fix: "")
    case .credential:
      DiagnosticMessage(
        id: .credentialInScript, message: "this looks like a secret, which must not be in a script",
        help: "remove it, and revoke it where it was issued; credentials come from the "
          + "environment (`flexsh help environment`)")
    case .invalidCharacter(let scalar): SyntaxError.invalidCharacter(scalar)
    case .invalidEscape(let escape): SyntaxError.invalidEscape(escape)
    case .invalidJSON(let reason):
      DiagnosticMessage(
        id: .invalidJSON, message: "this is not valid JSON: \(reason)",
        help: "write JSON (RFC 8259); a reference can be a value or part of a text")
    case .invalidName(let word):
      DiagnosticMessage(
        id: .unexpectedWord, message: "`\(word)` cannot be a name",
        help: "a name is a lower-case letter, then letters, digits and `_`")
    case .invalidNumber(let word):
      DiagnosticMessage(
        id: .invalidNumber, message: "`\(word)` is not a number",
        help: word.hasPrefix("-")
          ? "numbers are not negative"
          : "write 3 or 0.5, a duration as 500ms, 10s, 2m, 1h or 1d, a rate as 20/s")
    case .invalidSegment(let word): SyntaxError.invalidSegment(word)
    case .invalidUTF8:
      DiagnosticMessage(
        id: .invalidUTF8, message: "these bytes are not UTF-8",
        help: "save the script as UTF-8")
    case .lineTooLong(let length):
      DiagnosticMessage(
        id: .lineTooLong,
        message: "the line has \(length) bytes; the limit is \(Lexer.maximumLineLength)",
        help: "split it: a `\\` at the end of a line continues the sentence")
    case .malformedSID(let word, let defect): defect.message(word)
    case .missingWord(let expected):
      DiagnosticMessage(
        id: .missingWord,
        message: "the sentence ends here, but \(SyntaxError.list(expected)) is missing")
    case .nestingTooDeep:
      DiagnosticMessage(
        id: .nestingTooDeep,
        message: "this is nested more than \(Parser.maximumDepth) deep",
        help: "move the inner part to a script of its own and `run` it")
    case .nothingToContinue:
      DiagnosticMessage(
        id: .unexpectedWord, message: "`\\` continues a line, but no line follows",
        help: "remove the `\\`", fix: "")
    case .paramTooLate:
      DiagnosticMessage(
        id: .unexpectedWord, message: "`param` comes after a sentence",
        help: "parameters come first in a script")
    case .placeOrder:
      DiagnosticMessage(
        id: .unexpectedWord, message: "`on` comes after `in`",
        help: "the channel comes first: on UO… in KD…")
    case .rateOutOfRange(let word):
      DiagnosticMessage(
        id: .invalidNumber, message: "the rate `\(word)` is out of range",
        help: "a rate is from \(RequestRate.limits.lowest) to \(RequestRate.limits.highest)")
    case .unclosedBlock:
      DiagnosticMessage(
        id: .unclosedBlock, message: "this `{` is never closed",
        help: "write `}` on a line of its own after the last sentence of the block")
    case .unexpectedClose(let mark):
      DiagnosticMessage(
        id: .unexpectedClose, message: "`\(mark)` closes nothing", help: "remove it", fix: "")
    case .unexpectedWord(let found, let expected, let candidates):
      SyntaxError.unexpectedWord(found, expected, candidates)
    case .unknownCommand(let word): SyntaxError.unknownCommand(word)
    case .unterminatedText:
      DiagnosticMessage(
        id: .unterminatedText, message: "the text is not closed on its line",
        help: "write the closing quote; write a line break in a text as \\n")
    case .wrongCase(let word, let keyword):
      DiagnosticMessage(
        id: .unexpectedWord, message: "`\(word)` should be `\(keyword)`",
        help: "did you mean `\(keyword)`? the words of the language are lower case", fix: keyword)
    }
  }

  /// Returns a list such as "`a`, `b` or `c`".
  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "something" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  /// Returns the name of a scalar, such as "U+202E".
  static func name(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }

  private static func invalidCharacter(_ scalar: Unicode.Scalar) -> DiagnosticMessage {
    switch scalar.value {
    case 0x24:
      return DiagnosticMessage(
        id: .invalidCharacter, message: "`$` begins a reference, but no name follows",
        help: "a name begins with a lower-case letter: $chat")
    case 0x0D:
      return DiagnosticMessage(
        id: .invalidCharacter, message: "a carriage return without a line feed",
        help: "end lines with LF or CRLF")
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF:
      return DiagnosticMessage(
        id: .invalidCharacter, message: "the control character \(name(scalar)) is not allowed here",
        help: "remove it", fix: "")
    case 0x21..<0x7F:
      return DiagnosticMessage(
        id: .invalidCharacter, message: "`\(scalar)` means nothing here")
    default:
      if (0x2018...0x201F).contains(scalar.value) {
        return DiagnosticMessage(
          id: .invalidCharacter,
          message: "`\(scalar)` (\(name(scalar))) is not a quotation mark of the language",
          help: "write a text in straight quotes: \"…\" or '…'")
      }
      return DiagnosticMessage(
        id: .invalidCharacter,
        message: "`\(scalar)` (\(name(scalar))) is allowed only in texts and comments",
        help: LookAlike.latin(scalar).map { "did you mean the Latin `\($0)`?" })
    }
  }

  private static func invalidSegment(_ word: String) -> DiagnosticMessage {
    if word.hasPrefix("\"") || word.hasPrefix("'") {
      return DiagnosticMessage(
        id: .unexpectedWord, message: "a column name cannot be interpolated or empty",
        help: "write it in single quotes")
    }
    return DiagnosticMessage(
      id: .unexpectedWord,
      message: "after a dot, `\(word)` needs quotes: it is not only letters, digits and `_`",
      help: "did you mean `\"\(word)\"`?", fix: "\"\(word)\"")
  }

  private static func invalidEscape(_ escape: String) -> DiagnosticMessage {
    if escape.hasPrefix("$") {
      return DiagnosticMessage(
        id: .invalidEscape, message: "`$` begins a reference, but no name follows",
        help: "write \\$ for the character itself, or the text in single quotes")
    }
    return DiagnosticMessage(
      id: .invalidEscape, message: "`\(escape)` is not an escape",
      help: #"the escapes are \" \\ \$ \n \t \u{1F600}; single quotes have none"#)
  }

  /// The words with which a sentence continues.
  private static let connecting: [String] = [
    Keyword.on, .in, .where, .completing, .tasks, .routing, .media, .context, .webhook, .every,
    .timeout, .with, .and, .or, .is,
  ].map(\.rawValue)

  private static func unexpectedWord(
    _ found: String, _ expected: [String], _ candidates: [String]
  ) -> DiagnosticMessage {
    let words =
      candidates
      + expected.compactMap { $0.hasPrefix("`") ? String($0.dropFirst().dropLast()) : nil }
    let isOver = expected == ["the end of the sentence"]
    // The word may be right, but in the wrong place.
    let closest = Suggestion.closest(to: found, among: isOver ? connecting : words)
    let meant = closest == found ? nil : closest
    return DiagnosticMessage(
      id: .unexpectedWord,
      message: isOver
        ? "`\(found)` comes after the end of the sentence"
        : "expected \(list(expected)), found `\(found)`",
      help: meant.map { didYouMean($0, found) }
        ?? (found == "=" ? "to compare, write `is`" : nil)
          ?? advice(on: found, expected, isOver: isOver)
          ?? (isOver
            ? "write one sentence per line, or end one with `;`; a comma continues a list" : nil),
      fix: meant)
  }

  /// What to write instead of a word that newcomers write; `nil` if nothing is known of it.
  private static func advice(on found: String, _ expected: [String], isOver: Bool) -> String? {
    switch found {
    case "worker", "queue", "workflow", "workspace":
      return isOver ? nil : "a name goes after it in quotes: \(found) \"…\""
    case "agents", "agent":
      return expected.contains("`participants`")
        ? "those of a channel: list participants where type is agent; all of them: list workers"
        : nil
    case "older", "newer", "before", "after":
      return isOver
        ? "a time is compared like this: date_updated \(found) \(found.hasSuffix("er") ? "than 2h" : "\"…\""); "
          + "conditions are joined with `and`" : nil
    default: break
    }
    // A name in quotes may stand there.
    let names = ["a worker", "a queue", "a workflow", "a workspace", "a name"]
    let takesName = expected.contains { words in names.contains { words.contains($0) } }
    return takesName ? "a name goes in quotes: \"\(found)\"" : nil
  }

  private static func didYouMean(_ meant: String, _ found: String) -> String {
    let isCase = found != meant && found.lowercased() == meant
    return "did you mean `\(meant)`?" + (isCase ? " the words of the language are lower case" : "")
  }

  private static func unknownCommand(_ word: String) -> DiagnosticMessage {
    let meant =
      word == "else" ? nil : Suggestion.closest(to: word, among: Keyword.verbs.map(\.rawValue))
    let help: String
    if let meant {
      help = didYouMean(meant, word)
    } else if word == "else" {
      help = "write `else` on the same line as the `}` before it: } else {"
    } else {
      help = "a sentence begins with a verb: close, wrapup, use, show, list, …"
    }
    return DiagnosticMessage(
      id: .unknownCommand, message: "no sentence begins with `\(word)`", help: help, fix: meant)
  }
}

extension SIDDefect {
  /// Returns the warning for a SID of another shape where those are admitted.
  static func warning(_ word: String) -> DiagnosticMessage {
    var message =
      SIDDefect(word: word)?.message(word)
      ?? DiagnosticMessage(
        id: .malformedSID, message: "`\(word)` is not shaped like a SID",
        help: "a SID has two capital letters and 32 hexadecimal digits")
    message.severity = .warning
    return message
  }

  /// Returns the message for a malformed SID.
  func message(_ word: String) -> DiagnosticMessage {
    switch self {
    case .length(let count):
      let digits = count == 1 ? "1 hexadecimal digit" : "\(count) hexadecimal digits"
      return DiagnosticMessage(
        id: .malformedSID, message: "`\(word)` has \(digits); a SID has 32",
        label: count < 32 ? "\(32 - count) too few" : "\(count - 32) too many",
        help: "copy the whole SID: two capital letters and 32 hexadecimal digits")
    case .notHexadecimal(let scalar, let digit, let meant):
      return DiagnosticMessage(
        id: .malformedSID,
        message: "`\(scalar)`\(unicodeName(scalar)) at digit \(digit) of `\(word)` is not "
          + "hexadecimal",
        help: meant.map { "did you mean `\($0)`? a SID has the digits 0…9 and a…f" }
          ?? "a SID has the digits 0…9 and a…f, 32 of them")
    case .prefix(let scalar, let meant):
      return DiagnosticMessage(
        id: .malformedSID,
        message:
          "`\(scalar)`\(unicodeName(scalar)) in the prefix of `\(word)` is not a Latin letter",
        help: meant.map { "did you mean the Latin `\($0)`? it only looks the same" }
          ?? "a SID begins with two capital letters")
    case .lowerCasePrefix:
      let fixed = word.prefix(2).uppercased() + word.dropFirst(2)
      return DiagnosticMessage(
        id: .malformedSID, message: "the prefix of `\(word)` is not in capital letters",
        help: "did you mean `\(fixed)`?", fix: fixed)
    }
  }

  private func unicodeName(_ scalar: Unicode.Scalar) -> String {
    scalar.isASCII ? "" : " (\(SyntaxError.name(scalar)))"
  }
}
