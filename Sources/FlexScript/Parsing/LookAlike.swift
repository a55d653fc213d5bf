/// Characters that are mistaken for others when a SID is read from a screen or typed by hand.
enum LookAlike {
  /// Returns the hexadecimal digit that a character was probably meant to be.
  static func digit(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "O", "o": return "0"
    case "l", "I", "i", "L", "|": return "1"
    case "S", "s": return "5"
    case "Z", "z": return "2"
    case "G", "g": return "6"
    default: break
    }
    // Full-width digits and letters are at a fixed offset from their ASCII counterparts.
    if (0xFF10...0xFF5A).contains(scalar.value), let ascii = Unicode.Scalar(scalar.value - 0xFEE0),
      ascii.properties.isASCIIHexDigit
    {
      return String(ascii)
    }
    if let value = scalar.properties.numericValue, let digit = Int(exactly: value),
      (0...9).contains(digit)
    {
      return String(digit)
    }
    guard let letter = latin(scalar) else { return nil }
    return letter.properties.isASCIIHexDigit ? String(letter) : digit(letter)
  }

  /// Returns the Latin letter that a letter of another script looks like.
  static func latin(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "\u{0410}", "\u{0391}": "A"  // Cyrillic, Greek
    case "\u{0412}", "\u{0392}": "B"
    case "\u{0421}", "\u{03F9}": "C"
    case "\u{0415}", "\u{0395}": "E"
    case "\u{041A}", "\u{039A}", "\u{212A}": "K"  // the last is the Kelvin sign
    case "\u{041E}", "\u{039F}": "O"
    case "\u{0422}", "\u{03A4}": "T"
    case "\u{0425}", "\u{03A7}": "X"
    case "\u{0405}": "S"
    case "\u{051C}": "W"
    case "\u{050C}": "G"
    case "\u{0430}": "a"
    case "\u{0441}": "c"
    case "\u{0435}": "e"
    case "\u{0501}": "d"
    case "\u{043E}", "\u{03BF}": "o"
    case "\u{0456}", "\u{0131}": "i"
    default:
      (0xFF21...0xFF5A).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) : nil
    }
  }
}
