import FlexAPI

/// What each of the fourteen operations does.
extension World {
  /// Carries an operation out.
  mutating func carryOut(_ operation: Operation) throws(Refusal) -> JSONObject {
    let path = operation.path
    switch operation {
    case .createInteraction(let channel, let routing, let context, let webhook):
      return create(channel, routing, context, webhook)
    case .fetchInteraction(let sid): return fields(of: try interaction(sid, path))
    case .updateInteraction(let sid, let webhook):
      var interaction = try interaction(sid, path)
      // *Documented*: the webhook is the one thing that can be updated.
      interaction.webhook = .string(webhook)
      interactions[sid] = interaction
      return fields(of: interaction)
    case .listChannels(let sid, let page):
      let interaction = try interaction(sid, path)
      let items = interaction.channels.compactMap { channels[$0] }.map { fields(of: $0) }
      return try self.page(of: items, "channels", path, page)
    case .fetchChannel(let place): return fields(of: try reach(place, path))
    case .updateChannel(let place, let target): return try update(place, to: target, path)
    case .createInvite(let place, let routing): return try invite(place, routing, path)
    case .listInvites(let place, let page):
      return try self.page(of: try reach(place, path).invites, "invites", path, page)
    case .createParticipant(let place, let type, _, let routing):
      return try add(type, place, routing, path)
    case .listParticipants(let place, let page):
      let channel = try reach(place, path)
      let items = channel.participants.compactMap { participants[$0] }.map { fields(of: $0) }
      return try self.page(of: items, "participants", path, page)
    case .updateParticipant(let place, let sid, let target):
      return try update(sid, place, to: target, path)
    case .createTransfer(let place, let body): return try transfer(place, body, path)
    case .fetchTransfer(let place, let sid):
      let transfers = try reach(place, path).transfers
      guard let found = transfers.first(where: { $0.sid("sid") == sid }) else {
        throw .notFound(path)
      }
      return found
    case .updateTransfer(let place, let sid, let body):
      return try update(sid, place, body, path)
    }
  }

  // MARK: Finding

  /// *Documented*: what is not there is 404.
  private func interaction(
    _ sid: InteractionSID, _ path: String
  ) throws(Refusal) -> SimulatedInteraction {
    guard let interaction = interactions[sid] else { throw .notFound(path) }
    return interaction
  }

  /// *Assumed*: a channel that belongs to another interaction is not found.
  private mutating func reach(
    _ place: ChannelPath, _ path: String
  ) throws(Refusal) -> SimulatedChannel {
    guard interactions[place.interaction] != nil, var channel = channels[place.channel] else {
      throw .notFound(path)
    }
    if channel.interaction != place.interaction {
      guard isConjured, !channel.isTouched else { throw .notFound(path) }
      interactions[channel.interaction]?.channels.removeAll { $0 == channel.sid }
      interactions[place.interaction]?.channels.append(channel.sid)
      channel.interaction = place.interaction
    }
    // *Assumed*: a new channel is set up by the time that it is first asked for.
    if channel.status == .setup { channel.status = .active }
    channel.isTouched = true
    channels[channel.sid] = channel
    return channel
  }

  // MARK: Participants

  private mutating func update(
    _ sid: ParticipantSID, _ place: ChannelPath, to target: ParticipantTarget, _ path: String
  ) throws(Refusal) -> JSONObject {
    let channel = try reach(place, path)
    guard var participant = participants[sid] else { throw .notFound(path) }
    if participant.channel != channel.sid {
      // *Assumed*: a participant of another channel is not found.
      guard isConjured, !participant.isTouched else { throw .notFound(path) }
      channels[participant.channel]?.participants.removeAll { $0 == sid }
      channels[channel.sid]?.participants.append(sid)
      participant.channel = channel.sid
    }
    // *Assumed*: "Participant must be an agent" is gone from the documentation, not from the server.
    guard participant.type == .agent || participant.type == .supervisor else {
      throw .invalid("Participant \(sid) is of type \(participant.type.rawValue), not an agent")
    }
    // *Assumed*: nothing can be updated on a conversation that has been closed.
    guard channel.status != .closed else {
      throw .conflict("Channel \(channel.sid) is closed")
    }
    participant.isTouched = true
    let answer = fields(of: participant)
    switch target {
    case .closed:
      // *Documented*: the agent is removed and the conversation stays. *Assumed*: the participant
      // is not listed any more, so that a second close is 404.
      participants[sid] = nil
      channels[channel.sid]?.participants.removeAll { $0 == sid }
    case .wrapup:
      // *Documented*: the reservation goes to wrapping. *Assumed*: asking twice is fine.
      participant.isWrapping = true
      participants[sid] = participant
    }
    return answer
  }

  private mutating func add(
    _ type: Participant.Role, _ place: ChannelPath, _ routing: JSON?, _ path: String
  ) throws(Refusal) -> JSONObject {
    let channel = try reach(place, path)
    guard channel.status != .closed else { throw .conflict("Channel \(channel.sid) is closed") }
    return join(type, channel.sid, routing: routing)
  }

