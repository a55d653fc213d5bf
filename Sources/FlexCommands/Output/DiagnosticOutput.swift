import FlexAPI
import FlexConsole
import FlexScript
import SystemPackage

/// Prints diagnostics.
enum DiagnosticOutput {
  /// For people, on standard error.
  static func write(_ lists: [DiagnosticList], _ context: CommandContext) {
    var errors = context.errorStream()
    for list in lists { errors.write(DiagnosticRenderer.render(list)) }
    errors.flush()
  }

  /// For programs.
  static func object(_ diagnostic: Diagnostic) -> JSONObject {
    var object = JSONObjectWriter()
    object.add(diagnostic)
    return (try? JSONReader.read(object.close()))?.object ?? JSONObject()
  }
}
