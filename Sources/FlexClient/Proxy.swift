/// A proxy for https: a CONNECT tunnel, which sees only the host and the port.
package struct Proxy: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// The proxy's host; an IPv6 address without its brackets.
  package let host: String
  /// The proxy's port.
  package let port: Int
  /// The value of `Proxy-Authorization`: the part of the proxy's URL before the `@`, in Base64.
  let authorization: Secret?

  /// The proxy's address without its credentials, for messages.
  package var description: String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
  /// The same as ``description``.
  package var debugDescription: String { description }

  /// Finds the proxy that the environment names for a base URL.
  ///
  /// It reads `https_proxy` and `HTTPS_PROXY`, the first that is not empty, and `no_proxy` and
  /// `NO_PROXY`: comma-separated names with their subdomains, addresses, or `*`. Plain http, which
  /// is only for loopback hosts, never goes through a proxy.
  package static func find(
    for url: BaseURL, environment: [String: String]
  ) throws(BaseURL.Problem) -> Proxy? {
    func value(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    guard url.isSecure, let text = value("https_proxy", "HTTPS_PROXY") else { return nil }
    for entry in (value("no_proxy", "NO_PROXY") ?? "").split(separator: ",") {
      let entry = entry.drop { $0 == " " || $0 == "." }.prefix { $0 != " " }.lowercased()
      if entry == "*" || entry == url.host || url.host.hasSuffix(".\(entry)") { return nil }
    }
    return try Proxy(text)
  }

  /// Parses `[http://][user:password@]host[:port][/]`.
  ///
  /// The reason of a problem quotes nothing, as any part of the text may belong to a password.
  init(_ text: String) throws(BaseURL.Problem) {
    var rest = text[...]
    if let mark = text.firstRange(of: "://") {
      guard text[..<mark.lowerBound].lowercased() == "http" else {
        throw BaseURL.Problem(reason: "only proxies that are addressed by http:// are supported")
      }
      rest = text[mark.upperBound...]
    }
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    if let mark = rest.utf8.lastIndex(of: UInt8(ascii: "@")) {
      authorization = Secret("Basic " + Base64.encode(Proxy.decoded(rest[..<mark])))
      rest = rest[rest.utf8.index(after: mark)...]
    } else {
      authorization = nil
    }
    guard let (host, port) = try? BaseURL.hostAndPort(rest),
      host.utf8.allSatisfy({ BaseURL.isHostByte($0) })
    else {
      throw BaseURL.Problem(
        reason: "it should look like http://user:password@host:port, with `@`, `/` and `:` in "
          + "the name and the password written as %40, %2F and %3A")
    }
    self.host = host
    self.port = port ?? 1080
  }

  /// The bytes of a text with `%40` and the like decoded.
  private static func decoded(_ text: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(Substring(rest.prefix(2))), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
