import FlexConsole
import FlexRuntime
import SystemPackage

/// The reports for people.
enum Reports {
  /// The report on standard output, its failures on standard error.
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
    report.columns = settings.columns
    report.isWide = settings.isWide
    if context.saysToTerminal { report.errorWidth = { Terminal.size(.standardError)?.columns } }
    if isTerminal, settings.verbosity == 0 {
      report.height = { Terminal.size(.standardOutput)?.lines }
    }
    return report
  }

  /// The report of everything that is not in a table, or not in a listing as a script, on standard
  /// error; `shape`: the table.
  static func beside(
    _ shape: TableShape?, _ settings: OutputSettings, _ context: CommandContext
  ) -> any RunReport {
    let palette = Palette(
      settings.color, environment: context.variables, isTerminal: context.saysToTerminal)
    let isTerminal = context.saysToTerminal
    let text = TextReport(
      output: context.errorStream(isBuffered: false),
      errors: context.errorStream(isBuffered: false), palette: palette, errorPalette: palette,
      verbosity: settings.isQuiet ? .less : .normal,
      width: { isTerminal ? Terminal.size(.standardError)?.columns : nil })
    text.foldsUnreached = isTerminal
    text.isWide = settings.isWide
    if isTerminal { text.errorWidth = { Terminal.size(.standardError)?.columns } }
    return ReportBeside(text, shape)
  }

  /// The report for programs at a prompt.
  static func ndjson(_ context: CommandContext) -> RecordReport {
    RecordReport([
      JSONStream(context.outputStream(isBuffered: !context.writesToTerminal), .lines)
    ])
  }
}
