import NIOSSL

/// The issuer of a certificate, read from its DER form: NIOSSL shows only the subject.
///
/// Source: RFC 5280 §4.1, where a certificate begins with a version, a serial number, an algorithm and
/// the issuer's name.
enum CertificateIssuer {
  /// The issuer's common name and organization, in the order in which they are written; `nil` if the
  /// certificate names neither.
  static func name(of certificate: NIOSSLCertificate) -> String? {
    (try? certificate.toDERBytes()).flatMap { name(inDER: $0) }
  }

  /// The same of a certificate in DER; `nil` if it is not one.
  static func name(inDER bytes: [UInt8]) -> String? {
    var whole = DERReader(bytes[...])
    guard var certificate = whole.open(0x30), var fields = certificate.open(0x30) else {
      return nil
    }
    // The version is written only if it is not the first; then number and algorithm.
    _ = fields.open(0xA0)
    guard fields.open(0x02) != nil, fields.open(0x30) != nil, var issuer = fields.open(0x30) else {
      return nil
    }
    var names: [String] = []
    while var set = issuer.open(0x31), var attribute = set.open(0x30) {
      guard let kind = attribute.open(0x06), let value = attribute.openAny() else { return nil }
      // 2.5.4.3 is the common name, 2.5.4.10 the organization.
      if [[0x55, 0x04, 0x03], [0x55, 0x04, 0x0A]].contains(Array(kind.rest)) {
        names.append(String(decoding: value.rest, as: UTF8.self))
      }
    }
    return names.isEmpty ? nil : names.joined(separator: ", ")
  }
}

/// The elements of a DER text, one after the other.
private struct DERReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  /// Enters the next element if it has this tag, and goes on after it; `nil` if it has another.
  mutating func open(_ tag: UInt8) -> DERReader? { rest.first == tag ? openAny() : nil }

  /// Enters the next element, whatever its tag; `nil` if it is cut short.
  mutating func openAny() -> DERReader? {
    var left = rest.dropFirst()
    guard let first = left.popFirst() else { return nil }
    var length = Int(first)
    if first & 0x80 != 0 {
      guard (1...4).contains(first & 0x7F) else { return nil }
      length = 0
      for _ in 0..<(first & 0x7F) {
        guard let byte = left.popFirst() else { return nil }
        length = length << 8 | Int(byte)
      }
    }
    guard length <= left.count else { return nil }
    rest = left.dropFirst(length)
    return DERReader(left.prefix(length))
  }
}
