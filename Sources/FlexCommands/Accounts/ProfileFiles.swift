/// The files of profiles of an environment, each read when it is first needed, and once.
final class ProfileFiles {
  private let environment: [String: String]
  private var ownResult: Result<ProfileFile?, any Error>?
  private var twilioResult: Result<ProfileFile?, any Error>?

  init(_ environment: [String: String]) {
    self.environment = environment
  }

  /// Our own; `nil` if there is none.
  func own() throws -> ProfileFile? {
    let result =
      ownResult ?? Result { try ProfileFile.own(at: AccountResolver.ownFile(environment)) }
    ownResult = result
    return try result.get()
  }

  /// Twilio CLI's; `nil` if there is none.
  func ofTwilioCLI() throws -> ProfileFile? {
    let result =
      twilioResult
      ?? Result { try ProfileFile.ofTwilioCLI(at: AccountResolver.twilioFile(environment)) }
    twilioResult = result
    return try result.get()
  }
}
