/// A mistake that can be seen without knowing any name.
///
/// Data only; `SyntaxError+Diagnostic.swift` has the words.
package enum SyntaxError: Error, Hashable, Sendable {
  case invalidUTF8
  case invalidCharacter(Unicode.Scalar)
  case bidiControl(Unicode.Scalar)
  /// A line of so many bytes.
  case lineTooLong(Int)
  case nestingTooDeep
  case unterminatedText
  /// An escape as it is written, with its `\` or `$`.
  case invalidEscape(String)
  case invalidNumber(String)
  /// A rate as it is written.
  case rateOutOfRange(String)
  case invalidJSON(String)
  /// A `\` that ends the last line.
  case nothingToContinue
  /// A `\` that does not end a line.
  case backslashInside
  case malformedSID(word: String, SIDDefect)
  /// What stands where a value of another sort is due.
  case unknownCommand(String)
  /// What was found, and what was expected, in the order in which to name it; `candidates` are words
  /// that may have been meant and are too many to name.
  case unexpectedWord(found: String, expected: [String], candidates: [String] = [])
  case missingWord(expected: [String])
  /// The brace that is never closed.
  case unclosedBlock
  case unexpectedClose(String)
  /// A `place` in the other order.
  case placeOrder
  case paramTooLate
  case wrongCase(word: String, keyword: String)
  case reservedName(String)
  case invalidName(String)
  case credential
}

/// What is wrong with a word that should be a SID.
package enum SIDDefect: Hashable, Sendable {
  /// So many digits instead of 32, all of them hexadecimal.
  case length(Int)
  /// The first character that is not hexadecimal, at this digit from 1, and what was likely meant.
  case notHexadecimal(Unicode.Scalar, digit: Int, meant: String?)
  /// A prefix that is not two capital letters of the Latin alphabet.
  case prefix(Unicode.Scalar, meant: String?)
  /// Lower-case letters where the prefix should be.
  case lowerCasePrefix
}
