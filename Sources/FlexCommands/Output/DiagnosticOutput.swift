import FlexAPI
import FlexConsole
import FlexScript
import SystemPackage

/// Prints diagnostics.
enum DiagnosticOutput {
  /// For people, on standard error.
  static func write(_ lists: [DiagnosticList], _ context: CommandContext) {
    var errors = context.errorStream()
    let columns = context.saysToTerminal ? Terminal.size(.standardError)?.columns : nil
    for list in lists { errors.write(DiagnosticRenderer.render(list, columns: columns)) }
    errors.flush()
  }

  /// For programs.
  static func object(_ diagnostic: Diagnostic) -> JSONObject {
    var object = JSONObjectWriter()
    object.add(diagnostic)
    return (try? JSONReader.read(object.close()))?.object ?? JSONObject()
  }
}
