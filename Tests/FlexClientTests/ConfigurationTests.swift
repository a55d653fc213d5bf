import FlexAPI
import FlexClient
import FlexTestSupport
import Testing

struct ConfigurationTests {
  @Test(arguments: [
    ("https://flex-api.twilio.com", "https://flex-api.twilio.com"),
    ("HTTPS://Flex-API.twilio.com:443/", "https://flex-api.twilio.com"),
    ("https://h:8443/gate/way/", "https://h:8443/gate/way"),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://localhost", "http://localhost"),
    ("http://[::1]:80", "http://[::1]"), ("http://127.255.0.1:1", "http://127.255.0.1:1"),
  ])
  func readsABaseURL(_ text: String, _ expected: String) throws {
    #expect(try BaseURL(text).description == expected)
  }

  @Test(arguments: [
    "", "flex-api.twilio.com", "ftp://h", "http://flex-api.twilio.com", "http://127.0.0.1.evil.com",
    "http://localhost.evil.com", "https://", "https://h:0", "https://h:65536", "https://h:+1",
    "https://user:pw@h", "https://h?x=1", "https://h#x", "https://h x", "https://[::1", "https://é",
    "http://127.0.0", "http://0127.0.0.x",
  ])
  func refusesABaseURL(_ text: String) {
    #expect(throws: BaseURL.Problem.self) { try BaseURL(text) }
  }

  @Test(
    arguments: [
      (["HTTPS_PROXY": "http://proxy:3128"], "proxy:3128"),
      (["https_proxy": "proxy:1", "HTTPS_PROXY": "other:2"], "proxy:1"),
      (["HTTPS_PROXY": "http://u:p%40@proxy:3128/"], "proxy:3128"),
      (["HTTPS_PROXY": ""], nil), ([:], nil),
      (["HTTPS_PROXY": "proxy:1", "NO_PROXY": "x, .twilio.com"], nil),
      (["HTTPS_PROXY": "proxy:1", "NO_PROXY": "*"], nil),
      (["HTTPS_PROXY": "proxy:1", "NO_PROXY": "lio.com"], "proxy:1"),
      (["HTTP_PROXY": "proxy:1"], nil),
    ] as [([String: String], String?)])
  func findsTheProxyOfTheEnvironment(_ environment: [String: String], _ expected: String?) throws {
    #expect(
      try Proxy.find(for: Origins.twilio.url(of: .flex), environment: environment)?.description
        == expected)
  }

  @Test func neverSendsPlainHTTPThroughAProxy() throws {
    let url = try BaseURL("http://127.0.0.1:1")
    #expect(try Proxy.find(for: url, environment: ["HTTPS_PROXY": "p:1"]) == nil)
    #expect(throws: BaseURL.Problem.self) {
      try Proxy.find(
        for: Origins.twilio.url(of: .flex), environment: ["HTTPS_PROXY": "https://p:1"])
    }
  }

  @Test func aSecretIsNeverPrinted() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2"))
    let credentials = Credentials(account: "AC1", username: "SK1", secret: secret)
    dumped = ""
    dump(credentials, to: &dumped)
    #expect(!"\(credentials)\(dumped)".contains("hunter2"))
  }

  /// Every place of it, and only of it; one that is made of stars comes to an end as well.
  @Test(arguments: ["0123456789abcdef", "****************"])
  func hidesASecretEverywhere(_ secret: String) {
    let redaction = Redaction([Array(secret.utf8)])
    let stars = String(repeating: "*", count: 16)
    #expect(
      redaction.hiding("a \(secret)\(secret) 0123 \(secret)") == "a \(stars)\(stars) 0123 \(stars)")
    #expect(redaction.hiding("0123456789abcde") == nil)
  }
}
