import FlexConsole
import FlexStorage
import SystemPackage

extension TextReport {
  /// The report for people, on this process's standard output and standard error.
  static func standard(_ options: OutputOptions) -> TextReport {
    let environment = ProcessEnvironment.variables()
    let isTerminal = Terminal.isTerminal(.standardOutput)
    return TextReport(
      output: OutputStream(.standardOutput, isBuffered: !isTerminal),
      errors: OutputStream(.standardError, isBuffered: false),
      palette: Palette(options.color, environment: environment, isTerminal: isTerminal),
      errorPalette: Palette(
        options.color, environment: environment,
        isTerminal: Terminal.isTerminal(.standardError)),
      verbosity: options.quiet ? .less : .normal,
      width: { isTerminal ? Terminal.size(.standardOutput)?.columns : nil })
  }
}

extension NDJSONReport {
  /// The report for programs, on this process's standard output.
  static func standard() -> NDJSONReport {
    NDJSONReport(
      OutputStream(.standardOutput, isBuffered: !Terminal.isTerminal(.standardOutput)))
  }
}
