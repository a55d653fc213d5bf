import FlexAPI
import FlexClient

/// Twilio's settings from one source, the environment or a profile, by the names of the environment.
///
/// An empty value counts as unset.
struct TwilioEnvironment {
  /// The names of the variables that hold secrets.
  static let secretNames = ["TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET"]

  private let variables: [String: String]
  private let secrets: [String: Secret]
  /// The profile that the settings come from; `nil` for the environment itself.
  private let profile: Profile?

  /// The settings of the environment.
  init(_ environment: [String: String]) {
    profile = nil
    variables = environment.filter { name, value in
      !value.isEmpty && !Self.secretNames.contains(name)
        && (name.hasPrefix("TWILIO_") || name == "FLEXSH_BASE_URL")
    }
    var secrets: [String: Secret] = [:]
    for name in Self.secretNames {
      if let value = environment[name], !value.isEmpty { secrets[name] = Secret(value) }
    }
    self.secrets = secrets
  }

  /// The settings of a profile; `secret` is what its `credential_command` printed.
  init(_ profile: Profile, secret: Secret? = nil) {
    self.profile = profile
    variables = profile.variables
    var secrets = profile.secrets
    if let secret { secrets[profile.secretName] = secret }
    self.secrets = secrets
  }

  /// The account, `AC…`, if it is set.
  var account: String? { variables["TWILIO_ACCOUNT_SID"] }
  /// The API key, `SK…`, if one is set.
  var key: String? { variables["TWILIO_API_KEY"] }
  /// Whether an API key is set.
  var hasKey: Bool { key != nil }
  /// Whether a variable that holds a secret is set.
  func hasSecret(_ variable: String) -> Bool { secrets[variable] != nil }
  /// The value of a variable that is not a secret, if it is set.
  func value(_ variable: String) -> String? { variables[variable] }
  /// The base URL that replaces Twilio's hosts, if one is set.
  var writtenBaseURL: String? { variables["FLEXSH_BASE_URL"] }
  /// The workspace that is set, if one is.
  func workspace() throws -> AnySID? {
    guard let text = variables["TWILIO_FLEX_WORKSPACE_SID"] else { return nil }
    guard let sid = AnySID(text), sid.type == .workspace else {
      throw CommandEnd(
        status: ExitStatus.configuration,
        message: "\(name("TWILIO_FLEX_WORKSPACE_SID")) is not a workspace (WS and 32 hexadecimal "
          + "digits)")
    }
    return sid
  }

  /// Every secret that is set.
  var allSecrets: [Secret] { Array(secrets.values) }

  /// What messages call a variable.
  func name(_ variable: String) -> String {
    guard let profile else { return variable }
    return "\(profile.keys[variable] ?? variable) of profile `\(profile.name)`"
  }

  /// The credentials; an API key takes precedence over the auth token.
  func credentials() throws -> Credentials {
    func missing(_ what: String) -> CommandEnd {
      CommandEnd(
        status: ExitStatus.configuration, message: what,
        help: profile.map { "the profile is in \($0.file)" }
          ?? "set TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with "
          + "TWILIO_AUTH_TOKEN; to rehearse without any: --simulate")
    }
    guard let account else {
      throw missing("there are no credentials: \(name("TWILIO_ACCOUNT_SID")) is not set")
    }
    guard AnySID(account)?.prefix == "AC" else {
      throw missing(
        "\(name("TWILIO_ACCOUNT_SID")) is not an account SID (AC and 32 hexadecimal digits)")
    }
    let username: String
    let secret: Secret
    let key = variables["TWILIO_API_KEY"]
    switch (key, secrets["TWILIO_API_SECRET"], secrets["TWILIO_AUTH_TOKEN"]) {
    case (let key?, let keySecret?, _):
      guard AnySID(key)?.prefix == "SK" else {
        throw missing("\(name("TWILIO_API_KEY")) is not an API key (SK and 32 hexadecimal digits)")
      }
      (username, secret) = (key, keySecret)
    case (_, _, let token?): (username, secret) = (account, token)
    case (_?, nil, nil):
      throw missing("\(name("TWILIO_API_KEY")) is set and \(name("TWILIO_API_SECRET")) is not")
    case (nil, _?, nil):
      throw missing("\(name("TWILIO_API_SECRET")) is set and \(name("TWILIO_API_KEY")) is not")
    case (nil, nil, nil):
      throw missing("there are no credentials besides \(name("TWILIO_ACCOUNT_SID"))")
    }
    guard secret.isPlain else {
      throw missing("the secret has a space or another character that no secret has")
    }
    return Credentials(account: account, username: username, secret: secret)
  }

  /// Twilio's hosts, with the region and the edge that are set.
  ///
  /// Source: <https://www.twilio.com/docs/global-infrastructure/understanding-edge-locations>: an
  /// edge without a region is in `us1`; a region needs its edge.
  func twilioHosts() throws -> Origins {
    let (region, edge) = (variables["TWILIO_REGION"], variables["TWILIO_EDGE"])
    guard region != nil || edge != nil else { return .twilio }
    if region == "us1", edge == nil { return .twilio }
    guard let edge else {
      throw CommandEnd(
        status: ExitStatus.configuration,
        message: "\(name("TWILIO_REGION")) is set and \(name("TWILIO_EDGE")) is not",
        help: "a region is reached through its edge: TWILIO_EDGE=dublin for ie1, sydney for au1")
    }
    guard let origins = Origins(edge: edge, region: region ?? "us1") else {
      throw CommandEnd(
        status: ExitStatus.configuration,
        message:
          "\(name("TWILIO_EDGE")) or \(name("TWILIO_REGION")) has a character that no host name "
          + "has")
    }
    return origins
  }
}

extension Profile {
  /// The variable that `credential_command` fills.
  fileprivate var secretName: String {
    variables["TWILIO_API_KEY"] == nil ? "TWILIO_AUTH_TOKEN" : "TWILIO_API_SECRET"
  }
}
