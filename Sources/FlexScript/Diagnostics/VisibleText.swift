/// Text from outside, made safe to display.
package enum VisibleText {
  /// Returns the text with everything escaped that a terminal could obey or a reader could not see.
  ///
  /// A control character becomes `\x1b`, a bidirectional or invisible one `<U+202E>`. Letters of
  /// any script are kept. A tab is kept only if `keepingTabs` is true.
  package static func escaped(_ text: String, keepingTabs: Bool = false) -> String {
    guard text.unicodeScalars.contains(where: { needsEscape($0, keepingTabs) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if needsEscape(scalar, keepingTabs) {
        result += escape(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// As ``escaped(_:keepingTabs:)``, with its line ends and tabs kept.
  package static func escapedLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      escaped(String($0), keepingTabs: true)
    }.joined(separator: "\n")
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default:
      let digits = String(scalar.value, radix: 16)
      if scalar.value < 0x100 { return "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits }
      let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
      return "<U+\(zeros)\(digits.uppercased())>"
    }
  }

  /// Whether a terminal could obey a scalar, or a reader could not see it.
  package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool { needsEscape(scalar, false) }

  /// A scalar as files have it: `\u{1B}` if a terminal could obey it, or a reader could not see it.
  package static func inFile(_ scalar: Unicode.Scalar) -> String {
    isUnsafe(scalar)
      ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
  }

  private static func needsEscape(_ scalar: Unicode.Scalar, _ keepingTabs: Bool) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F: false
    case 0x09: !keepingTabs
    case 0..<0x20, 0x7F..<0xA0: true
    // Bidirectional controls, zero-width and other invisible scalars, separators, tags.
    case 0x00AD, 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  /// Returns the number of terminal columns that the text takes if no control in it is obeyed.
  package static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// Returns the number of columns that one scalar takes: 0 for combining marks, 2 for wide ones.
  package static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x300: return 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: return 0
      default: return 1
      }
    }
  }
}
