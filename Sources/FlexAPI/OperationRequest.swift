/// What an operation looks like on the wire, before any encoding.
///
/// Names, paths and bodies as Twilio's OpenAPI document has them; encoding belongs to the client.
package struct OperationRequest: Hashable, Sendable {
  /// The two methods that the API has.
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  /// What follows the head.
  package enum Body: Hashable, Sendable {
    case none
    /// `application/x-www-form-urlencoded` fields, in this order. An object-valued field is one
    /// field that holds JSON.
    case form([Field])
    /// `application/json`.
    case json(JSON)
  }

  /// A name and a value of a form.
  package struct Field: Hashable, Sendable {
    /// In PascalCase, as Twilio writes it.
    package let name: String
    /// The value before percent-encoding.
    package let value: String
  }

  /// The method.
  package let method: Method
  /// The path, from `/v1/`; only letters, digits and `/`, so it needs no encoding.
  package let path: String
  /// The query without `?`, or `nil` for none.
  package let query: String?
  /// The body.
  package let body: Body
}

extension Operation {
  /// The request that carries the operation out.
  package var request: OperationRequest {
    switch self {
    case .createInteraction(let channel, let routing, let context, let webhook):
      post([
        "Channel": channel.serialized, "Routing": routing?.serialized,
        "InteractionContextSid": context?.description, "WebhookTtid": webhook,
      ])
    case .updateInteraction(_, let webhook): post("WebhookTtid", webhook)
    case .updateChannel(_, .closed(let completing)):
      post(["Status": "closed", "Routing": completing ? Operation.completingTasks : nil])
    case .updateChannel(_, .inactive):
      post(["Status": "inactive", "Routing": Operation.completingTasks])
    case .createInvite(_, let routing): post("Routing", routing.serialized)
    case .createParticipant(_, let type, let media, let routing):
      post([
        "Type": type.rawValue, "MediaProperties": media.serialized,
        "RoutingProperties": routing?.serialized,
      ])
    case .updateParticipant(_, _, let target): post("Status", target.rawValue)
    case .createTransfer(_, let body), .updateTransfer(_, _, let body):
      OperationRequest(method: .post, path: path, query: nil, body: .json(body))
    case .fetchInteraction, .fetchChannel, .fetchTransfer: get(.first)
    case .listChannels(_, let page), .listInvites(_, let page), .listParticipants(_, let page):
      get(page)
    }
  }

  /// The one routing that a channel update may carry.
  ///
  /// Source: the schema's description of `Routing`.
  private static let completingTasks = #"{"status":"closed"}"#

  /// The path, from `/v1/`.
  package var path: String {
    var path: [UInt8] = []
    // The longest has three SIDs and four words.
    path.reserveCapacity(160)
    write(pathInto: &path)
    return String(decoding: path, as: UTF8.self)
  }

  private func write(pathInto path: inout [UInt8]) {
    func write(_ segment: StaticString, _ sid: AnySID? = nil) {
      path.append(UInt8(ascii: "/"))
      segment.withUTF8Buffer { path.append(contentsOf: $0) }
      guard let sid else { return }
      path.append(UInt8(ascii: "/"))
      sid.write(into: &path)
    }
    write("v1")
    if let place = channelPath {
      write("Interactions", place.interaction.any)
      write("Channels", place.channel.any)
    }
    switch self {
    case .createInteraction: write("Interactions")
    case .fetchInteraction(let sid), .updateInteraction(let sid, _):
      write("Interactions", sid.any)
    case .listChannels(let sid, _):
      write("Interactions", sid.any)
      write("Channels")
    case .fetchChannel, .updateChannel: break
    case .createInvite, .listInvites: write("Invites")
    case .createParticipant, .listParticipants: write("Participants")
    case .updateParticipant(_, let sid, _): write("Participants", sid.any)
    case .createTransfer: write("Transfers")
    case .fetchTransfer(_, let sid), .updateTransfer(_, let sid, _): write("Transfers", sid.any)
    }
  }

  private func get(_ page: PageQuery) -> OperationRequest {
    OperationRequest(method: .get, path: path, query: page.text, body: .none)
  }

  private func post(_ name: String, _ value: String) -> OperationRequest {
    OperationRequest(
      method: .post, path: path, query: nil,
      body: .form([OperationRequest.Field(name: name, value: value)]))
  }

  /// A field without a value is left out.
  private func post(_ fields: KeyValuePairs<String, String?>) -> OperationRequest {
    OperationRequest(
      method: .post, path: path, query: nil,
      body: .form(
        fields.compactMap { name, value in
          value.map { OperationRequest.Field(name: name, value: $0) }
        }))
  }
}
