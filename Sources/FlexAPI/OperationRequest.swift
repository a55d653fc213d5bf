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
      post(
        "Channel", channel.serialized, "Routing", routing?.serialized, "InteractionContextSid",
        context?.description, "WebhookTtid", webhook)
    case .updateInteraction(_, let webhook): post("WebhookTtid", webhook)
    case .updateChannel(_, .closed(let completing)):
      post("Status", "closed", "Routing", completing ? Operation.completingTasks : nil)
    case .updateChannel(_, .inactive):
      post("Status", "inactive", "Routing", Operation.completingTasks)
    case .createInvite(_, let routing): post("Routing", routing.serialized)
    case .createParticipant(_, let type, let media, let routing):
      post(
        "Type", type.rawValue, "MediaProperties", media.serialized, "RoutingProperties",
        routing?.serialized)
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
    let root = "/v1/Interactions"
    guard let place = channelPath else {
      return switch self {
      case .fetchInteraction(let sid), .updateInteraction(let sid, _): "\(root)/\(sid)"
      case .listChannels(let sid, _): "\(root)/\(sid)/Channels"
      default: root
      }
    }
    let channel = "\(root)/\(place.interaction)/Channels/\(place.channel)"
    return switch self {
    case .createInvite, .listInvites: channel + "/Invites"
    case .createParticipant, .listParticipants: channel + "/Participants"
    case .updateParticipant(_, let sid, _): "\(channel)/Participants/\(sid)"
    case .createTransfer: channel + "/Transfers"
    case .fetchTransfer(_, let sid), .updateTransfer(_, let sid, _): "\(channel)/Transfers/\(sid)"
    default: channel
    }
  }

  private func get(_ page: PageQuery) -> OperationRequest {
    OperationRequest(method: .get, path: path, query: page.text, body: .none)
  }

  /// Names and values in turn; a field without a value is left out.
  private func post(_ namesAndValues: String?...) -> OperationRequest {
    var fields: [OperationRequest.Field] = []
    var rest = namesAndValues[...]
    while let name = rest.popFirst() ?? nil, let value = rest.popFirst() {
      if let value { fields.append(OperationRequest.Field(name: name, value: value)) }
    }
    return OperationRequest(method: .post, path: path, query: nil, body: .form(fields))
  }
}
