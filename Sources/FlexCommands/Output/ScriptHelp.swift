import FlexScript

/// What a script takes, as `flexsh run FILE --help` shows it.
enum ScriptHelp {
  /// The help of a script with these parameters.
  ///
  /// `comment`: the first comment of the script, which says what it is for.
  static func text(_ name: String, _ parameters: [Parameter], comment: String) -> String {
    let required = parameters.filter { $0.defaultText == nil }.map { " \($0.name)=…" }.joined()
    var text = comment.isEmpty ? "" : VisibleText.escapedLines(comment) + "\n\n"
    text += "USAGE: flexsh run \(VisibleText.escaped(name))\(required) [options]\n\n"
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
        let rest = (words + value).drop { $0 == " " }
        text += "  \(parameter.name)=\(parameter.type.word)\(padding)\(rest)\n"
      }
    }
    return text + "\nSee 'flexsh help run' for the options.\n"
  }
}
