import FlexAPI

extension World {
  /// What operations on transfers do.
  ///
  /// *Assumed*: all of it; the contract of transfers is not published, the fields of responses are.
  static let transferBehaviors: [OperationDefinition: Behavior] = [
    Transfer.create: { world, operation throws(Refusal) in
      let channel = try world.channel(operation)
      let transfer = world.transfer(
        world.generator.next("UX"), on: channel, operation["body"]?.json.object ?? JSONObject())
      world.records[.transfer, default: []].append(
        SimulatedRecord(parent: channel.sid.any, fields: transfer))
      return transfer
    },
    Transfer.update: { world, operation throws(Refusal) in
      let channel = try world.channel(operation)
      let index = world.records[.transfer]?.firstIndex {
        $0.parent == channel.sid.any && $0.fields.anySID("sid") == operation.sid
      }
      guard let index, var record = world.records[.transfer]?[index] else {
        throw .notFound(operation.path)
      }
      // *Assumed*: fields that the response has too are taken over.
      for name in ["status", "to", "type"] {
        if let value = operation["body"]?.json.object?[name] { record.fields[name] = value }
      }
      world.records[.transfer]?[index] = record
      return record.fields
    },
  ]

  /// The fields of a new transfer.
  mutating func transfer(
    _ sid: String, on channel: SimulatedChannel, _ asked: JSONObject
  ) -> JSONObject {
    object([
      "sid": .string(sid), "interaction_sid": .string(channel.interaction.description),
      "channel_sid": .string(channel.sid.description), "type": asked["type"] ?? .string("cold"),
      "status": .string("active"), "from": asked["from"] ?? .null, "to": asked["to"] ?? .null,
      "note_sid": .null, "summary_sid": .null,
      "url": .string("\(url(of: channel))/Transfers/\(sid)"),
    ])
  }
}
