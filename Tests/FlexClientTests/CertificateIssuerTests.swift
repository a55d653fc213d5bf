import FlexTestSupport
import NIOSSL
import Testing

@testable import FlexClient

/// Who issued a certificate, whatever its bytes are.
struct CertificateIssuerTests {
  private static func bytes() throws -> [UInt8] {
    try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem).toDERBytes()
  }

  @Test func readsTheCommonName() throws {
    #expect(CertificateIssuer.name(inDER: try Self.bytes()) == "localhost")
  }

  @Test func readsNameAndOrganizationWhateverElseThereIs() {
    func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
      content.count < 128
        ? [tag, UInt8(content.count)] + content
        : [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    }
    func attribute(_ kind: UInt8, _ text: String) -> [UInt8] {
      element(
        0x31,
        element(0x30, element(0x06, [0x55, 0x04, kind]) + element(0x0C, Array(text.utf8))))
    }
    let long = String(repeating: "ü", count: 100)
    let name = attribute(6, "US") + attribute(10, long) + attribute(3, "Root R1")
    // A certificate of the first version writes no version.
    let fields = element(0x02, [1]) + element(0x30, []) + element(0x30, name)
    #expect(
      CertificateIssuer.name(inDER: element(0x30, element(0x30, fields))) == "\(long), Root R1")
  }

  @Test func readsNothingFromWhatIsCut() throws {
    let bytes = try Self.bytes()
    for length in 0..<bytes.count {
      #expect(CertificateIssuer.name(inDER: Array(bytes[..<length])) == nil)
    }
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0xFF
      _ = CertificateIssuer.name(inDER: changed)
    }
  }
}
