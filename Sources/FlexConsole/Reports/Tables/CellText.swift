package import FlexAPI
import FlexScript

/// How the rows of a table are written.
package enum TableDialect: Hashable, Sendable {
  /// RFC 4180 with LF.
  ///
  /// `isRaw`: whether a cell that a spreadsheet would execute is written as it is.
  case csv(isRaw: Bool)
  /// Separated by tabs, escaped as PostgreSQL's `COPY` does.
  case tsv

  /// A row, its line end included.
  package func row(_ cells: [JSON]) -> String {
    let separator =
      switch self {
      case .csv: ","
      case .tsv: "\t"
      }
    return cells.map(cell).joined(separator: separator) + "\n"
  }

  private func cell(_ value: JSON) -> String {
    let text: String
    switch (value, self) {
    case (.null, .csv): return ""
    case (.null, .tsv): return "\\N"
    case (.string(let words), .csv(let isRaw)):
      text = !isRaw && Self.isFormula(words) ? "'" + words : words
    case (.string(let words), .tsv): text = words
    default: text = value.serialized
    }
    return self == .tsv ? Self.copyEscaped(text) : Self.quoted(Self.visible(text))
  }

  /// Whether a spreadsheet would take a text for a formula: numbers and telephone numbers are none.
  static func isFormula(_ text: String) -> Bool {
    guard let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) else { return false }
    let rest = text.utf8.dropFirst()
    let isPhoneNumber =
      first == UInt8(ascii: "+") && (1...15).contains(rest.count)
      && rest.allSatisfy { (0x30...0x39).contains($0) }
    return !isPhoneNumber && !isNumber(text)
  }

  /// Whether a text is a number: a sign, digits with a point among or before them, an exponent.
  private static func isNumber(_ text: String) -> Bool {
    var rest = Substring(text)
    func digits() -> Int {
      let found = rest.prefix { $0.isASCII && $0.isNumber }.count
      rest = rest.dropFirst(found)
      return found
    }
    if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
    var count = digits()
    if rest.first == "." {
      rest.removeFirst()
      count += digits()
    }
    guard count > 0 else { return false }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private static func quoted(_ text: String) -> String {
    guard
      text.utf8.contains(where: { "\",\n\r".utf8.contains($0) || $0 == 9 })
        || text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ")
    else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private static func copyEscaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") || $0 > 0x7E }) else {
      return text
    }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\\": result += "\\\\"
      default: result += VisibleText.inFile(scalar)
      }
    }
    return result
  }

  /// The text with every control and bidirectional character escaped, except those that are quoted.
  private static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { VisibleText.isUnsafe($0) }) else { return text }
    return text.unicodeScalars.map { scalar in
      scalar == "\t" || scalar == "\n" || scalar == "\r"
        ? String(scalar) : VisibleText.inFile(scalar)
    }.joined()
  }
}