  /// Puts a new participant into a channel.
  private mutating func join(
    _ type: Participant.Role, _ channel: ChannelSID, routing: JSON?, worker: String? = nil
  ) -> JSONObject {
    guard let sid = ParticipantSID(generator.next("UT")) else { return JSONObject() }
    let participant = SimulatedParticipant(
      sid: sid, channel: channel, type: type,
      routing: routing ?? self.routing(for: type, worker: worker))
    participants[sid] = participant
    channels[channel]?.participants.append(sid)
    return fields(of: participant)
  }

  // MARK: Channels and interactions

  private mutating func update(
    _ place: ChannelPath, to target: ChannelTarget, _ path: String
  ) throws(Refusal) -> JSONObject {
    var channel = try reach(place, path)
    // *Assumed*: a channel that is closed stays closed, and says so.
    guard channel.status != .closed else {
      throw .conflict("Channel \(channel.sid) is closed already")
    }
    switch target {
    case .closed(let completing):
      // *Documented*: tasks wrap up, or complete when the routing says so; the conversation closes.
      channel.status = .closed
      if completing { leave(&channel) } else { wrapUp(channel) }
    case .inactive:
      // *Documented*: the channel sleeps. *Assumed*: its agents leave with their tasks.
      channel.status = .inactive
      leave(&channel)
    }
    channels[channel.sid] = channel
    return fields(of: channel)
  }

  private mutating func leave(_ channel: inout SimulatedChannel) {
    for sid in channel.participants where participants[sid]?.type == .agent {
      participants[sid] = nil
    }
    channel.participants.removeAll { participants[$0] == nil }
  }

  private mutating func wrapUp(_ channel: SimulatedChannel) {
    for sid in channel.participants { participants[sid]?.isWrapping = true }
  }

  private mutating func create(
    _ channel: JSON, _ routing: JSON?, _ context: AnySID?, _ webhook: String?
  ) -> JSONObject {
    guard let sid = InteractionSID(generator.next("KD")),
      let channelSID = ChannelSID(generator.next("UO"))
    else { return JSONObject() }
    var interaction = SimulatedInteraction(sid: sid)
    interaction.channels = [channelSID]
    var described = channel.object ?? JSONObject()
    described["sid"] = .string(channelSID.description)
    interaction.channel = .object(described)
    interaction.routing = routing.map { task($0) } ?? .null
    interaction.context = .string(orNull: context?.description)
    interaction.webhook = .string(orNull: webhook)
    interactions[sid] = interaction
    // *Documented*: the answer only says that it was accepted; the channel is set up behind it.
    channels[channelSID] = SimulatedChannel(
      sid: channelSID, interaction: sid, type: channel.object?["type"]?.text ?? "web",
      status: .setup)
    return fields(of: interaction)
  }

  /// *Documented*: `routing.properties` is answered as a task, with its own SID.
  private mutating func task(_ routing: JSON) -> JSON {
    var object = routing.object ?? JSONObject()
    var properties = object["properties"]?.object ?? JSONObject()
    properties["sid"] = .string(generator.next("WT"))
    object["properties"] = .object(properties)
    return .object(object)
  }

  // MARK: Invites and transfers

  private mutating func invite(
    _ place: ChannelPath, _ routing: JSON, _ path: String
  ) throws(Refusal) -> JSONObject {
    let channel = try reach(place, path)
    guard channel.status != .closed else { throw .conflict("Channel \(channel.sid) is closed") }
    let sid = generator.next("KG")
    let invite = object([
      "sid": .string(sid), "interaction_sid": .string(channel.interaction.description),
      "channel_sid": .string(channel.sid.description), "routing": task(routing),
      "url": .string("\(url(of: channel))/Invites/\(sid)"),
    ])
    channels[channel.sid]?.invites.append(invite)
    // *Documented*: an invite wakes a channel that is inactive. *Assumed*: the agent accepts at once.
    if channel.status == .inactive { channels[channel.sid]?.status = .active }
    let worker = routing.object?["properties"]?.object?["worker_sid"]?.text
    _ = join(.agent, channel.sid, routing: nil, worker: worker)
    return invite
  }

  /// *Assumed*: all of it; the contract of transfers is not published, the answer's fields are.
  private mutating func transfer(
    _ place: ChannelPath, _ body: JSON, _ path: String
  ) throws(Refusal) -> JSONObject {
    let channel = try reach(place, path)
    let asked = body.object ?? JSONObject()
    let sid = generator.next("UX")
    let transfer = object([
      "sid": .string(sid), "interaction_sid": .string(channel.interaction.description),
      "channel_sid": .string(channel.sid.description), "type": asked["type"] ?? .string("cold"),
      "status": .string("active"), "from": asked["from"] ?? .null, "to": asked["to"] ?? .null,
      "note_sid": .null, "summary_sid": .null,
      "url": .string("\(url(of: channel))/Transfers/\(sid)"),
    ])
    channels[channel.sid]?.transfers.append(transfer)
    return transfer
  }

  private mutating func update(
    _ sid: TransferSID, _ place: ChannelPath, _ body: JSON, _ path: String
  ) throws(Refusal) -> JSONObject {
    var channel = try reach(place, path)
    guard let index = channel.transfers.firstIndex(where: { $0.sid("sid") == sid }) else {
      throw .notFound(path)
    }
    // *Assumed*: fields that the answer has too are taken over.
    for name in ["status", "to", "type"] {
      if let value = body.object?[name] { channel.transfers[index][name] = value }
    }
    channels[channel.sid] = channel
    return channel.transfers[index]
  }
}
