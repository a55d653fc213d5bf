/// What libedit does at a sequence of keys.
enum EditorBinding: Hashable {
  /// A function of libedit.
  case function(String)
  /// A text, as if it were typed.
  case text(String)

  /// Reads the bindings of sequences that begin with an escape from libedit's list of all bindings.
  ///
  /// Its lines are `"^[[5~"  ->  ed-prev-history` and, for a text, `"^[q"  ->  "exit^M"`.
  ///
  /// - Returns: The bindings by their sequences, without the escape.
  static func ofSequences(in list: String) -> [String: EditorBinding] {
    var bindings: [String: EditorBinding] = [:]
    for line in list.split(separator: "\n") {
      guard line.hasPrefix("\"^["), let arrow = line.firstRange(of: "->") else { continue }
      let left = line[..<arrow.lowerBound].trimmed
      let right = line[arrow.upperBound...].trimmed
      guard left.count > 4, left.last == "\"", !right.isEmpty else { continue }
      let sequence = plain(left.dropFirst(3).dropLast())
      if right.first == "\"", right.last == "\"", right.count > 1 {
        bindings[sequence] = .text(plain(right.dropFirst().dropLast()))
      } else {
        bindings[sequence] = .function(String(right))
      }
    }
    return bindings
  }

  /// A text in which libedit has written control characters as `^X`, and others as `\\ooo`.
  private static func plain(_ shown: Substring) -> String {
    var result = String.UnicodeScalarView()
    var rest = shown.unicodeScalars
    while let scalar = rest.popFirst() {
      if scalar == "^", let next = rest.popFirst() {
        result.append(Unicode.Scalar(UInt8(truncatingIfNeeded: next.value) ^ 0x40))
      } else if scalar == "\\", let value = UInt8(String(rest.prefix(3)), radix: 8) {
        rest = rest.dropFirst(3)
        result.append(Unicode.Scalar(value))
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}

extension Substring {
  /// The text without spaces and tabs around it.
  fileprivate var trimmed: Substring {
    var text = drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
