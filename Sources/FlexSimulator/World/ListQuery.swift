import FlexAPI

/// The parameters of a request for a page.
///
/// In a request off the wire, they are its query; in memory, the filters of the operation.
struct ListQuery {
  let fields: [(name: String, value: String)]

  init(_ operation: Operation) {
    var fields = FormDecoding.decode(Array((operation.page.text ?? "").utf8))
    if operation.page.text == nil {
      fields += operation.filters.map { ($0.name, $0.value) }
      if let ordering = operation.definition.ordering {
        fields.append((ordering.name, ordering.value))
      }
    }
    self.fields = fields
  }

  /// The last value of a parameter; `nil` if it is absent or empty.
  subscript(name: String) -> String? {
    fields.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  /// Every value of a parameter, which may be repeated or hold a list.
  ///
  /// *Documented*: both forms, in the examples of Twilio's OpenAPI document.
  func all(_ name: String) -> [String] {
    fields.filter { $0.name == name }.flatMap { field in
      field.value.split(separator: ",").map(String.init)
    }
  }

  /// The parameters that the links to other pages have, too.
  var kept: String {
    fields.filter { !["Page", "PageToken", "PageSize"].contains($0.name) }.map { field in
      "&\(field.name)=\(Self.encoded(field.value))"
    }.joined()
  }

  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
      if isPlain {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
