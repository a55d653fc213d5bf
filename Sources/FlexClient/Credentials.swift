/// An account, and one of the two pairs that Twilio accepts for HTTP Basic authentication.
///
/// Source: <https://www.twilio.com/docs/usage/requests-to-twilio>.
package struct Credentials: Sendable {
  /// The account, `AC…`.
  package let account: String
  /// The user name: the account, or an API key `SK…`.
  package let username: String
  /// The auth token, or the API key's secret.
  package let secret: Secret

  /// Creates credentials.
  package init(account: String, username: String, secret: Secret) {
    self.account = account
    self.username = username
    self.secret = secret
  }

  /// Credentials that the simulator accepts; the secret is not a real one, but long enough to be
  /// hidden.
  package static func simulated(account: String) -> Credentials {
    Credentials(
      account: account, username: account, secret: Secret("not-a-secret-of-the-simulator"))
  }

  /// The value of the `Authorization` header.
  var authorization: Secret {
    Secret("Basic " + Base64.encode(Array("\(username):\(secret.revealed)".utf8)))
  }

  /// Hides the secret, in plain form and as encoded in the header, if a server sends it back.
  package var redaction: Redaction {
    let header = authorization.revealed.utf8.dropFirst("Basic ".utf8.count)
      .prefix { $0 != UInt8(ascii: "=") }
    return Redaction(Redaction.forms(of: Array(secret.revealed.utf8)) + [Array(header)])
  }
}
