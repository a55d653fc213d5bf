import ArgumentParser
import FlexConsole
import FlexScript
import FlexStorage
import SystemPackage

/// `flexsh run FILE --help`: what a script takes.
enum ScriptHelp {
  /// The help that these arguments ask for; `nil` when they do not ask for a script's.
  static func asked(for arguments: [String]) -> Exit? {
    guard arguments.contains("--help") || arguments.contains("-h") else { return nil }
    let words = arguments.filter { !$0.hasPrefix("-") && $0 != "run" }
    guard let name = words.first(where: { $0.hasSuffix(".flex") }), arguments.first != "check",
      arguments.first != "fmt"
    else { return nil }
    do {
      let file = try ScriptOpening.open(name)
      let session = CheckSession(files: Files(root: name))
      let parameters = try session.check(file, arguments: nil)
      var output = OutputStream(.standardOutput, isBuffered: true)
      output.write(text(name, parameters))
      output.flush()
      return Exit(status: output.failure == nil ? 0 : ExitStatus.outputFailed, message: "")
    } catch let exit as Exit {
      return exit
    } catch {
      return Exit(status: ExitStatus.noInput, message: "\(name) cannot be read")
    }
  }

  private static func text(_ name: String, _ parameters: [Parameter]) -> String {
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
