import FlexClient
import FlexScript

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
  /// What it sets for runs.
  var settings = ProfileSettings()

  /// What each variable is called in the file.
  let keys: [String: String]
  /// The lines of its keys in the file, as far as they are known.
  var lines: [String: Int] = [:]

  /// The line of a key; that of the profile if it is not known.
  func line(of key: String) -> Int? { lines[key] ?? lines[""] }
}

/// What a profile sets for runs; the command line and scripts take precedence.
struct ProfileSettings {
  /// Whether every write is refused, which nothing can turn off.
  var isReadOnly = false
  /// Actions in flight at once, 1 to 256.
  var jobs: Int?
  /// Requests per second.
  var rate: RequestRate?
  /// How long one request may take.
  var timeout: Duration?
  /// Attempts after the first, 0 to 100.
  var retries: Int?
  /// The limit of changes.
  var maximumChanges: Int?
}
