import FlexAPI

extension World {
  /// What operations on invites do.
  static let inviteBehaviors: [OperationDefinition: Behavior] = [
    Invite.create: { world, operation throws(Refusal) in
      let channel = try world.openChannel(operation)
      let routing = operation["routing"]?.json ?? .null
      let sid = world.generator.next("KG")
      let invite = world.object([
        "sid": .string(sid), "interaction_sid": .string(channel.interaction.description),
        "channel_sid": .string(channel.sid.description), "routing": world.task(routing),
        "url": .string("\(world.url(of: channel))/Invites/\(sid)"),
      ])
      world.records[.invite, default: []].append(
        SimulatedRecord(parent: channel.sid.any, fields: invite))
      // *Documented*: an invite makes an inactive channel active. *Assumed*: the agent accepts at once.
      if channel.status == "inactive" { world.channels[channel.sid]?.status = "active" }
      let worker = routing.object?["properties"]?.object?["worker_sid"]?.text
      _ = world.join(Participant.agent, channel.sid, routing: nil, worker: worker)
      return invite
    }
  ]
}
