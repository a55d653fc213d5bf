import FlexAPI

extension World {
  /// What operations of the Conversations API do.
  static let conversationBehaviors: [OperationDefinition: Behavior] = [
    // *Documented*: exactly one of the two, compared exactly; sorted by the conversation.
    ParticipantConversation.list: { world, operation throws(Refusal) in
      let query = ListQuery(operation)
      let (address, identity) = (query["Address"], query["Identity"])
      guard (address == nil) != (identity == nil) else {
        throw .invalid("Exactly one of Address and Identity is required")
      }
      let wanted = address ?? identity
      let items = world.addresses.filter { $0.text == wanted }.map { entry in
        world.fields(of: entry.conversation, text: entry.text, isAddress: address != nil)
      }
      let sorted = items.sorted {
        ($0["conversation_sid"]?.text ?? "") < ($1["conversation_sid"]?.text ?? "")
      }
      return try world.page(of: sorted, operation)
    }
  ]

  private func fields(of conversation: AnySID, text: String, isAddress: Bool) -> JSONObject {
    let record = records[.conversation]?.first { $0.fields.anySID("sid") == conversation }
    var fields = JSONObject()
    for field in ParticipantConversation.resource.fields { fields[field.name] = .null }
    fields["conversation_sid"] = .string(conversation.description)
    fields["participant_sid"] = .string(
      "MB" + String(conversation.description.dropFirst(2).reversed()))
    fields["conversation_state"] = record?.fields["state"] ?? .string("active")
    if isAddress {
      fields["participant_messaging_binding"] = .object(["address": .string(text)])
    } else {
      fields["participant_identity"] = .string(text)
    }
    return fields
  }

  /// Adds a conversation in which an address takes part.
  mutating func addConversation(_ sid: AnySID, address: String, state: String = "active") {
    addresses.append((address, sid))
    var fields = JSONObject()
    for field in Conversation.resource.fields { fields[field.name] = .null }
    fields["sid"] = .string(sid.description)
    fields["state"] = .string(state)
    fields["attributes"] = .string("{}")
    fields["date_created"] = .string(SimulatedClock.text(now - 3600))
    fields["date_updated"] = .string(SimulatedClock.text(now - 60))
    records[.conversation, default: []].append(SimulatedRecord(parent: nil, fields: fields))
  }
}
