import FlexClient

/// The environment of the programs that this one starts: a pager, an editor, a `credential_command`.
enum ChildEnvironment {
  private static let proxies = ["http_proxy", "https_proxy", "all_proxy", "ftp_proxy"]

  /// The environment without Twilio's secrets, without every variable that contains one of these
  /// secrets, and without proxies whose address contains a password.
  static func withoutSecrets(
    _ environment: [String: String], _ secrets: [Secret]
  ) -> [String: String] {
    let redaction = Redaction(secrets)
    return environment.filter { name, value in
      if TwilioEnvironment.secretNames.contains(name) { return false }
      if proxies.contains(name.lowercased()), value.contains("@") { return false }
      return redaction.hiding(value) == nil
    }
  }
}
