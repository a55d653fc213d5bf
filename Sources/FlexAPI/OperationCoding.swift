/// Operations that change something, as JSON: for journals and plans.
extension Operation {
  /// The operation; `nil` for a look-up.
  ///
  /// `withBodies`: whether what is sent beside SIDs and states is in it; it may name people.
  package func json(withBodies: Bool) -> JSON? {
    var object = JSONObject()
    if let path = channelPath {
      object["interaction"] = .string(path.interaction.description)
      object["channel"] = .string(path.channel.description)
    }
    func set(_ name: String, _ json: JSON?) {
      if withBodies, let json { object[name] = json }
    }
    switch self {
    case .createInteraction(let channel, let routing, let context, let webhook):
      object["operation"] = .string("create interaction")
      set("with_channel", channel)
      set("routing", routing)
      set("context", context.map { .string($0.description) })
      set("webhook", webhook.map { .string($0) })
    case .updateInteraction(let sid, let webhook):
      object["operation"] = .string("update interaction")
      object["interaction"] = .string(sid.description)
      set("webhook", .string(webhook))
    case .updateChannel(_, let target):
      object["operation"] = .string("update channel")
      object["to"] = .string(target.status.rawValue)
      if case .closed(let completing) = target { object["completing_tasks"] = .bool(completing) }
    case .createInvite(_, let routing):
      object["operation"] = .string("invite")
      set("routing", routing)
    case .createParticipant(_, let type, let media, let routing):
      object["operation"] = .string("add")
      object["type"] = .string(type.rawValue)
      set("media", media)
      set("routing", routing)
    case .updateParticipant(_, let sid, let target):
      object["operation"] = .string("update participant")
      object["participant"] = .string(sid.description)
      object["to"] = .string(target.rawValue)
    case .createTransfer(_, let body):
      object["operation"] = .string("transfer")
      set("body", body)
    case .updateTransfer(_, let sid, let body):
      object["operation"] = .string("update transfer")
      object["transfer"] = .string(sid.description)
      set("body", body)
    case .fetchInteraction, .listChannels, .fetchChannel, .listInvites, .listParticipants,
      .fetchTransfer:
      return nil
    }
    return .object(object)
  }

  /// Reads what ``json(withBodies:)`` wrote; `nil` for anything else, and where a body is missing.
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
