import CPlatform

/// The arguments of the process, as the C runtime passed them.
enum ProcessArguments {
  /// The arguments without the program's name; `nil` if there is not even a name.
  ///
  /// Linux gives a program that is started with no arguments at all an empty name.
  static func read() -> [String]? {
    let count = flexsh_argument_count()
    guard count >= 0, let vector = flexsh_argument_vector() else {
      return CommandLine.arguments.isEmpty ? nil : Array(CommandLine.arguments.dropFirst())
    }
    let words = (0..<Int(count)).compactMap { vector[$0].map { String(cString: $0) } }
    guard let name = words.first, !(name.isEmpty && words.count == 1) else { return nil }
    return Array(words.dropFirst())
  }
}
