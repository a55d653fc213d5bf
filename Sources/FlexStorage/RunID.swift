/// Names for runs that sort by time.
package enum RunID {
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  /// Makes a name of 26 characters: ten for the milliseconds since 1970, sixteen random.
  ///
  /// Source: the ULID specification <https://github.com/ulid/spec>.
  package static func make(
    milliseconds: UInt64, using generator: inout some RandomNumberGenerator
  ) -> String {
    var characters = (0..<10).map { alphabet[Int(milliseconds >> UInt64((9 - $0) * 5)) & 31] }
    for _ in 0..<16 { characters.append(alphabet[Int.random(in: 0..<32, using: &generator)]) }
    return String(decoding: characters, as: UTF8.self)
  }

  /// A name for a run that begins at a time, in milliseconds since 1970.
  package static func make(at milliseconds: UInt64) -> String {
    var generator = SystemRandomNumberGenerator()
    return make(milliseconds: milliseconds, using: &generator)
  }

  /// Whether a text has the form of a name, in capital letters or not.
  static func isID(_ text: String) -> Bool {
    text.utf8.count == 26 && text.uppercased().utf8.allSatisfy { alphabet.contains($0) }
  }

  /// The milliseconds since 1970 in a name; 0 for a text that is not a name.
  package static func milliseconds(_ run: String) -> UInt64 {
    var time: UInt64 = 0
    for byte in run.utf8.prefix(10) {
      guard let digit = alphabet.firstIndex(of: byte) else { return 0 }
      time = time << 5 | UInt64(digit)
    }
    return time
  }
}
