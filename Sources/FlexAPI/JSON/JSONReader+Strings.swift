/// How strings are read.
extension JSONReader {
  /// Passes a string.
  @inline(__always)
  mutating func passString() throws(Failure) -> JSONText.Spelling {
    // Nearly all strings are ASCII without an escape, which needs no second look.
    let start = position + 1
    let end = start + bytes.plainJSONCount(from: start)
    if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
      position = end + 1
      return JSONText.Spelling(start..<end, hasEscapes: false)
    }
    return try passUnusualString(from: end)
  }

  /// Passes a string that is plain up to an offset.
  private mutating func passUnusualString(
    from offset: Int
  ) throws(Failure) -> JSONText.Spelling {
    let start = position
    var (hasEscapes, isASCII) = (false, true)
    position = offset
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        let range = start + 1..<position
        position += 1
        // An escape is ASCII: it cannot complete what is not UTF-8 before it.
        if !isASCII, String(validating: bytes[range], as: UTF8.self) == nil {
          throw failure("the string is not UTF-8", at: start)
        }
        return JSONText.Spelling(range, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        position += 1
        // The commonest, in JSON within JSON.
        if !take(UInt8(ascii: "\"")) { _ = try passEscape() }
      case 0..<0x20: throw failure("a control character in a string must be escaped")
      default:
        isASCII = isASCII && byte < 0x80
        position += 1
      }
      position += bytes.plainJSONCount(from: position)
    }
    throw failure("the string is not closed", at: start)
  }

  /// The text that a string of this text stands for.
  func decoded(_ string: JSONText.Spelling) -> String {
    guard string.hasEscapes else {
      return String(decoding: UnsafeBufferPointer(rebasing: bytes[string.range]), as: UTF8.self)
    }
    var reader = self
    reader.position = string.start
    var decoded: [UInt8] = []
    decoded.reserveCapacity(string.count)
    while reader.position < string.range.upperBound {
      let rest = bytes[reader.position..<string.range.upperBound]
      guard let backslash = rest.firstIndex(of: UInt8(ascii: "\\")) else {
        decoded.append(contentsOf: rest)
        break
      }
      decoded.append(contentsOf: bytes[reader.position..<backslash])
      reader.position = backslash + 1
      do throws(Failure) {
        decoded.append(contentsOf: String(try reader.passEscape()).utf8)
      } catch {
        preconditionFailure("the escape was passed before: \(error.reason)")
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  /// Passes what follows a backslash.
  ///
  /// - Returns: What the escape stands for.
  private mutating func passEscape() throws(Failure) -> Unicode.Scalar {
    let start = position - 1
    guard let byte = current else { throw failure("the string is not closed", at: start) }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw failure("a lone surrogate is not a character", at: start)
        }
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
          throw failure("a lone surrogate is not a character", at: start)
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw failure("a lone surrogate is not a character", at: start)
      }
      return scalar
    default: throw failure("JSON knows no such escape", at: start)
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits should follow \\u")
      }
      position += 1
      code = code << 4 | UInt32(digit)
    }
    return code
  }
}
