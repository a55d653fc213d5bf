import FlexConsole
import FlexRuntime
import SystemPackage

/// The reports that a run may have.
enum Reports {
  /// The report on standard output, in the form that the settings name.
  static func standard(_ settings: OutputSettings, _ context: CommandContext) -> any RunReport {
    switch settings.format {
    case .text: text(settings, context)
    case .ndjson: ndjson(context)
    }
  }

  /// The report for people.
  static func text(_ settings: OutputSettings, _ context: CommandContext) -> TextReport {
    let isTerminal = context.writesToTerminal
    let report = TextReport(
      output: context.outputStream(isBuffered: !isTerminal),
      errors: context.errorStream(isBuffered: false),
      palette: Palette(
        settings.color, environment: context.variables, isTerminal: isTerminal),
      errorPalette: Palette(
        settings.color, environment: context.variables, isTerminal: context.saysToTerminal),
      verbosity: settings.isQuiet ? .less : .normal,
      width: { isTerminal ? Terminal.size(.standardOutput)?.columns : nil })
    report.foldsUnreached = isTerminal
    return report
  }

  /// The report for programs.
  static func ndjson(_ context: CommandContext) -> NDJSONReport {
    NDJSONReport(context.outputStream(isBuffered: !context.writesToTerminal))
  }
}
