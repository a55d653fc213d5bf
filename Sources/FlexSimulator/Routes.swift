import FlexAPI

/// A request as it came off the wire.
struct SimulatedRequest: Sendable {
  let method: String
  /// The path and the query.
  let target: String
  let contentType: String?
  let authorization: String?
  let body: [UInt8]
}

/// Reads requests: which operation they ask for, with every rule of Twilio's OpenAPI document.
enum Routes {
  /// The operation that a request asks for.
  static func operation(_ request: SimulatedRequest) throws(Refusal) -> Operation {
    let mark = request.target.utf8.firstIndex(of: UInt8(ascii: "?"))
    let path = String(request.target[..<(mark ?? request.target.endIndex)])
    let query = mark.map { String(request.target[request.target.utf8.index(after: $0)...]) }
    let page = query.flatMap { PageQuery(nextPageURL: "\(path)?\($0)", path: path) } ?? .first
    // *Documented*: path segments are case sensitive.
    var segments = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)[
      ...]
    guard segments.popFirst() == "", segments.popFirst() == "v1",
      segments.popFirst() == "Interactions"
    else { throw .notFound(path) }
    let isGet = request.method == "GET"
    guard isGet || request.method == "POST" else { throw methodNotAllowed }
    guard let first = segments.popFirst() else {
      guard !isGet else { throw methodNotAllowed }
      return try createInteraction(Fields(request))
    }
    guard let interaction = InteractionSID(first) else { throw .notFound(path) }
    guard let second = segments.popFirst() else {
      if isGet { return .fetchInteraction(interaction) }
      return .updateInteraction(
        interaction, webhook: try Fields(request).optional("WebhookTtid") ?? "")
    }
    guard second == "Channels" else { throw .notFound(path) }
    guard let third = segments.popFirst() else {
      guard isGet else { throw methodNotAllowed }
      return .listChannels(interaction, page: page)
    }
    guard let channel = ChannelSID(third) else { throw .notFound(path) }
    let place = ChannelPath(interaction: interaction, channel: channel)
    guard let collection = segments.popFirst() else {
      return isGet ? .fetchChannel(place) : try updateChannel(place, Fields(request))
    }
    let item = segments.popFirst()
    guard segments.isEmpty else { throw .notFound(path) }
    switch (collection, item) {
    case ("Invites", nil):
      if isGet { return .listInvites(place, page: page) }
      return .createInvite(place, routing: try Fields(request).json("Routing"))
    case ("Participants", nil):
      if isGet { return .listParticipants(place, page: page) }
      return try createParticipant(place, Fields(request))
    case ("Participants", let item?):
      guard let sid = ParticipantSID(item) else { throw .notFound(path) }
      guard !isGet else { throw methodNotAllowed }
      return .updateParticipant(
        place, sid, to: try Fields(request).oneOf("Status", ["closed": .closed, "wrapup": .wrapup]))
    case ("Transfers", nil):
      guard !isGet else { throw methodNotAllowed }
      return .createTransfer(place, body: try jsonBody(request))
    case ("Transfers", let item?):
      guard let sid = TransferSID(item) else { throw .notFound(path) }
      if isGet { return .fetchTransfer(place, sid) }
      return .updateTransfer(place, sid, body: try jsonBody(request))
    default: throw .notFound(path)
    }
  }

  /// *Documented*: code 20004.
  private static var methodNotAllowed: Refusal {
    Refusal(status: 405, code: 20004, message: "Method not allowed")
  }

  private static func createInteraction(_ fields: Fields) throws(Refusal) -> Operation {
    var context: AnySID?
    if let text = fields.optional("InteractionContextSid") {
      context = AnySID(text)
      guard context?.prefix == "HQ" else {
        throw .invalid("InteractionContextSid must match ^HQ[0-9a-fA-F]{32}$")
      }
    }
    return .createInteraction(
      channel: try fields.json("Channel"), routing: try fields.optionalJSON("Routing"),
      context: context, webhook: fields.optional("WebhookTtid"))
  }

  private static func updateChannel(
    _ place: ChannelPath, _ fields: Fields
  ) throws(Refusal) -> Operation {
    let status = try fields.oneOf("Status", ["closed": false, "inactive": true])
    let routing = try fields.optionalJSON("Routing")
    if let routing {
      // *Documented*: `closed` is the one value that the routing's status may have.
      guard routing.object?["status"]?.text == "closed" else {
        throw .invalid("Routing status must be closed")
      }
    }
    guard status else { return .updateChannel(place, to: .closed(completingTasks: routing != nil)) }
    // *Documented*: the routing is required when the status is inactive.
    guard routing != nil else { throw .invalid("Routing is required when Status is inactive") }
    return .updateChannel(place, to: .inactive)
  }

  private static func createParticipant(
    _ place: ChannelPath, _ fields: Fields
  ) throws(Refusal) -> Operation {
    let roles = ["supervisor", "customer", "external", "agent", "unknown"]
    let type = try fields.oneOf("Type", Dictionary(uniqueKeysWithValues: roles.map { ($0, $0) }))
    return .createParticipant(
      place, type: Participant.Role(rawValue: type), media: try fields.json("MediaProperties"),
      routing: try fields.optionalJSON("RoutingProperties"))
  }

  private static func jsonBody(_ request: SimulatedRequest) throws(Refusal) -> JSON {
    guard let body = try? JSONReader.read(request.body), body.object != nil else {
      throw .invalid("The body must be a JSON object")
    }
    return body
  }
}

/// The fields of a form.
private struct Fields {
  private let fields: [(name: String, value: String)]

  /// *Assumed*: another content type is a bad request.
  ///
  /// Unknown fields are ignored, as 20001 says.
  init(_ request: SimulatedRequest) throws(Refusal) {
    let type = request.contentType?.lowercased() ?? ""
    guard type.hasPrefix("application/x-www-form-urlencoded") || request.body.isEmpty else {
      throw .invalid("The body must be application/x-www-form-urlencoded")
    }
    fields = FormDecoding.decode(request.body)
  }

  func optional(_ name: String) -> String? {
    fields.last { $0.name == name }?.value
  }

  private func required(_ name: String) throws(Refusal) -> String {
    guard let value = optional(name), !value.isEmpty else {
      throw .invalid("Missing required parameter \(name) in the post body")
    }
    return value
  }

  func oneOf<Value>(_ name: String, _ values: [String: Value]) throws(Refusal) -> Value {
    let text = try required(name)
    guard let value = values[text] else {
      throw .invalid("\(name) must be one of \(values.keys.sorted().joined(separator: ", "))")
    }
    return value
  }

  func json(_ name: String) throws(Refusal) -> JSON {
    try Fields.json(try required(name), name)
  }

  func optionalJSON(_ name: String) throws(Refusal) -> JSON? {
    guard let text = optional(name) else { return nil }
    return try Fields.json(text, name)
  }

  private static func json(_ text: String, _ name: String) throws(Refusal) -> JSON {
    guard let value = try? JSONReader.read(text), value.object != nil else {
      throw .invalid("\(name) must be a JSON object")
    }
    return value
  }
}
