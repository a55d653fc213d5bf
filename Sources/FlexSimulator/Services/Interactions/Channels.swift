import FlexAPI

extension World {
  /// What operations on channels do.
  static let channelBehaviors: [OperationDefinition: Behavior] = [
    Channel.list: { world, operation throws(Refusal) in
      let interaction = try world.interaction(operation)
      let items = interaction.channels.compactMap { world.channels[$0] }
        .map { world.fields(of: $0) }
      return try world.page(of: items, operation)
    },
    Channel.fetch: { world, operation throws(Refusal) in
      world.fields(of: try world.channel(operation))
    },
    // *Documented*: the tasks wrap up, or complete if the routing says so; the conversation closes.
    Channel.close: { world, operation throws(Refusal) in
      try world.updateChannel(operation) { world, channel in
        channel.status = "closed"
        for sid in channel.participants {
          world.participants[sid]?.isWrapping = true
          if let participant = world.participants[sid] { world.move(participant, to: "wrapping") }
        }
      }
    },
    Channel.closeCompletingTasks: { world, operation throws(Refusal) in
      try world.updateChannel(operation) { world, channel in
        channel.status = "closed"
        world.removeAgents(from: &channel)
      }
    },
    // *Documented*: the channel becomes inactive. *Assumed*: its agents leave with their tasks.
    Channel.deactivate: { world, operation throws(Refusal) in
      try world.updateChannel(operation) { world, channel in
        channel.status = "inactive"
        world.removeAgents(from: &channel)
      }
    },
  ]

  /// The channel that an operation addresses, or happens on.
  ///
  /// *Assumed*: a channel of another interaction is not found.
  mutating func channel(_ operation: Operation) throws(Refusal) -> SimulatedChannel {
    let (path, addressed) = (operation.path, operation.addressed)
    guard let interaction = addressed.interaction, let sid = addressed.channel,
      interactions[interaction] != nil, var channel = channels[sid]
    else { throw .notFound(path) }
    if channel.interaction != interaction {
      guard isInferred, !channel.isTouched else { throw .notFound(path) }
      interactions[channel.interaction]?.channels.removeAll { $0 == channel.sid }
      interactions[interaction]?.channels.append(channel.sid)
      channel.interaction = interaction
      moves.append((channel.sid.any, interaction.any))
    }
    // *Assumed*: a new channel is set up by the time that it is first asked for.
    if channel.status == "setup" { channel.status = "active" }
    channel.isTouched = true
    channels[channel.sid] = channel
    return channel
  }

  /// The channel that an operation happens on, if it is not closed.
  ///
  /// *Assumed*: nothing can be changed in a conversation that has been closed.
  mutating func openChannel(_ operation: Operation) throws(Refusal) -> SimulatedChannel {
    let channel = try channel(operation)
    guard channel.status != "closed" else { throw .conflict("Channel \(channel.sid) is closed") }
    return channel
  }

  private mutating func updateChannel(
    _ operation: Operation, _ update: (inout World, inout SimulatedChannel) -> Void
  ) throws(Refusal) -> JSONObject {
    var channel = try channel(operation)
    // *Assumed*: a closed channel stays closed, and says so.
    guard channel.status != "closed" else {
      throw .conflict("Channel \(channel.sid) is closed already")
    }
    update(&self, &channel)
    channels[channel.sid] = channel
    return fields(of: channel)
  }

  private mutating func removeAgents(from channel: inout SimulatedChannel) {
    for sid in channel.participants where participants[sid]?.type == Participant.agent {
      if let gone = participants.removeValue(forKey: sid) { move(gone, to: "completed") }
    }
    channel.participants.removeAll { participants[$0] == nil }
  }
}
