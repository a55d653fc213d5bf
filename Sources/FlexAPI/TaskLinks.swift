/// What the attributes of a task say about where it belongs.
///
/// Callers write attributes, and copy them from task to task: what they say has to be confirmed by the
/// other side. Source: the section "Task attributes" of the page of the Interactions API.
package struct TaskLinks: Hashable, Sendable {
  /// The interaction, if the attributes name one.
  package let interaction: InteractionSID?
  /// The channel, if the attributes name one.
  package let channel: ChannelSID?
  /// The conversation, if the attributes name one.
  package let conversation: ConversationSID?
  /// The customer's address or name, if the attributes have one.
  package let customer: String?
  /// Whether the attributes are there at all, and can be read.
  package let hasAttributes: Bool
  /// Whether it is the task of a call.
  package let isVoice: Bool
  /// Whether the attributes name a part of a conversation, at any depth.
  private let mentionsConversation: Bool
  /// Whether the channel of the task is one for conversations.
  private let isOnConversationChannel: Bool

  /// The task channels of conversations.
  private static let conversationChannels = [
    "chat", "sms", "email", "web", "whatsapp", "messenger", "gbm",
  ]

  /// Reads the fields of a task.
  package init(_ task: JSONObject) {
    let attributes = JSON.object(task)["attributes"]?.jsonOfText.object
    hasAttributes = attributes != nil
    mentionsConversation = attributes.map { JSON.object($0).mentionsConversation } ?? false
    let definition = RoutedTask.resource
    interaction = definition.sid("interaction_sid", in: task).flatMap { InteractionSID($0) }
    channel = definition.sid("channel_sid", in: task).flatMap { ChannelSID($0) }
    conversation = definition.sid("conversation_sid", in: task).flatMap { ConversationSID($0) }
    let taskChannel = task["task_channel_unique_name"]?.text ?? ""
    isOnConversationChannel = Self.conversationChannels.contains(taskChannel.lowercased())
    func isThere(_ name: String) -> Bool {
      switch attributes?[name] {
      case nil, .null, .string(""): false
      case .bool, .number, .string, .array, .object: true
      }
    }
    isVoice = taskChannel.lowercased() == "voice" || isThere("call_sid") || isThere("conference")
    let customers = attributes?["customers"]?.object
    customer = [
      attributes?["customerAddress"], attributes?["from"], customers?["phone"],
      customers?["email"], attributes?["customerName"], attributes?["name"],
    ].lazy.compactMap { $0?.text }.first { !$0.isEmpty }
  }

  /// The interaction and the channel; `nil` unless both are named.
  package var place: Scope? {
    guard let interaction, let channel else { return nil }
    return Scope(interaction: interaction, channel: channel)
  }

  /// Whether the attributes name something that a conversation has.
  package var namesConversation: Bool {
    interaction != nil || channel != nil || conversation != nil
  }

  /// Whether the task belongs to a conversation: its attributes or its channel say so.
  package var isOfConversation: Bool {
    namesConversation || mentionsConversation || isOnConversationChannel
  }
}

extension ResourceDefinition {
  /// The SID of a derived field; `nil` if no place has one of its kind.
  package func sid(_ name: String, in fields: JSONObject) -> AnySID? {
    guard let derived = derivedField(named: name) else { return nil }
    for path in derived.paths {
      var value = JSON.object(fields)
      for segment in path { value = value[segment]?.jsonOfText ?? .null }
      if let sid = value.text.flatMap({ AnySID($0) }), sid.type == derived.type { return sid }
    }
    return nil
  }
}

extension JSON {
  /// Whether a text in it is the SID of an interaction, a channel, a conversation or an invite.
  fileprivate var mentionsConversation: Bool {
    switch self {
    case .null, .bool, .number: false
    case .string(let text):
      switch AnySID(text)?.type {
      case .interaction?, .channel?, .conversation?, .invite?: true
      default: jsonOfText == self ? false : jsonOfText.mentionsConversation
      }
    case .array(let elements): elements.contains { $0.mentionsConversation }
    case .object(let object): object.members.contains { $0.value.mentionsConversation }
    }
  }

  /// The member of an object; `nil` for every other value.
  package subscript(name: String) -> JSON? { object?[name] }

  /// The JSON object that a text holds, even if it was encoded twice; anything else as it is.
  package var jsonOfText: JSON {
    var value = self
    for _ in 0..<2 {
      guard case .string(let text) = value, let read = try? JSONReader.read(text) else { break }
      switch read {
      case .object, .string: value = read
      case .null, .bool, .number, .array: return self
      }
    }
    return value.object == nil ? self : value
  }
}
