import FlexAPI
import FlexStorage

extension RunSetup {
  /// The setup with the account that it leads to, and what the account's profile sets; what is wrong
  /// with the configuration ends the command.
  ///
  /// A simulator needs no account. SIDs of another shape are admitted from here on, if they are to be.
  ///
  /// `files`: the files of profiles, if they have been read before.
  func withAccount(
    _ context: CommandContext, _ files: ProfileFiles? = nil
  ) throws -> RunSetup {
    if run.admitsOtherSIDs { OtherSIDs.admit() }
    let url: String?
    switch target {
    case .simulator: return self
    case .server(let given), .dryRun(let given): url = given
    }
    let resolver = try AccountResolver(
      profile: connection.profile, baseURL: url, environment: context.variables, files: files)
    if case .server = target { try resolver.checkCredentials() }
    var setup = self
    setup.account = resolver
    if resolver.readOnly != nil { setup.run.isReadOnly = true }
    setup.run.maximumChanges = setup.run.maximumChanges ?? resolver.settings?.maximumChanges
    return setup
  }

  /// The account in use; of a setup that has not been resolved, it is looked for now.
  func resolvedAccount(_ context: CommandContext) throws -> AccountResolver? {
    try account ?? withAccount(context).account
  }
}
