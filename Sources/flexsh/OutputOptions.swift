import ArgumentParser
import FlexCommands
import FlexConsole

/// What is shown, and how.
struct OutputOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "How results are printed: text or ndjson.")
  var output = OutputSettings.Format.text

  @Flag(name: .shortAndLong, help: "Show less: results and failures only.")
  var quiet = false

  @Flag(
    name: .shortAndLong,
    help: "Show requests as curl lines; twice: requests and replies whole. Secrets never.")
  var verbose: Int

  @Option(help: "When to colour: auto, always or never.")
  var color = Palette.Choice.auto

  /// What they say.
  var settings: OutputSettings {
    var settings = OutputSettings()
    settings.format = output
    settings.isQuiet = quiet
    settings.verbosity = verbose
    settings.color = color
    return settings
  }
}

extension OutputSettings.Format: ExpressibleByArgument {}
extension Palette.Choice: ExpressibleByArgument {}
