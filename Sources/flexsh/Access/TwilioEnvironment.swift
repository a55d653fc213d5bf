import FlexAPI
import FlexClient

/// What the environment, or a profile, says of Twilio: the names that its own tools use.
///
/// Empty counts as unset.
struct TwilioEnvironment {
  private let variables: [String: String]
  /// The profile that says it; `nil` for the environment itself.
  private let profile: Profile?

  init(_ variables: [String: String], of profile: Profile? = nil) {
    self.variables = variables
    self.profile = profile
  }

  /// What messages call a variable.
  private func name(_ variable: String) -> String {
    guard let profile else { return variable }
    return "\(profile.keys[variable] ?? variable) of profile `\(profile.name)`"
  }

  private subscript(name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The credentials; an API key goes before the auth token.
  func credentials() throws -> Credentials {
    func missing(_ what: String) -> Exit {
      Exit(
        status: ExitStatus.configuration, message: what,
        help: profile.map { "the profile is in \($0.file)" }
          ?? "set TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with "
          + "TWILIO_AUTH_TOKEN; to rehearse without any: --simulate")
    }
    guard let account = self["TWILIO_ACCOUNT_SID"] else {
      throw missing("there are no credentials: \(name("TWILIO_ACCOUNT_SID")) is not set")
    }
    guard AnySID(account)?.prefix == "AC" else {
      throw missing(
        "\(name("TWILIO_ACCOUNT_SID")) is no account SID (AC and 32 hexadecimal digits)")
    }
    let username: String
    let secret: Secret
    switch (self["TWILIO_API_KEY"], self["TWILIO_API_SECRET"], self["TWILIO_AUTH_TOKEN"]) {
    case (let key?, let text?, _):
      guard AnySID(key)?.prefix == "SK" else {
        throw missing("\(name("TWILIO_API_KEY")) is no API key (SK and 32 hexadecimal digits)")
      }
      (username, secret) = (key, Secret(text))
    case (_, _, let token?): (username, secret) = (account, Secret(token))
    case (_?, nil, nil):
      throw missing("\(name("TWILIO_API_KEY")) is set and \(name("TWILIO_API_SECRET")) is not")
    case (nil, _?, nil):
      throw missing("\(name("TWILIO_API_SECRET")) is set and \(name("TWILIO_API_KEY")) is not")
    case (nil, nil, nil):
      throw missing("there are no credentials beside \(name("TWILIO_ACCOUNT_SID"))")
    }
    guard secret.isPlain else {
      throw missing("the secret has a space or another character that no secret has")
    }
    return Credentials(account: account, username: username, secret: secret)
  }

  /// Twilio's host, with the region and the edge that are set.
  ///
  /// Source: <https://www.twilio.com/docs/global-infrastructure/understanding-edge-locations>: an
  /// edge without a region is in `us1`; a region needs its edge.
  func baseURL() throws -> BaseURL {
    let (region, edge) = (self["TWILIO_REGION"], self["TWILIO_EDGE"])
    guard region != nil || edge != nil else { return .twilio }
    if region == "us1", edge == nil { return .twilio }
    guard let edge else {
      throw Exit(
        status: ExitStatus.configuration,
        message: "\(name("TWILIO_REGION")) is set and \(name("TWILIO_EDGE")) is not",
        help: "a region is reached through its edge: TWILIO_EDGE=dublin for ie1, sydney for au1")
    }
    let labels = [edge, region ?? "us1"]
    let isPlain = labels.allSatisfy { label in
      label.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
      }
    }
    guard isPlain, let url = try? BaseURL("https://flex-api.\(labels[0]).\(labels[1]).twilio.com")
    else {
      throw Exit(
        status: ExitStatus.configuration,
        message:
          "\(name("TWILIO_EDGE")) or \(name("TWILIO_REGION")) has a character that no host name "
          + "has")
    }
    return url
  }
}
