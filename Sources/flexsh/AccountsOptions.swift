import ArgumentParser
import FlexCommands

/// The accounts that a script runs in.
struct AccountsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run the script once in the account of each profile: eu,us, or all.", valueName: "names"))
  var profiles: String?

  @Option(
    help: ArgumentHelp("Accounts at once, 1 to 256 (default: 1).", valueName: "n"))
  var parallelProfiles: Int?

  func validate() throws {
    guard let parallelProfiles else { return }
    guard profiles != nil else { throw ValidationError("--parallel-profiles needs --profiles") }
    guard (1...256).contains(parallelProfiles) else {
      throw ValidationError("--parallel-profiles takes a number from 1 to 256")
    }
  }

  /// What they say; `nil` for one account.
  var settings: AccountsSettings? {
    profiles.map { AccountsSettings(profiles: $0, parallel: parallelProfiles ?? 1) }
  }
}
