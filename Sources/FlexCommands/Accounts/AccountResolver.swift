import FlexAPI
import FlexClient
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// The account in use and where its requests go, and where both were found.
///
/// The first source that has an account is used: the profile that the command line names, the
/// environment, the active profile. What belongs to the account comes from the same source, and is
/// never mixed. Source: CLI.md, "Credentials and configuration".
struct AccountResolver {
  /// The profile; `nil` if the account comes from the environment, or there is none.
  let profile: Profile?
  /// Where requests go: to `--base-url`, or the source's own base URL, or Twilio's hosts.
  let origins: Origins
  let twilio: TwilioEnvironment
  private let environment: [String: String]
  /// The profile that makes the account one of production, wherever the account comes from.
  let production: Profile?
  /// The profile that makes the account one that is only read.
  let readOnly: Profile?

  /// The workspace that belongs to the account; `nil` if that is to be asked.
  let workspace: AnySID?

  /// The names of the profiles in the files that can be read, sorted.
  static func profileNames(_ environment: [String: String]) -> [String] {
    let files = [
      try? ProfileFile.own(at: ownFile(environment)),
      try? ProfileFile.ofTwilioCLI(at: twilioFile(environment)),
    ]
    return Set(files.compactMap { $0 ?? nil }.flatMap { $0.profiles.keys }).sorted()
  }

  /// The names of all profiles: those of our own file, or, if it has none, those of Twilio CLI's, sorted.
  static func namesOfAll(_ files: ProfileFiles) throws -> [String] {
    let own = try files.own()?.profiles ?? [:]
    guard own.isEmpty else { return own.keys.sorted() }
    return try files.ofTwilioCLI()?.profiles.keys.sorted() ?? []
  }

  /// Whether our own file lets the prompt show what could follow.
  ///
  /// A file that cannot be read is reported by what needs its profiles.
  static func showsHints(_ environment: [String: String]) -> Bool {
    (try? ProfileFile.own(at: ownFile(environment))).flatMap(\.self)?.showsHints ?? true
  }

  /// What the profile in use sets for runs.
  var settings: ProfileSettings? { profile?.settings }

  /// Finds the account; what is wrong with the configuration ends the program.
  ///
  /// `name`: the profile that the command line names. `baseURL`: the value of `--base-url`, which applies
  /// to whatever account is in use.
  ///
  /// `files`: those of the environment, if they have been read before.
  init(
    profile name: String?, baseURL: String?, environment: [String: String],
    files: ProfileFiles? = nil
  ) throws {
    self.environment = environment
    let files = files ?? ProfileFiles(environment)
    profile = try Self.profile(named: name, environment, files)
    let twilio = profile.map { TwilioEnvironment($0) } ?? TwilioEnvironment(environment)
    self.twilio = twilio
    workspace = try twilio.workspace()
    // They apply to the account: another profile of the same account counts.
    let kin = try Self.profiles(of: twilio.account, profile, files)
    production = kin.first(where: \.isProduction)
    readOnly = kin.first(where: \.settings.isReadOnly)
    if let baseURL {
      origins = Origins(try Self.read(baseURL, from: "--base-url"))
      return
    }
    if let profile, let value = environment["FLEXSH_BASE_URL"], !value.isEmpty {
      throw CommandEnd(
        status: ExitStatus.configuration,
        message: "FLEXSH_BASE_URL is set, but the account comes from profile `\(profile.name)`, "
          + "which it does not apply to; nothing was sent",
        help: "--base-url applies to every account; or unset FLEXSH_BASE_URL, or give the profile "
          + "a base_url")
    }
    origins =
      try twilio.writtenBaseURL.map {
        Origins(try Self.read($0, from: twilio.name("FLEXSH_BASE_URL")))
      } ?? twilio.twilioHosts()
  }

  /// Whether an API key signs the requests, and not the auth token.
  var usesKey: Bool { twilio.hasKey }

  /// The account, `AC…`, as far as it is known; a `credential_command` is not run for it.
  var account: String? { twilio.account }

  /// Ends the program if the credentials are missing or cannot be right; runs no command.
  func checkCredentials() throws {
    if profile?.credentialCommand == nil { _ = try twilio.credentials() }
  }

  /// Every secret that is known without running a command, the environment's included.
  var knownSecrets: [Secret] { twilio.allSecrets + TwilioEnvironment(environment).allSecrets }

