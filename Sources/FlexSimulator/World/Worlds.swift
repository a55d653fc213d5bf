package import FlexAPI

extension SimulatedTwilio {
  /// A small contact centre to try things on: three conversations, four agents.
  package static func demo(seed: UInt64 = 0) -> SimulatedTwilio {
    SimulatedTwilio(world: .demo(seed: seed), seed: seed)
  }

  /// The world that a fixture describes.
  ///
  /// `text`: JSON as in `examples/world.json`.
  package static func fixture(
    _ text: [UInt8], seed: UInt64 = 0, catalog: Catalog = .standard
  ) throws(FixtureProblem) -> SimulatedTwilio {
    SimulatedTwilio(world: try World(fixture: text, seed: seed, catalog: catalog), seed: seed)
  }

  /// The demo world, and every SID that a script names, as if the script were right about it.
  ///
  /// `groups`: the SIDs of each sentence or row, in their order. A
  /// channel belongs to the interaction of its group, or else to the last one named before;
  /// participants, who are agents, to the channel likewise. What is asked for elsewhere before
  /// anything has touched it moves there.
  package static func inferred(from groups: [[AnySID]], seed: UInt64 = 0) -> SimulatedTwilio {
    var world = World.demo(seed: seed)
    world.infer(from: groups)
    return SimulatedTwilio(world: world, seed: seed)
  }
}

extension World {
  static func demo(seed: UInt64) -> World {
    var world = World(seed: seed)
    func digits(_ pair: String) -> String { String(repeating: pair, count: 16) }
    let conversations:
      [(
        interaction: String, channel: String, type: String, agents: [String],
        customer: String
      )] = [
        ("a1", "b2", "web", ["c3", "d4"], "e5"), ("16", "27", "whatsapp", ["38"], "49"),
        ("5a", "6b", "sms", ["7c"], "8d"),
      ]
    for conversation in conversations {
      guard let interaction = InteractionSID("KD" + digits(conversation.interaction)),
        let channel = ChannelSID("UO" + digits(conversation.channel))
      else { continue }
      world.put(channel, in: interaction, type: conversation.type)
      for agent in conversation.agents {
        world.put(ParticipantSID("UT" + digits(agent)), on: channel, Participant.agent)
      }
      world.put(ParticipantSID("UT" + digits(conversation.customer)), on: channel, "customer")
    }
    return world
  }

  mutating func put(_ interaction: InteractionSID) {
    if interactions[interaction] == nil {
      interactions[interaction] = SimulatedInteraction(sid: interaction)
    }
  }

  mutating func put(_ channel: ChannelSID, in interaction: InteractionSID, type: String = "web") {
    put(interaction)
    guard channels[channel] == nil else { return }
    channels[channel] = SimulatedChannel(sid: channel, interaction: interaction, type: type)
    interactions[interaction]?.channels.append(channel)
    interactions[interaction]?.channel = .object([
      "type": .string(type), "sid": .string(channel.description),
    ])
  }

  mutating func put(
    _ participant: ParticipantSID?, on channel: ChannelSID, _ type: String
  ) {
    guard let participant, participants[participant] == nil else { return }
    participants[participant] = SimulatedParticipant(
      sid: participant, channel: channel, type: type, routing: routing(for: type))
    channels[channel]?.participants.append(participant)
  }

  mutating func infer(from groups: [[AnySID]]) {
    isInferred = true
    var interaction: InteractionSID?
    var channel: ChannelSID?
    var inferred: [ChannelSID] = []
    let known = allSIDs
    inventions = Set(groups.joined()).filter { sid in
      [.interaction, .channel, .participant, .transfer].contains(sid.type) && !known.contains(sid)
    }
    for group in groups {
      for any in group { interaction = InteractionSID(any) ?? interaction }
      if let interaction { put(interaction) }
      for any in group {
        guard let named = ChannelSID(any) else { continue }
        channel = named
        if channels[named] == nil { inferred.append(named) }
        put(named, in: home(interaction))
      }
      let participants = group.compactMap { ParticipantSID($0) }
      if channel == nil, !participants.isEmpty {
        let new: ChannelSID = generator.next()
        channel = new
        put(new, in: home(interaction))
      }
      for named in participants {
        if let channel { put(named, on: channel, Participant.agent) }
      }
      for any in group {
        guard let transfer = TransferSID(any), let channel else { continue }
        put(transfer, on: channel)
      }
    }
    // A conversation has a customer, and where the script names no agent, one agent.
    for channel in inferred {
      if channels[channel]?.participants.isEmpty == true {
        put(generator.next(), on: channel, Participant.agent)
      }
      put(generator.next(), on: channel, "customer")
    }
  }

  /// Every SID that the world holds.
  private var allSIDs: Set<AnySID> {
    Set(interactions.keys.map(\.any) + channels.keys.map(\.any) + participants.keys.map(\.any))
  }

  /// The interaction that a channel is put to: the last one named, or a new one.
  private mutating func home(_ interaction: InteractionSID?) -> InteractionSID {
    if let interaction { return interaction }
    let new: InteractionSID = generator.next()
    put(new)
    return new
  }

  private mutating func put(_ sid: TransferSID, on channel: ChannelSID) {
    let isThere = records[.transfer]?.contains { $0.fields.anySID("sid") == sid.any } ?? false
    guard let owner = channels[channel], !isThere else { return }
    records[.transfer, default: []].append(
      SimulatedRecord(
        parent: channel.any, fields: transfer(sid.description, on: owner, JSONObject())))
  }
}
