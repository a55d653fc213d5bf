import FlexAPI
import FlexClient
import FlexTestSupport
import Foundation
import Testing

/// A secret that comes back is hidden, however it is written.
struct RedactionTests {
  private static let secret = #"s3cr3t/T0ken"\&of%32<ch"#

  private static func each(_ form: (UInt8) -> String) -> String {
    secret.utf8.map(form).joined()
  }

  private static func hexadecimal(_ byte: UInt8, _ width: Int) -> String {
    let digits = String(byte, radix: 16)
    return String(repeating: "0", count: width - digits.utf8.count) + digits
  }

  /// The ways in which a reply can write it.
  static let encodings: [(name: String, text: String)] = {
    let slash = secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let data = Data(secret.utf8)
    let utf16 = secret.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(0)] }
    return [
      ("as it is", secret), ("JSON", slash), ("JSON with \\/", slash.replacing("/", with: "\\/")),
      ("\\u", each { "\\u" + hexadecimal($0, 4) }),
      ("\\u in capitals", each { "\\u" + hexadecimal($0, 4).uppercased() }),
      ("\\u within JSON within JSON", each { "\\\\u" + hexadecimal($0, 4) }),
      ("\\x", each { "\\x" + hexadecimal($0, 2) }),
      ("one letter as \\u", secret.replacing("3", with: "\\u0033").replacing("\"", with: "\\\"")),
      ("percent", each { "%" + hexadecimal($0, 2) }),
      ("percent twice", each { "%25" + hexadecimal($0, 2) }),
      ("HTML, decimal", each { "&#\($0);" }),
      ("HTML, hexadecimal", each { "&#x" + hexadecimal($0, 2) + ";" }),
      (
        "HTML, names",
        secret.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing(
          "<", with: "&lt;")
      ),
      ("base 64", data.base64EncodedString()),
      (
        "base 64 for URLs",
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      ),
      ("base 64 after one byte", Data("x\(secret)".utf8).base64EncodedString()),
      ("base 64 after two bytes", Data("xy\(secret)".utf8).base64EncodedString()),
      ("base 64 within others", Data("user:\(secret):more".utf8).base64EncodedString()),
      (
        "base 64 without padding",
        Data("AC1:\(secret)".utf8).base64EncodedString().replacing("=", with: "")
      ),
      ("percent as \\u", each { "\\u0025" + hexadecimal($0, 2) }),
      ("HTML as \\u", each { "\\u0026#\($0);" }),
      ("HTML with zeros", each { "&#0000000000000000\($0);" }),
      ("hexadecimal", each { hexadecimal($0, 2) }),
      ("UTF-16", String(decoding: utf16, as: UTF8.self)),
    ]
  }()

  @Test(arguments: encodings.map(\.name)) func hides(_ name: String) throws {
    let encoding = try #require(Self.encodings.first { $0.name == name })
    let redaction = Redaction([Secret(Self.secret)])
    let hidden = try #require(redaction.hiding("before \(encoding.text) after"))
    #expect(hidden.hasPrefix("before "))
    #expect(hidden.hasSuffix(" after"))
    // What pads base 64 and UTF-16 may stay, and what is other text's.
    let rest = hidden.dropFirst(7).dropLast(6)
    let isPart = name.hasPrefix("base 64")
    #expect(rest.contains("****************"))
    #expect(
      isPart || rest.allSatisfy { "*=\0".contains($0) }, "\(rest.unicodeScalars.map(\.value))")
    #expect(rest.count { !"*=\0".contains($0) } <= 16, "\(rest)")
  }

  @Test func leavesEverythingElse() {
    let redaction = Redaction([Secret(Self.secret)])
    for text in [
      "", "\\", "\\u", "\\u00", "%", "%2", "&#", "&#x;", "s3cr3t/T0ken", "\\u0073\\u0033",
      String(Self.secret.dropLast()), String(repeating: "\\", count: 1000),
    ] {
      #expect(redaction.hiding(text) == nil, "\(text)")
    }
    #expect(Redaction([Secret("short")]).hiding("short") == nil)
    #expect(Redaction([Secret("eight888")]).hiding("eight888") == "********")
  }

  @Test func whatHoldsASecretPrintsNone() throws {
    let credentials = Credentials(account: "AC1", username: "SK1", secret: Secret(Self.secret))
    let origin = Origins.twilio.url(of: .flex)
    var request = HTTPRequest(
      origin: origin, method: "POST", target: "/", headers: HTTPHeaderLines([]), body: [],
      needsFreshConnection: false, timeout: .seconds(1))
    request.authorization = Secret("Basic " + Self.secret)
    let proxy = try #require(
      try Proxy.find(
        for: origin, environment: ["HTTPS_PROXY": "http://user:t0p%2Fs3cret@proxy:3128"]))
    for value in [credentials, request, proxy, credentials.redaction] as [any Sendable] {
      var dumped = ""
      dump(value, to: &dumped)
      let shown = "\(value) \(String(reflecting: value)) \(dumped)"
      #expect(!shown.contains("s3cr3t"), "\(type(of: value))")
      #expect(!shown.contains("s3cret"), "\(type(of: value))")
      // Nor in base 64.
      #expect(!shown.contains("dXNlcjp0MHAvczNjcmV0"), "\(type(of: value))")
    }
  }

  /// Every part of an address that cannot be read may belong to the password.
  @Test(arguments: [
    "http://user:p4ss/w0rd@proxy:3128", "user:p4ssw0rd", "http://user:p4ss@w0rd@proxy:x",
    "http://user:p4ssw0rd@", "socks5://user:p4ssw0rd@proxy:1", "http://user:p4ss#w0rd@proxy:99999",
    "https://user:p4ssw0rd@proxy", "user:p4ss w0rd@pro xy:1",
  ])
  func aProxyThatCannotBeReadIsNotShown(_ text: String) {
    do {
      let proxy = try Proxy.find(
        for: Origins.twilio.url(of: .flex), environment: ["HTTPS_PROXY": text])
      #expect(proxy?.description.contains("p4ss") != true)
      #expect(proxy?.description.contains("w0rd") != true)
    } catch {
      #expect(!error.reason.contains("p4ss") && !error.reason.contains("w0rd"), "\(error.reason)")
    }
  }
}
