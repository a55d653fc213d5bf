/// A mistake that can be detected without knowing any name.
///
/// It holds data only; the messages are in `SyntaxError+Diagnostic.swift`.
package enum SyntaxError: Error, Hashable, Sendable {
  case invalidUTF8
  case invalidCharacter(Unicode.Scalar)
  case bidiControl(Unicode.Scalar)
  /// A line that is too long, with its length in bytes.
  case lineTooLong(Int)
  case nestingTooDeep
  case unterminatedText
  /// An escape as written, with its `\` or `$`.
  case invalidEscape(String)
  case invalidNumber(String)
  /// A rate as written.
  case rateOutOfRange(String)
  case invalidJSON(String)
  /// A `\` that ends the last line.
  case nothingToContinue
  /// A `\` that does not end a line.
  case backslashInside
  case malformedSID(word: String, SIDDefect)
  /// What was found where a verb is expected.
  case unknownCommand(String)
  /// What was found, and what was expected, in the order in which to list it; `candidates` are
  /// words that may have been meant but are too many to list.
  case unexpectedWord(found: String, expected: [String], candidates: [String] = [])
  case missingWord(expected: [String])
  /// The brace that is never closed.
  case unclosedBlock
  case unexpectedClose(String)
  /// A `place` in the wrong order.
  case placeOrder
  case paramTooLate
  case wrongCase(word: String, keyword: String)
  case invalidName(String)
  /// What follows a dot as written, and is neither a word nor a text without references.
  case invalidSegment(String)
  case credential
}

/// What is wrong with a word that should be a SID.
package enum SIDDefect: Hashable, Sendable {
  /// The number of digits if it is not 32, all of them hexadecimal.
  case length(Int)
  /// The first character that is not hexadecimal, its 1-based digit, and what was probably meant.
  case notHexadecimal(Unicode.Scalar, digit: Int, meant: String?)
  /// A prefix that is not two capital Latin letters.
  case prefix(Unicode.Scalar, meant: String?)
  /// Lower-case letters where the prefix should be.
  case lowerCasePrefix
}
