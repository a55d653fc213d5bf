/// `flexsh run FILE --help`: asks for what a script takes.
enum ScriptHelp {
  /// The script whose help these arguments ask for; `nil` if they ask for no script's.
  static func asked(for arguments: [String]) -> String? {
    guard arguments.contains("--help") || arguments.contains("-h") else { return nil }
    let words = arguments.filter { !$0.hasPrefix("-") && $0 != "run" }
    guard arguments.first != "check", arguments.first != "fmt" else { return nil }
    return words.first { $0.hasSuffix(".flex") }
  }
}
