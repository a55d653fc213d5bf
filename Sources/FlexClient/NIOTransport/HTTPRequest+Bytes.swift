import FlexAPI

extension HTTPRequest {
  /// Appends the request in HTTP/1.1 format.
  ///
  /// No value can contain a line end: values are our own words, SIDs, a base URL that was checked,
  /// and credentials in Base64. Source: RFC 9112, §3.
  func write(into bytes: inout [UInt8], host: [UInt8]) {
    func write(_ text: String) {
      var text = text
      text.withUTF8 { bytes.append(contentsOf: $0) }
    }
    write(method)
    write(" ")
    write(target)
    bytes.append(contentsOf: host)
    bytes.append(contentsOf: headers.lines)
    if let authorization {
      write("Authorization: ")
      write(authorization.revealed)
      write("\r\n")
    }
    if method == "POST" {
      write("Content-Length: ")
      JSON.write(body.count, into: &bytes)
      write("\r\n")
    }
    write("\r\n")
    bytes.append(contentsOf: body)
  }
}
