/// Operations that change something, as JSON: for journals and plans.
extension Operation {
  /// Writes the operation; nothing for a look-up.
  ///
  /// `withBodies`: whether what is sent beside SIDs and states is in it; it may name people.
  package func write(into object: inout JSONObjectWriter, withBodies: Bool) {
    if let path = channelPath {
      object.add("interaction", path.interaction.any)
      object.add("channel", path.channel.any)
    }
    switch self {
    case .createInteraction: object.add("operation", "create interaction")
    case .updateInteraction(let sid, _):
      object.add("operation", "update interaction")
      object.add("interaction", sid.any)
    case .updateChannel(_, let target):
      object.add("operation", "update channel")
      object.add("to", target.status.rawValue)
      if case .closed(let completing) = target { object.add("completing_tasks", completing) }
    case .createInvite: object.add("operation", "invite")
    case .createParticipant(_, let type, _, _):
      object.add("operation", "add")
      object.add("type", type.rawValue)
    case .updateParticipant(_, let sid, let target):
      object.add("operation", "update participant")
      object.add("participant", sid.any)
      object.add("to", target.rawValue)
    case .createTransfer: object.add("operation", "transfer")
    case .updateTransfer(_, let sid, _):
      object.add("operation", "update transfer")
      object.add("transfer", sid.any)
    case .fetchInteraction, .listChannels, .fetchChannel, .listInvites, .listParticipants,
      .fetchTransfer:
      break
    }
    if withBodies { writeBodies(into: &object) }
  }

  /// Whether something is sent that ``write(into:withBodies:)`` may leave out.
  package var hasBody: Bool {
    switch self {
    case .createInteraction, .updateInteraction, .createInvite, .createParticipant,
      .createTransfer, .updateTransfer:
      true
    case .updateChannel, .updateParticipant, .fetchInteraction, .listChannels, .fetchChannel,
      .listInvites, .listParticipants, .fetchTransfer:
      false
    }
  }

  private func writeBodies(into object: inout JSONObjectWriter) {
    switch self {
    case .createInteraction(let channel, let routing, let context, let webhook):
      object.add("with_channel", channel)
      if let routing { object.add("routing", routing) }
      object.add("context", context)
      object.add("webhook", orNothing: webhook)
    case .updateInteraction(_, let webhook): object.add("webhook", webhook)
    case .createInvite(_, let routing): object.add("routing", routing)
    case .createParticipant(_, _, let media, let routing):
      object.add("media", media)
      if let routing { object.add("routing", routing) }
    case .createTransfer(_, let body), .updateTransfer(_, _, let body): object.add("body", body)
    case .updateChannel, .updateParticipant, .fetchInteraction, .listChannels, .fetchChannel,
      .listInvites, .listParticipants, .fetchTransfer:
      break
    }
  }

  /// Reads what ``write(into:withBodies:)`` wrote; `nil` for anything else, and where a body is missing.
  package init?(json: JSON) {
    guard let object = json.object, let name = object["operation"]?.text else { return nil }
    var path: ChannelPath?
    let interaction: InteractionSID? = object.sid("interaction")
    if let interaction, let channel: ChannelSID = object.sid("channel") {
      path = ChannelPath(interaction: interaction, channel: channel)
    }
    let (body, routing) = (object["body"], object["routing"])
    switch (name, path) {
    case ("create interaction", _):
      guard let channel = object["with_channel"] else { return nil }
      self = .createInteraction(
        channel: channel, routing: routing,
        context: object["context"]?.text.flatMap { AnySID($0) }, webhook: object["webhook"]?.text)
    case ("update interaction", _):
      guard let interaction, let webhook = object["webhook"]?.text else { return nil }
      self = .updateInteraction(interaction, webhook: webhook)
    case ("update channel", let path?):
      switch object["to"]?.text {
      case "closed":
        self = .updateChannel(
          path, to: .closed(completingTasks: object["completing_tasks"] == .bool(true)))
      case "inactive": self = .updateChannel(path, to: .inactive)
      default: return nil
      }
    case ("invite", let path?):
      guard let routing else { return nil }
      self = .createInvite(path, routing: routing)
    case ("add", let path?):
      guard let media = object["media"], let type = object["type"]?.text else { return nil }
      self = .createParticipant(
        path, type: Participant.Role(rawValue: type), media: media, routing: routing)
    case ("update participant", let path?):
      guard let sid: ParticipantSID = object.sid("participant"),
        let target = object["to"]?.text.flatMap({ ParticipantTarget(rawValue: $0) })
      else { return nil }
      self = .updateParticipant(path, sid, to: target)
    case ("transfer", let path?):
      guard let body else { return nil }
      self = .createTransfer(path, body: body)
    case ("update transfer", let path?):
      guard let sid: TransferSID = object.sid("transfer"), let body else { return nil }
      self = .updateTransfer(path, sid, body: body)
    default: return nil
    }
  }
}
