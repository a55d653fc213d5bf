import FlexAPI

/// `application/x-www-form-urlencoded`, as Twilio's own libraries send it: a space is `+`.
enum FormEncoding {
  static func encode(_ fields: [OperationRequest.Field]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: "&")) }
      append(field.name, to: &bytes)
      bytes.append(UInt8(ascii: "="))
      append(field.value, to: &bytes)
    }
    return bytes
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { text in
      // Most values are words.
      guard !text.allSatisfy(isItself) else { return bytes.append(contentsOf: text) }
      for byte in text {
        switch byte {
        case _ where isItself(byte): bytes.append(byte)
        case UInt8(ascii: " "): bytes.append(UInt8(ascii: "+"))
        default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
      }
    }
  }

  /// Whether a byte stands for itself.
  private static func isItself(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "*"):
      true
    default: false
    }
  }
}
