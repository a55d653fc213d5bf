import FlexCommands

/// The words after `run`: files, and values for parameters.
struct ScriptArguments {
  private(set) var files: [String] = []
  private(set) var values: [String: String] = [:]

  /// Reads words; a value that is given twice ends the program.
  static func reading(_ words: [String]) throws -> ScriptArguments {
    let arguments = ScriptArguments(words)
    guard let name = arguments.twice else { return arguments }
    throw CommandEnd(
      status: ExitStatus.usage, message: "a value for `\(name)` is given twice", help: "keep one")
  }

  /// A parameter that is given twice.
  private var twice: String?

  /// A word is a value if what precedes its first `=` can be a name; `./a=b` is a file.
  init(_ words: [String]) {
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
