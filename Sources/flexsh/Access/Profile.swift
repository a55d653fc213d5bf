/// An account under a name, as a configuration file has it.
struct Profile {
  /// Its name.
  let name: String
  /// The file that has it.
  let file: String
  /// What it says, under the names that the environment uses: `TWILIO_ACCOUNT_SID` and its like.
  var variables: [String: String] = [:]
  /// The command of the shell whose first line of output is the secret.
  var credentialCommand: String?
  /// Whether a mistake in it would be felt by customers.
  var isProduction = false

  /// What each of the variables is called in the file.
  let keys: [String: String]
}
