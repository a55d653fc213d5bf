import FlexAPI

extension World {
  /// What operations on participants do.
  static let participantBehaviors: [OperationDefinition: Behavior] = [
    Participant.list: { world, operation throws(Refusal) in
      let channel = try world.channel(operation)
      let items = channel.participants.compactMap { world.participants[$0] }
        .map { world.fields(of: $0) }
      let page = try world.page(of: items, operation)
      world.answerInvites(on: channel.sid)
      return page
    },
    Participant.create: { world, operation throws(Refusal) in
      let channel = try world.openChannel(operation)
      return world.join(
        operation["type"]?.text ?? "unknown", channel.sid, routing: operation["routing"]?.json)
    },
    // *Documented*: the agent is removed and the conversation stays. *Assumed*: the participant is
    // not listed any more, so that a second close is 404.
    Participant.close: { world, operation throws(Refusal) in
      let participant = try world.agent(operation)
      let response = world.fields(of: participant)
      world.remove(participant.sid)
      return response
    },
    // *Documented*: the reservation goes to wrapping. *Assumed*: asking twice is fine.
    Participant.wrapup: { world, operation throws(Refusal) in
      let participant = try world.agent(operation)
      world.participants[participant.sid]?.isWrapping = true
      world.move(participant, to: "wrapping")
      return world.fields(of: participant)
    },
  ]

  /// The participant that an operation addresses, if it may be updated.
  private mutating func agent(_ operation: Operation) throws(Refusal) -> SimulatedParticipant {
    let channel = try channel(operation)
    guard let sid = operation.addressed.participant, var participant = participants[sid] else {
      throw .notFound(operation.path)
    }
    if participant.channel != channel.sid {
      // *Assumed*: a participant of another channel is not found.
      guard isInferred, !participant.isTouched else { throw .notFound(operation.path) }
      channels[participant.channel]?.participants.removeAll { $0 == sid }
      channels[channel.sid]?.participants.append(sid)
      participant.channel = channel.sid
      moves.append((sid.any, channel.sid.any))
    }
    // *Assumed*: "Participant must be an agent" is gone from the documentation, not from the server.
    guard participant.type == Participant.agent || participant.type == "supervisor" else {
      throw .invalid("Participant \(sid) is of type \(participant.type), not an agent")
    }
    // *Assumed*: nothing can be updated in a conversation that has been closed.
    guard channel.status != "closed" else { throw .conflict("Channel \(channel.sid) is closed") }
    participant.isTouched = true
    participants[sid] = participant
    return participant
  }

  /// Adds a new participant to a channel.
  mutating func join(
    _ type: String, _ channel: ChannelSID, routing: JSON?, worker: String? = nil
  ) -> JSONObject {
    let participant = SimulatedParticipant(
      sid: generator.next(), channel: channel, type: type,
      routing: routing ?? self.routing(for: type, worker: worker))
    participants[participant.sid] = participant
    channels[channel]?.participants.append(participant.sid)
    register(participant.sid)
    return fields(of: participant)
  }
}
