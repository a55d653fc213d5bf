/// A proxy for https: a tunnel by CONNECT, which sees host and port and nothing else.
package struct Proxy: Hashable, Sendable {
  /// The proxy's host; an IPv6 address without its brackets.
  package let host: String
  /// Its port.
  package let port: Int
  /// What its URL has before the `@`, base-64 encoded for `Proxy-Authorization`.
  let authorization: String?

  /// The proxy's address without its credentials, for messages.
  package var description: String { "\(host):\(port)" }

  /// Finds the proxy that the environment names for a base URL.
  ///
  /// Read are `https_proxy` and `HTTPS_PROXY`, the first that is not empty, and `no_proxy` and
  /// `NO_PROXY`: names with their subdomains, addresses, or `*`, with commas between them. Plain
  /// http, which is for loopback hosts alone, is never sent through a proxy.
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

  /// Reads `[http://][user:password@]host[:port]`.
  init(_ text: String) throws(BaseURL.Problem) {
    var rest = text[...]
    if rest.lowercased().hasPrefix("http://") { rest = rest.dropFirst(7) }
    guard !rest.utf8.starts(with: "https://".utf8), !rest.utf8.starts(with: "socks".utf8) else {
      throw BaseURL.Problem(reason: "only http:// proxies are known")
    }
    rest = rest.utf8.firstIndex(of: UInt8(ascii: "/")).map { rest[..<$0] } ?? rest
    if let mark = rest.utf8.lastIndex(of: UInt8(ascii: "@")) {
      authorization = Base64.encode(Proxy.decoded(rest[..<mark]))
      rest = rest[rest.utf8.index(after: mark)...]
    } else {
      authorization = nil
    }
    let (host, port) = try BaseURL.hostAndPort(rest)
    self.host = host
    self.port = port ?? 1080
  }

  /// Bytes with `%40` and the like decoded.
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
