import FlexClient

/// An account under a name, as a configuration file has it.
struct Profile {
  /// Its name.
  let name: String
  /// The file that has it.
  let file: String
  /// The values that are not secret, by the names of the environment: `TWILIO_ACCOUNT_SID` and so on.
  var variables: [String: String] = [:]
  /// The secrets, by the names of the environment.
  var secrets: [String: Secret] = [:]
  /// The command of the shell whose first line of output is the secret.
  var credentialCommand: String?
  /// Whether changes need a confirmation.
  var isProduction = false

  /// What each variable is called in the file.
  let keys: [String: String]
}
