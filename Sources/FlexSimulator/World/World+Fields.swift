import FlexAPI

/// The fields of resources in responses: those of Twilio's OpenAPI document.
extension World {
  /// The root of `url` fields.
  ///
  /// *Documented*: absolute URLs on Twilio's host.
  static let root = "https://flex-api.twilio.com/v1/Interactions"

  func fields(of interaction: SimulatedInteraction) -> JSONObject {
    let url = "\(World.root)/\(interaction.sid)"
    return object([
      "sid": .string(interaction.sid.description), "channel": interaction.channel,
      "routing": interaction.routing, "interaction_context_sid": interaction.context,
      "webhook_ttid": interaction.webhook, "url": .string(url),
      "links": .object(["channels": .string(url + "/Channels")]),
    ])
  }

  func fields(of channel: SimulatedChannel) -> JSONObject {
    let url = url(of: channel)
    return object([
      "sid": .string(channel.sid.description),
      "interaction_sid": .string(channel.interaction.description),
      "type": .string(channel.type), "status": .string(channel.status),
      "error_code": .null, "error_message": .string(""), "url": .string(url),
      "links": .object([
        "participants": .string(url + "/Participants"), "invites": .string(url + "/Invites"),
        "transfers": .string(url + "/Transfers"),
      ]),
    ])
  }

  func fields(of participant: SimulatedParticipant) -> JSONObject {
    let channel = channels[participant.channel]
    let url = (channel.map { self.url(of: $0) } ?? World.root) + "/Participants/\(participant.sid)"
    return object([
      "sid": .string(participant.sid.description), "type": .string(participant.type),
      "interaction_sid": .string(orNull: channel?.interaction.description),
      "channel_sid": .string(participant.channel.description),
      "routing_properties": participant.routing, "url": .string(url),
    ])
  }

  func url(of channel: SimulatedChannel) -> String {
    "\(World.root)/\(channel.interaction)/Channels/\(channel.sid)"
  }

  func object(_ members: KeyValuePairs<String, JSON>) -> JSONObject {
    JSON.object(members).object ?? JSONObject()
  }

  /// *Documented*: an agent has a task, a worker and a reservation; others have none.
  mutating func routing(for type: String, worker: String? = nil) -> JSON {
    guard type == Participant.agent else { return .null }
    return .object([
      "task_sid": .string(generator.next("WT")),
      "worker_sid": .string(worker ?? generator.next("WK")),
      "reservation_sid": .string(generator.next("WR")),
    ])
  }
}
