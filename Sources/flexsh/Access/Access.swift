import FlexClient
import FlexConsole
import Subprocess
import SystemPackage

/// Whose account is used, and where that was found.
///
/// The first that is found: the profile that the command line names, the environment, the active
/// profile. Source: CLI.md, "Credentials and configuration".
struct Access {
  /// The profile; `nil` when the environment says everything, or nothing does.
  let profile: Profile?
  private let twilio: TwilioEnvironment

  /// Finds it; `name` is the profile that the command line names, if it names one.
  init(profile name: String?, environment: [String: String]) throws {
    func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
    if name == nil, isSet("TWILIO_ACCOUNT_SID") {
      profile = nil
      twilio = TwilioEnvironment(environment)
      return
    }
    // Twilio CLI's file is looked at only for what our own does not say: who has it need not use it.
    let own = try ProfileFile.own(
      at: UserFolders.configuration(environment).appending("config.toml"))
    if let wanted = name ?? own?.active, let found = own?.profiles[wanted] {
      profile = found
      twilio = TwilioEnvironment(found.variables, of: found)
      return
    }
    let other = try ProfileFile.ofTwilioCLI(
      at: UserFolders.twilioCLI(environment).appending("config.json"))
    guard let wanted = name ?? own?.active ?? other?.active else {
      profile = nil
      twilio = TwilioEnvironment(environment)
      return
    }
    guard let found = other?.profiles[wanted] else {
      let known = [own, other].flatMap { $0.map { Array($0.profiles.keys) } ?? [] }.sorted()
      throw Exit(
        status: ExitStatus.configuration, message: "there is no profile `\(wanted)`",
        help: known.isEmpty
          ? "profiles are in \(UserFolders.configuration(environment))/config.toml, and in Twilio "
            + "CLI's own file; there are none"
          : "there is \(known.joined(separator: ", "))")
    }
    profile = found
    twilio = TwilioEnvironment(found.variables, of: found)
  }

  /// Where the API is: at the URL of the command line, else Twilio's host with the region and the
  /// edge that are set.
  func baseURL(_ written: String?) throws -> BaseURL {
    guard let written else { return try twilio.baseURL() }
    do {
      return try BaseURL(written)
    } catch {
      throw Exit(
        status: ExitStatus.configuration,
        message: "--base-url \(Self.hidingUser(in: written)): \(error.reason)")
    }
  }

  /// A URL without the name and the password that somebody may have written into it.
  private static func hidingUser(in url: String) -> String {
    guard let at = url.lastIndex(of: "@") else { return url }
    let start = url.firstRange(of: "//")?.upperBound ?? url.startIndex
    return start < at ? url[..<start] + "‹redacted›" + url[at...] : url
  }

  /// The credentials; where a command gives the secret, it is run now.
  func credentials() async throws -> Credentials {
    guard let profile, let command = profile.credentialCommand else {
      return try twilio.credentials()
    }
    var variables = profile.variables
    let name = variables["TWILIO_API_KEY"] == nil ? "TWILIO_AUTH_TOKEN" : "TWILIO_API_SECRET"
    variables[name] = try await Self.secret(from: command, profile)
    return try TwilioEnvironment(variables, of: profile).credentials()
  }

  /// The first line that a command prints.
  private static func secret(from command: String, _ profile: Profile) async throws -> String {
    func failed(_ reason: String) -> Exit {
      Exit(
        status: ExitStatus.configuration,
        message: "credential_command of profile `\(profile.name)` \(reason)")
    }
    let text: String?
    let hasEnded: Bool
    do {
      let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", command],
        input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
        output: .string(limit: 1 << 16),
        error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
      (text, hasEnded) = (result.standardOutput, result.terminationStatus.isSuccess)
    } catch {
      throw failed("could not be run")
    }
    guard hasEnded else { throw failed("did not end well") }
    guard let line = text?.split(whereSeparator: \.isNewline).first, !line.isEmpty else {
      throw failed("printed nothing")
    }
    return String(line)
  }
}
