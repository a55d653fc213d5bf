import FlexScript

/// What a script takes, as `flexsh run FILE --help` shows it.
enum ScriptHelp {
  /// The help of a script with these parameters.
  static func text(_ name: String, _ parameters: [Parameter]) -> String {
    let required = parameters.filter { $0.defaultText == nil }.map { " \($0.name)=…" }.joined()
    var text = "USAGE: flexsh run \(VisibleText.escaped(name))\(required) [options]\n\n"
    if parameters.isEmpty {
      text += "The script takes no values.\n"
    } else {
      text += "VALUES:\n"
      let width = parameters.map { $0.name.utf8.count + $0.type.word.utf8.count }.max() ?? 0
      for parameter in parameters {
        let used = parameter.name.utf8.count + parameter.type.word.utf8.count
        let padding = String(repeating: " ", count: width - used + 2)
        let words = parameter.documentation.map { VisibleText.escaped($0) } ?? ""
        let value = parameter.defaultText.map { " (default: \(VisibleText.escaped($0)))" } ?? ""
        text += "  \(parameter.name)=\(parameter.type.word)\(padding)\(words)\(value)\n"
      }
    }
    return text + "\nSee 'flexsh help run' for the options.\n"
  }
}
