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

  /// For programs: `{"diagnostics": […]}`.
  static func json(_ lists: [DiagnosticList]) -> JSON {
    .object(["diagnostics": .array(lists.flatMap(\.all).map(json))])
  }

  private static func json(_ diagnostic: Diagnostic) -> JSON {
    var object = JSONObject()
    object["file"] = .string(diagnostic.file)
    if let range = diagnostic.range {
      object["line"] = .number(range.start.line)
      object["column"] = .number(range.start.column)
      object["end_line"] = .number(range.end.line)
      object["end_column"] = .number(range.end.column)
    }
    object["severity"] = .string(diagnostic.severity.rawValue)
    object["id"] = .string(diagnostic.id.rawValue)
    object["message"] = .string(diagnostic.message)
    if let help = diagnostic.help { object["help"] = .string(help) }
    if let fix = diagnostic.fix { object["fix"] = .object(["replacement": .string(fix)]) }
    return .object(object)
  }
}