  /// The credentials; a `credential_command` is run now.
  func credentials(_ context: CommandContext) async throws -> Credentials {
    guard let profile, let command = profile.credentialCommand else {
      return try twilio.credentials()
    }
    let secret = try await CredentialCommand(
      command: command, profile: profile.name,
      environment: ChildEnvironment.withoutSecrets(environment, knownSecrets), context: context
    ).run()
    return try TwilioEnvironment(profile, secret: secret).credentials()
  }

  /// Refuses a plan or a run that was made for another account or host, before any request.
  ///
  /// `what`: how the message begins: `the plan`, `run 01K…`.
  func refuse(_ what: String, unlessFor account: String, at baseURL: String) throws {
    // Without credentials the run ends as a matter of configuration.
    guard let own = self.account else { return }
    if own != account {
      let known = (try? Self.profileName(of: account, environment)).flatMap { $0 }
      throw CommandEnd(
        status: ExitStatus.refused,
        message: "\(what) is for \(account), and the account in use is \(own); nothing was sent",
        help: known.map { "\(ShellWord.option("--profile", $0)) uses that account" }
          ?? "--profile NAME uses the account of a profile")
    }
    guard origins.description != baseURL else { return }
    throw CommandEnd(
      status: ExitStatus.refused,
      message: "\(what) is for \(baseURL), and requests go to \(origins); nothing was sent",
      help: "if that is the host that you mean: \(ShellWord.option("--base-url", baseURL))")
  }

  // MARK: Sources

  private static func profile(
    named name: String?, _ environment: [String: String], _ files: ProfileFiles
  ) throws -> Profile? {
    if name == nil, !(environment["TWILIO_ACCOUNT_SID"] ?? "").isEmpty { return nil }
    // Twilio CLI's file is read only for what our own does not have: a user of ours need not use it.
    let own = try files.own()
    if let wanted = name ?? own?.active, let found = own?.profiles[wanted] { return found }
    let other = try files.ofTwilioCLI()
    guard let wanted = name ?? own?.active ?? other?.active else { return nil }
    guard let found = other?.profiles[wanted] else {
      let known = [own, other].flatMap { $0.map { Array($0.profiles.keys) } ?? [] }.sorted()
      throw CommandEnd(
        status: ExitStatus.configuration,
        message: "there is no profile `\(wanted)`"
          + (Suggestion.closest(to: wanted, among: known).map { "; did you mean `\($0)`?" } ?? ""),
        help: known.isEmpty
          ? "profiles are in \(ownFile(environment)), and in Twilio CLI's own file; there are none"
          : "there is \(known.joined(separator: ", "))")
    }
    return found
  }

  /// The profiles of our own file that have an account, the one in use first.
  private static func profiles(
    of account: String?, _ profile: Profile?, _ files: ProfileFiles
  ) throws -> [Profile] {
    guard let account, let own = try files.own() else {
      return profile.map { [$0] } ?? []
    }
    let kin = own.profiles.values.filter {
      $0.variables["TWILIO_ACCOUNT_SID"] == account && $0.name != profile?.name
    }
    return (profile.map { [$0] } ?? []) + kin.sorted { $0.name < $1.name }
  }

  /// The name of a profile with an account.
  private static func profileName(
    of account: String, _ environment: [String: String]
  ) throws -> String? {
    let files = [
      try ProfileFile.own(at: ownFile(environment)),
      try ProfileFile.ofTwilioCLI(at: twilioFile(environment)),
    ]
    return files.lazy.compactMap { $0 }.flatMap { $0.profiles.values }
      .filter { $0.variables["TWILIO_ACCOUNT_SID"] == account }.map(\.name).min()
  }

  static func ownFile(_ environment: [String: String]) -> FilePath {
    UserFolders.configuration(environment).appending("config.toml")
  }

  static func twilioFile(_ environment: [String: String]) -> FilePath {
    UserFolders.twilioCLI(environment).appending("config.json")
  }

  private static func read(_ url: String, from source: String) throws -> BaseURL {
    do {
      return try BaseURL(url)
    } catch {
      throw CommandEnd(
        status: ExitStatus.configuration,
        message: "\(source) \(hidingUser(in: url)): \(error.reason)")
    }
  }

  /// A URL without the name and the password that it may contain.
  private static func hidingUser(in url: String) -> String {
    guard let at = url.lastIndex(of: "@") else { return url }
    let start = url.firstRange(of: "//")?.upperBound ?? url.startIndex
    return start < at ? url[..<start] + "‹redacted›" + url[at...] : url
  }
}
