import FlexTestSupport
import Testing

@testable import FlexClient

/// The quick search for secrets, against the one that looks everywhere.
struct SecretProbeTests {
  /// Secrets as Twilio's are, short ones, and some full of what begins encodings.
  private static let secrets = [
    "0123456789abcdef0123456789abcdef", "eight888", #"s3cr3t/T0ken"\&of%32<ch"#, #"\\\\%%%%&&&&"#,
    "ux&%ux&%amp;",
  ]

  /// What texts are made of, besides pieces of the forms.
  private static let pieces = [
    "\\", "\\\"", "\\\\u", "\\u00", "%25", "%", "&amp;", "&#x", "\0", "\0\0", "a", "\"", "0123",
    "éü",
    "{\"sid\":\"UT0123456789abcdef0123456789abcdef\",", "      ",
  ].map { Array($0.utf8) }

  @Test(arguments: secrets) func probingFindsWhatLookingEverywhereFinds(_ secret: String) {
    let forms = Redaction.forms(of: Array(secret.utf8))
    let redaction = Redaction(forms)
    var random = SystemRandomNumberGenerator()
    var found = 0
    for _ in 0..<500 * Rounds.factor {
      let text = Self.text(forms, &random)
      text.withUnsafeBufferPointer { bytes in
        let ranges = redaction.ranges(in: bytes)
        #expect(ranges == Self.everywhere(redaction, bytes), "\(text)")
        found += ranges.count
      }
    }
    #expect(found > 50)
  }

  /// A text with whole forms, forms that are cut, and forms with some bytes encoded.
  private static func text(
    _ forms: [[UInt8]], _ random: inout some RandomNumberGenerator
  ) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let form = forms.randomElement(using: &random) ?? []
      switch Int.random(in: 0..<6, using: &random) {
      case 0: text += form
      case 1: text += form.prefix(Int.random(in: 0...form.count, using: &random))
      case 2: text += form.dropFirst(Int.random(in: 0...4, using: &random))
      case 3:
        for byte in form {
          text += Int.random(in: 0..<8, using: &random) == 0 ? encoded(byte, &random) : [byte]
        }
      default:
        for _ in 0..<Int.random(in: 1...12, using: &random) {
          text += pieces.randomElement(using: &random) ?? []
        }
      }
    }
    return text
  }

  private static func encoded(
    _ byte: UInt8, _ random: inout some RandomNumberGenerator
  ) -> [UInt8] {
    let digits = (byte < 16 ? "0" : "") + String(byte, radix: 16)
    return switch Int.random(in: 0..<7, using: &random) {
    case 0: Array("\\u00\(digits)".utf8)
    case 1: Array("\\\\x\(digits)".utf8)
    case 2: Array("%25\(digits)".utf8)
    case 3: Array("&#x\(digits);".utf8)
    case 4: [0, byte]
    case 5: [byte, 0]
    default: [UInt8(ascii: "\\"), byte]
    }
  }

  private static func everywhere(
    _ redaction: Redaction, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      if let end = redaction.end(ofFormAt: index, in: bytes) {
        ranges.append(index..<end)
        index = end
      } else {
        index += 1
      }
    }
    return ranges
  }
}
