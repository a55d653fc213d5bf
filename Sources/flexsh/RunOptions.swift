import ArgumentParser
import FlexCommands

/// What changes how a run proceeds.
struct RunOptions: ParsableArguments {
  @Flag(help: "Continue after a failed sentence.")
  var keepGoing = false

  @Flag(name: .shortAndLong, help: "Answer every confirmation with yes.")
  var yes = false

  @Flag(help: "Treat checker warnings as errors.")
  var strict = false

  @Flag(help: "Refuse every write before it is sent.")
  var readOnly = false

  @Flag(
    name: .customLong("lenient-sids"),
    help: "Accept SIDs of the wrong shape or kind, with a warning.")
  var lenientSIDs = false

  @Option(
    help: ArgumentHelp("Refuse a run that would change more than N things.", valueName: "n"))
  var maxChanges: Int?

  func validate() throws {
    if let maxChanges, maxChanges < 0 {
      throw ValidationError("--max-changes takes a number that is not negative")
    }
  }

  /// What they say.
  var settings: RunSettings {
    var settings = RunSettings()
    settings.keepsGoing = keepGoing
    settings.assumesYes = yes
    settings.isStrict = strict
    settings.isReadOnly = readOnly
    settings.admitsOtherSIDs = lenientSIDs
    settings.maximumChanges = maxChanges
    return settings
  }
}
