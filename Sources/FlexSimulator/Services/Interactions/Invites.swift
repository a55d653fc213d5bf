import FlexAPI

extension World {
  /// What operations on invites do.
  static let inviteBehaviors: [OperationDefinition: Behavior] = [
    Invite.create: { world, operation throws(Refusal) in
      let channel = try world.openChannel(operation)
      let routing = operation["routing"]?.json ?? .null
      // *Documented*: `workspace_sid` is required. *Assumed*: what a refusal says.
      guard routing.object?["properties"]?.object?["workspace_sid"]?.text != nil else {
        throw .invalid("Routing.properties.workspace_sid is required")
      }
      let sid = world.generator.next("KG")
      let invite = world.object([
        "sid": .string(sid), "interaction_sid": .string(channel.interaction.description),
        "channel_sid": .string(channel.sid.description),
        "routing": world.task(
          routing, Scope(interaction: channel.interaction, channel: channel.sid)),
        "url": .string("\(world.url(of: channel))/Invites/\(sid)"),
      ])
      world.records[.invite, default: []].append(
        SimulatedRecord(parent: channel.sid.any, fields: invite))
      // *Documented*: an invite makes an inactive channel active. *Assumed*: the agent answers after
      // the channel's participants or invites have been read twice.
      if channel.status == "inactive" { world.channels[channel.sid]?.status = "active" }
      world.pendingInvites.append(
        PendingInvite(
          sid: sid, channel: channel.sid,
          worker: routing.object?["properties"]?.object?["worker_sid"]?.text,
          task: invite["routing"]?["properties"]?.object?.anySID("sid"),
          ending: world.inviteEnding))
      return invite
    },
    Invite.list: { world, operation throws(Refusal) in
      let channel = try world.channel(operation)
      let items = (world.records[.invite] ?? []).filter { $0.parent == channel.sid.any }
      let page = try world.page(of: items.map(\.fields), operation)
      world.answerInvites(on: channel.sid)
      return page
    },
  ]

  /// Lets the agents who were invited to a channel answer, once it has been read twice.
  mutating func answerInvites(on channel: ChannelSID) {
    for index in pendingInvites.indices where pendingInvites[index].channel == channel {
      pendingInvites[index].reads += 1
    }
    let due = pendingInvites.filter { $0.channel == channel && $0.reads >= 2 }
    pendingInvites.removeAll { $0.channel == channel && $0.reads >= 2 }
    for invite in due {
      switch invite.ending {
      case .accepted:
        accept(invite, on: channel)
      case .never: break
      // *Assumed*: an invite that was refused is not listed any more.
      case .refused: records[.invite]?.removeAll { $0.fields["sid"]?.text == invite.sid }
      }
    }
  }
}

extension World {
  /// *Assumed*: the agent joins with a reservation of the task that the invite made.
  private mutating func accept(_ invite: PendingInvite, on channel: ChannelSID) {
    var routing = self.routing(for: Participant.agent, worker: invite.worker).object
    let worker = routing?.anySID("worker_sid")
    if let task = invite.task, let worker, table.tasks[task] != nil {
      routing?["task_sid"] = .string(task.description)
      addWorker(worker, name: "agent-\(worker.description.suffix(4))@example.org")
      if let reservation = routing?.anySID("reservation_sid") {
        table.add(
          SimulatedReservation(
            sid: reservation, task: task, worker: worker, created: now, updated: now))
        table.update(task, at: now) { $0.status = "assigned" }
      }
    }
    _ = join(Participant.agent, channel, routing: routing.map { .object($0) })
  }
}

/// An invite that has not been answered yet.
struct PendingInvite: Sendable {
  /// How the agent answers.
  enum Ending: Sendable {
    case accepted, never, refused
  }

  let sid: String
  let channel: ChannelSID
  let worker: String?
  let task: AnySID?
  let ending: Ending
  /// How often the channel's participants or invites have been read since.
  var reads = 0
}
