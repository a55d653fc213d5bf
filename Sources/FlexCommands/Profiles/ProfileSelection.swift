/// The accounts that a script runs in, and how many at once.
package struct AccountsSettings: Sendable {
  /// `--profiles`: names with commas between them, or `all`.
  package var profiles: String
  /// `--parallel-profiles`, from 1.
  package var parallel: Int

  /// Takes the options.
  package init(profiles: String, parallel: Int) {
    (self.profiles, self.parallel) = (profiles, parallel)
  }
}

/// The setups of the runs of one script in several accounts.
///
/// All of them are found and checked before anything is sent. Source: CLI.md, §11.
struct ProfileSelection {
  /// One for each profile, with its account, in the order of the command line.
  let setups: [RunSetup]

  /// Finds the accounts; ends the command with 78 if there is no such profile, and with 64 if two are the
  /// same account.
  init(_ settings: AccountsSettings, _ setup: RunSetup, _ context: CommandContext) throws {
    let files = ProfileFiles(context.variables)
    let names = try Self.names(settings.profiles, files)
    var profiles: [String: String] = [:]
    var setups: [RunSetup] = []
    for name in names {
      var own = setup
      own.connection.profile = name
      own = try own.withAccount(context, files)
      if let account = own.account?.account {
        if let other = profiles.updateValue(name, forKey: account) {
          throw Self.usage("profiles `\(other)` and `\(name)` have the same account, \(account)")
        }
      }
      setups.append(own)
    }
    self.setups = setups
  }

  private static func names(
    _ text: String, _ files: ProfileFiles
  ) throws -> [String] {
    guard text != "all" else {
      let names = try AccountResolver.namesOfAll(files)
      guard !names.isEmpty else {
        throw CommandEnd(
          status: ExitStatus.configuration, message: "there are no profiles",
          help: "flexsh help config says how to write them")
      }
      return names
    }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ !$0.isEmpty }) else {
      throw usage(
        "`--profiles \(text)` is neither names with commas between them, such as eu,us, nor all")
    }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw usage("profile `\(name)` is named twice")
    }
    return names
  }

  private static func usage(_ message: String) -> CommandEnd {
    CommandEnd(status: ExitStatus.usage, message: "\(message); nothing was sent")
  }
}
