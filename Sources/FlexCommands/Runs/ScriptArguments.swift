/// The words after `run`: files, and values for parameters.
package struct ScriptArguments: Sendable {
  /// The files, in order.
  package private(set) var files: [String] = []
  /// The values, by the names of their parameters.
  package private(set) var values: [String: String] = [:]
  /// A parameter that is given twice.
  private(set) var twice: String?

  /// Reads words; a value that is given twice ends the program.
  package static func reading(_ words: [String]) throws -> ScriptArguments {
    let arguments = ScriptArguments(words)
    guard let name = arguments.twice else { return arguments }
    throw CommandEnd(
      status: ExitStatus.usage, message: "a value for `\(name)` is given twice", help: "keep one")
  }

  /// Tells files from values.
  ///
  /// A word is a value if what precedes its first `=` can be a name; `./a=b` is a file.
  package init(_ words: [String]) {
    for word in words {
      guard let mark = word.utf8.firstIndex(of: UInt8(ascii: "=")),
        ScriptArguments.isName(word[..<mark])
      else {
        files.append(word)
        continue
      }
      let name = String(word[..<mark])
      if values[name] != nil { twice = name }
      values[name] = String(word[word.utf8.index(after: mark)...])
    }
  }

  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return text.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
    }
  }
}
