/// Who asks: an account, and one of the two pairs that Twilio takes for HTTP Basic authentication.
///
/// Source: <https://www.twilio.com/docs/usage/requests-to-twilio>.
package struct Credentials: Sendable {
  /// The account, `AC…`.
  package let account: String
  /// The user name: the account, or an API key `SK…`.
  package let username: String
  /// The auth token, or the API key's secret.
  package let secret: Secret

  /// Pairs them.
  package init(account: String, username: String, secret: Secret) {
    self.account = account
    self.username = username
    self.secret = secret
  }

  /// What the header `Authorization` is sent as.
  var authorization: String {
    "Basic " + Base64.encode(Array("\(username):\(secret.revealed)".utf8))
  }

  /// What hides the secret, as it is and as the header has it, where a server sends it back.
  var redaction: Redaction {
    Redaction([Array(secret.revealed.utf8), Array(authorization.dropFirst("Basic ".count).utf8)])
  }
}

/// A text that must not be seen; whatever prints it prints `‹redacted›`.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  fileprivate let revealed: String

  /// Takes the secret.
  package init(_ text: String) {
    revealed = text
  }

  /// Whether there is none.
  package var isEmpty: Bool { revealed.isEmpty }
  /// Whether it can be part of a header: ASCII without spaces or control characters.
  package var isPlain: Bool { revealed.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
  /// `‹redacted›`.
  package var description: String { "‹redacted›" }
  /// `‹redacted›`.
  package var debugDescription: String { description }
  /// Shows nothing of it to a dump either.
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Hides bytes that must not be seen.
///
/// Shorter ones than ``minimum`` stay: they would be found in harmless words. Twilio's secrets have 32.
package struct Redaction: Sendable {
  /// The length from which on something is hidden, in bytes.
  package static let minimum = 16

  private let secrets: [[UInt8]]

  /// Hides these.
  package init(_ secrets: [[UInt8]]) {
    self.secrets = secrets.filter { $0.count >= Redaction.minimum }
  }

  /// Puts stars in the place of every secret.
  package func hide(in bytes: inout [UInt8]) {
    for secret in secrets {
      var searched = 0
      while let place = bytes.withUnsafeBufferPointer({
        Redaction.place(of: secret, in: $0, from: searched)
      }) {
        searched = place + secret.count
        for index in place..<searched { bytes[index] = UInt8(ascii: "*") }
      }
    }
  }

  /// A text with stars in the place of every secret; `nil` when there is none in it.
  package func hiding(_ text: String) -> String? {
    var text = text
    let isThere = text.withUTF8 { bytes in
      secrets.contains { Redaction.place(of: $0, in: bytes) != nil }
    }
    guard isThere else { return nil }
    var bytes = Array(text.utf8)
    hide(in: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The index of the first byte of a secret, at a place or behind it.
  private static func place(
    of secret: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0
  ) -> Int? {
    guard let first = secret.first else { return nil }
    var place = start
    while place <= bytes.count - secret.count {
      if bytes[place] == first, bytes[place..<(place + secret.count)].elementsEqual(secret) {
        return place
      }
      place += 1
    }
    return nil
  }
}

/// Base 64 of RFC 4648, §4.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let word = group.enumerated().reduce(UInt32(0)) { word, next in
        word | UInt32(next.element) << UInt32(16 - next.offset * 8)
      }
      for digit in 0..<4 {
        let index = Int(word >> UInt32(18 - digit * 6)) & 63
        text.append(digit <= group.count ? alphabet[index] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
