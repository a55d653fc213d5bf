import FlexAPI
import FlexClient
import FlexSimulator
import FlexTestSupport
import Testing

/// What the server says to requests that a client of ours would never send.
struct ServerTests {
  private static let channel =
    "/v1/Interactions/\(Sample.interaction)/Channels/\(Sample.channel)"
  /// `AC00000000000000000000000000000001:x`.
  private static let authorization = "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTp4"

  @Test(
    arguments: [
      ("GET", "/", "", 404), ("GET", "/v1/interactions", "", 404),
      ("GET", "/v1/Interactions", "", 405),
      ("DELETE", "/v1/Interactions/\(Sample.interaction)", "", 405),
      ("GET", "/v1/Interactions/KD1", "", 404), ("GET", channel + "/Nothing", "", 404),
      ("GET", channel + "/Participants/\(Sample.agent)", "", 405),
      ("POST", channel + "/Participants/\(Sample.agent)", "", 400),
      ("POST", channel + "/Participants/\(Sample.agent)", "Status=open", 400),
      ("POST", channel + "/Participants/\(Sample.agent)", "status=closed", 400),
      ("POST", channel + "/Participants/\(Sample.channel)", "Status=closed", 404),
      ("POST", channel + "/Participants/\(Sample.agent)", "Status=clo%73ed&Unknown=1", 200),
      ("POST", channel, "Status=inactive", 400),
      ("POST", channel, "Status=inactive&Routing=%7B%22status%22%3A+%22open%22%7D", 400),
      ("POST", channel, "Status=inactive&Routing=%7B%22status%22%3A%20%22closed%22%7D", 200),
      ("POST", channel + "/Invites", "Routing=x", 400), ("POST", channel + "/Invites", "", 400),
      ("POST", channel + "/Transfers", "Type=warm", 400),
      ("POST", "/v1/Interactions", "Channel=%7B%7D&InteractionContextSid=x", 400),
      ("GET", channel + "/Participants?PageSize=0", "", 400),
      ("GET", channel + "/Participants?PageSize=1001", "", 400),
      ("GET", channel + "/Participants?PageSize=1000", "", 200),
    ] as [(String, String, String, Int)])
  func checksEveryRule(_ method: String, _ target: String, _ body: String, _ status: Int)
    async throws
  {
    let reply = try await send(method, target, body, Self.authorization)
    #expect(reply.status == status)
    #expect(reply.header("Twilio-Request-Id")?.hasPrefix("RQ") == true)
    #expect(reply.header("Content-Type")?.hasPrefix("application/json") == true)
  }

  @Test(arguments: [
    "", "Basic", "Basic !!!", "Bearer x", "Basic QUM6eA==",
    "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTo=",
  ])
  func checksTheFormOfCredentials(_ authorization: String) async throws {
    let reply = try await send("GET", Self.channel, "", authorization)
    #expect(reply.status == 401)
    #expect(String(decoding: reply.body, as: UTF8.self).contains("20003"))
  }

  private func send(
    _ method: String, _ target: String, _ body: String, _ authorization: String
  ) async throws -> HTTPReply {
    try await SimulatorServer.with(.demo()) { url in
      try await NIOTransport.with(
        origins: [try BaseURL(url)], proxy: { _ in nil }, connectTimeout: .seconds(10),
        certificates: nil
      ) { transport in
        try await transport.send(
          HTTPRequest(
            origin: try BaseURL(url), method: method, target: target,
            headers: HTTPHeaderLines([
              HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
              HTTPHeader("Authorization", authorization),
            ]), body: Array(body.utf8), needsFreshConnection: false, timeout: .seconds(30)))
      }
    }
  }

  @Test func conjuresAWorldFromWhatAScriptNames() async throws {
    func sid(_ short: String, _ digit: String) -> String {
      short + String(repeating: digit, count: 32)
    }
    let interaction = sid("KD", "9")
    let channel = sid("UO", "9")
    let groups = [
      [interaction], [sid("UT", "8"), channel], [sid("UT", "7"), sid("UO", "6")],
    ].map { $0.compactMap { AnySID($0) } }
    let flex = SimulatedTwilio.inferred(from: groups)
    let place = Scope(
      interaction: try #require(InteractionSID(interaction)),
      channel: try #require(ChannelSID(channel)))
    let listed = try await flex.list(.listParticipants(on: place)).items
    #expect(listed.count == 2, "the agent that is named, and a customer")
    // What the script asks for elsewhere moves there.
    let moved = Sample.participant(sid("UT", "7"))
    #expect(try await flex.perform(.close(moved, on: place)).status == 200)
    await #expect(throws: APIError.self) {
      _ = try await flex.perform(.close(moved, on: place))
    }
  }

  @Test(arguments: [
    ("", "not JSON"), ("[]", "a list `interactions`"),
    (#"{"interactions": [{}]}"#, "interactions[0]: `sid`"),
    (
      #"{"interactions": [{"sid": "KD00000000000000000000000000000001", "channels": 5}]}"#,
      "`channels` should be a list"
    ),
    (
      #"{"interactions": [{"sid": "KD00000000000000000000000000000001", "channels": [{"sid": "UT"}]}]}"#,
      "channels[0]: `sid` should be a UO"
    ),
  ])
  func saysWhatIsWrongWithAFixture(_ text: String, _ words: String) {
    let problem = #expect(throws: FixtureProblem.self) {
      try SimulatedTwilio.fixture(Array(text.utf8))
    }
    #expect(problem?.reason.contains(words) == true, "\(problem?.reason ?? "")")
  }
}
