import FlexAPI
import FlexTestSupport
import Testing

struct OperationTests {
  private let path = Sample.path
  private let participant = Sample.participant(Sample.agent)

  @Test func hasTheWireFormOfTheOpenAPIDocument() throws {
    let interaction = try #require(path.interaction)
    let transfer = try #require(TransferSID("UX00000000000000000000000000000001"))
    let routing = JSON.object(["properties": .object(["a": .string("b c")])])
    let channel = "/v1/Interactions/\(Sample.interaction)/Channels/\(Sample.channel)"
    let rows: [(Operation, String)] = [
      (
        .createInteraction(channel: routing, routing: nil, context: nil, webhook: "w"),
        "POST /v1/Interactions Channel={\"properties\":{\"a\":\"b c\"}} WebhookTtid=w"
      ),
      (.fetchInteraction(interaction), "GET /v1/Interactions/\(Sample.interaction)"),
      (
        .updateInteraction(interaction, webhook: "w"),
        "POST /v1/Interactions/\(Sample.interaction) WebhookTtid=w"
      ),
      (
        .listChannels(in: interaction),
        "GET /v1/Interactions/\(Sample.interaction)/Channels"
      ),
      (.fetchChannel(path), "GET \(channel)"),
      (
        .closeChannel(path), "POST \(channel) Status=closed"
      ),
      (
        .closeChannel(path, completingTasks: true),
        "POST \(channel) Status=closed Routing={\"status\":\"closed\"}"
      ),
      (
        .deactivateChannel(path),
        "POST \(channel) Status=inactive Routing={\"status\":\"closed\"}"
      ),
      (
        .invite(on: path, routing: routing),
        "POST \(channel)/Invites Routing={\"properties\":{\"a\":\"b c\"}}"
      ),
      (.listInvites(on: path), "GET \(channel)/Invites"),
      (
        .addParticipant(on: path, type: "customer", media: .object([:]), routing: nil),
        "POST \(channel)/Participants Type=customer MediaProperties={}"
      ),
      (.listParticipants(on: path), "GET \(channel)/Participants"),
      (
        .close(participant, on: path),
        "POST \(channel)/Participants/\(Sample.agent) Status=closed"
      ),
      (
        .wrapup(participant, on: path),
        "POST \(channel)/Participants/\(Sample.agent) Status=wrapup"
      ),
      (.transfer(on: path, body: routing), "POST \(channel)/Transfers json"),
      (.fetchTransfer(transfer, on: path), "GET \(channel)/Transfers/\(transfer)"),
      (
        .updateTransfer(transfer, on: path, body: routing),
        "POST \(channel)/Transfers/\(transfer) json"
      ),
    ]
    for (operation, expected) in rows {
      let request = operation.request
      let body =
        switch request.body {
        case .none: ""
        case .form(let fields): fields.map { " \($0.name)=\($0.value)" }.joined()
        case .json: " json"
        }
      #expect("\(request.method.rawValue) \(request.path)\(body)" == expected)
      #expect(operation.isWrite == (request.method == .post))
    }
  }

  /// One item about another place, or about nothing, makes all of a listing doubtful.
  @Test(arguments: [
    ("[]", true), ("[{\"sid\": \"UT1\", \"channel_sid\": \"UO1\"}]", true), ("[\"x\"]", false),
    ("[{\"sid\": null}]", false), ("[{}]", false), ("{}", false),
    ("[{\"sid\": \"UT1\", \"channel_sid\": \"UO2\"}]", false),
    ("[{\"sid\": \"UT1\"}, {\"sid\": \"UT2\", \"interaction_sid\": \"KD2\"}]", false),
  ])
  func believesAListingOfWhatWasAddressed(_ items: String, _ isBelieved: Bool) throws {
    let text = Sample.expand("{\"participants\": \(items), \"meta\": {\"next_page_url\": null}}")
    let page = try #require(try JSONReader.read(Array(text.utf8)).object)
    let operation = Operation.listParticipants(on: path)
    #expect((operation.mismatch(in: page) == nil) == isBelieved)
    let broken = try #require(
      try JSONReader.read(
        Array("{\"participants\": [], \"meta\": {\"next_page_url\": 5}}".utf8)
      ).object)
    #expect(operation.mismatch(in: broken) != nil)
  }

  @Test func believesAnAnswerAboutWhatWasAddressed() {
    let close = Operation.close(participant, on: path)
    func doubt(_ members: KeyValuePairs<String, JSON>) -> String? {
      close.mismatch(in: JSON.object(members).object ?? JSONObject())
    }
    #expect(doubt(["sid": .string(Sample.agent)]) == nil)
    #expect(doubt(["sid": .string("UT" + Sample.agent.dropFirst(2).uppercased())]) == nil)
    #expect(doubt(["channel_sid": .string(Sample.channel), "sid": .null]) == nil)
    #expect(doubt([:]) != nil)
    #expect(doubt(["type": .string("agent")]) != nil)
    #expect(doubt(["sid": .string(Sample.secondAgent)]) != nil)
    #expect(
      doubt(["sid": .string(Sample.agent), "channel_sid": .string(Sample.otherChannel)]) != nil)
    #expect(doubt(["sid": .string(Sample.agent), "interaction_sid": .number("1")]) != nil)
  }

  @Test func believesANewInteractionByItsSID() {
    let create = Operation.createInteraction(
      channel: .object([:]), routing: nil, context: nil, webhook: nil)
    let named = JSON.object(["sid": .string(Sample.interaction)]).object ?? JSONObject()
    #expect(create.mismatch(in: named) == nil)
    #expect(create.mismatch(in: JSONObject()) != nil)
  }

  @Test(arguments: [
    (
      "https://flex-api.twilio.com/v1/Interactions/KD1/Channels?Page=1&PageToken=x",
      "Page=1&PageToken=x"
    ),
    ("https://evil.example/v1/Interactions/KD1/Channels?Page=1", "Page=1"),
    ("/v1/Interactions/KD1/Channels?Page=1", "Page=1"),
    ("https://flex-api.twilio.com/v1/Interactions/KD2/Channels?Page=1", nil),
    ("https://flex-api.twilio.com/v1/Interactions/KD1/Channels", nil),
    ("https://flex-api.twilio.com/v1/Interactions/KD1/Channels?a b", nil),
    ("https://flex-api.twilio.com/v1/Interactions/KD1/Channels?a#b", nil),
    ("https://flex-api.twilio.com?Page=1", nil),
    ("x", nil),
  ])
  func usesOnlyTheQueryOfALinkToItsOwnListing(_ url: String, _ query: String?) {
    let page = PageQuery(
      nextPageURL: Sample.expand(url),
      path: Sample.expand("/v1/Interactions/KD1/Channels"))
    #expect(page?.text == query)
  }
}
