/// Converts between the URIs of files and their paths.
///
/// Source: RFC 8089.
enum FileURI {
  /// The path of a file on this machine; `nil` for every other URI.
  static func path(_ uri: String) -> String? {
    let prefix = "file://"
    guard uri.utf8.count > prefix.utf8.count, uri.lowercased().hasPrefix(prefix) else { return nil }
    var rest = uri.dropFirst(prefix.count)
    if rest.hasPrefix("localhost/") { rest = rest.dropFirst("localhost".count) }
    guard rest.first == "/" else { return nil }
    rest = rest.prefix { $0 != "?" && $0 != "#" }
    var bytes: [UInt8] = []
    var units = Array(rest.utf8)[...]
    while let byte = units.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let code = UInt8(String(decoding: units.prefix(2), as: UTF8.self), radix: 16), code != 0
      else { return nil }
      bytes.append(code)
      units = units.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The URI of the file at an absolute path.
  static func uri(_ path: String) -> String {
    var uri = "file://"
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        uri.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where "/-._~".utf8.contains(byte): uri.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        uri += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
      }
    }
    return uri
  }
}
