/// Where requests go: scheme, host, port, and the path before `/v1`.
package struct BaseURL: Hashable, Sendable, CustomStringConvertible {
  /// Whether TLS is used.
  package let isSecure: Bool
  /// The host name or address; an IPv6 address without its brackets.
  package let host: String
  /// The port, 1…65535.
  package let port: Int
  /// The path before `/v1`, for instance at a gateway: empty, or with a `/` at its beginning and
  /// none at its end.
  package let pathPrefix: String

  /// Why a text is not a base URL.
  package struct Problem: Error, Hashable, Sendable {
    /// The reason in lower case, with what to do.
    package let reason: String
  }

  init(isSecure: Bool, host: String, port: Int, pathPrefix: String) {
    self.isSecure = isSecure
    self.host = host
    self.port = port
    self.pathPrefix = pathPrefix
  }

  /// Parses `https://host[:port][/path]`; `http:` only for loopback hosts.
  package init(_ text: String) throws(Problem) {
    guard let mark = text.utf8.firstIndex(of: UInt8(ascii: ":")),
      text[mark...].hasPrefix("://")
    else {
      throw Problem(reason: "it should begin with https://, or with http:// for a loopback host")
    }
    switch text[..<mark].lowercased() {
    case "https": isSecure = true
    case "http": isSecure = false
    default:
      throw Problem(reason: "it should begin with https://, or with http:// for a loopback host")
    }
    var rest = text[text.index(mark, offsetBy: 3)...]
    guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Problem(reason: "it has a character that no URL has")
    }
    for byte in [UInt8(ascii: "?"), UInt8(ascii: "#")] where rest.utf8.contains(byte) {
      throw Problem(reason: "it should have no query and no fragment")
    }
    var path = rest.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(rest[$0...]) } ?? ""
    rest = rest.utf8.firstIndex(of: UInt8(ascii: "/")).map { rest[..<$0] } ?? rest
    while path.hasSuffix("/") { path.removeLast() }
    pathPrefix = path
    guard !rest.utf8.contains(UInt8(ascii: "@")) else {
      throw Problem(reason: "credentials come from the environment, not from a URL")
    }
    let (host, port) = try BaseURL.hostAndPort(rest)
    self.host = host
    self.port = port ?? (isSecure ? 443 : 80)
    guard isSecure || BaseURL.isLoopback(host) else {
      throw Problem(
        reason: "http:// would send the credentials in the clear; it is for loopback hosts only")
    }
  }

  /// Splits `host`, `host:port` or `[address]:port`.
  static func hostAndPort(_ text: Substring) throws(Problem) -> (host: String, port: Int?) {
    var host = text
    var portText: Substring?
    if text.hasPrefix("[") {
      guard let end = text.utf8.firstIndex(of: UInt8(ascii: "]")) else {
        throw Problem(reason: "the address is not closed by `]`")
      }
      host = text[text.utf8.index(after: text.startIndex)..<end]
      let rest = text[text.utf8.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else {
        throw Problem(reason: "something follows the address")
      }
      if !rest.isEmpty { portText = rest.dropFirst() }
    } else if let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) {
      host = text[..<colon]
      portText = text[text.utf8.index(after: colon)...]
    }
    guard !host.isEmpty else { throw Problem(reason: "it names no host") }
    guard let portText else { return (String(host).lowercased(), nil) }
    guard let port = Int(portText), (1...65535).contains(port), portText.first != "+" else {
      throw Problem(reason: "`\(portText)` is not a port")
    }
    return (String(host).lowercased(), port)
  }

  /// Whether a byte can be part of a host name or of an address.
  static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._:".utf8.contains(byte)
    }
  }

  /// Whether a host name always means this machine.
  static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The host as written in URLs and `Host`, with the port if it is not the scheme's default.
  package var authority: String {
    let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// The URL, without a `/` at its end.
  package var description: String {
    "\(isSecure ? "https" : "http")://\(authority)\(pathPrefix)"
  }
}
