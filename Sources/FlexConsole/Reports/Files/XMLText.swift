import FlexScript

/// Text in XML and HTML.
enum XMLText {
  /// The text with what has a meaning in markup escaped, and with what XML 1.0 does not allow, or a reader
  /// could not see, written as `\u{1B}`.
  ///
  /// `isAttribute`: line ends and tabs are kept in attributes only as references.
  static func escaped(_ text: String, isAttribute: Bool = false) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t":
        if isAttribute {
          result += "&#\(scalar.value);"
        } else {
          result.unicodeScalars.append(scalar)
        }
      case "\r": result += "&#13;"
      case "\u{FFFE}", "\u{FFFF}":
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result += VisibleText.inFile(scalar)
      }
    }
    return result
  }

  /// ` name="value"`.
  static func attribute(_ name: String, _ value: String) -> String {
    " \(name)=\"\(escaped(value, isAttribute: true))\""
  }
}

extension XMLText {
  /// The text with what a reader could not see written as `\u{1B}`; line ends and tabs are kept.
  static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { VisibleText.isUnsafe($0) }) else { return text }
    return text.unicodeScalars.map { scalar in
      scalar == "\n" || scalar == "\t" ? String(scalar) : VisibleText.inFile(scalar)
    }.joined()
  }
}
