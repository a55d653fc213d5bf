import FlexAPI

/// A fixture that does not describe a world.
package struct FixtureProblem: Error, Hashable, Sendable {
  /// What and where, lower case.
  package let reason: String
}

extension World {
  /// Reads `{"interactions": [{"sid": …, "channels": [{"sid": …, "participants": […]}]}]}`.
  ///
  /// Other resources of the catalogue are in lists with the names of their path's segments,
  /// below the resource that they belong to.
  init(fixture text: [UInt8], seed: UInt64, catalog: Catalog = .standard) throws(FixtureProblem) {
    self.init(seed: seed, catalog: catalog)
    let root: JSON
    do throws(JSONReader.Failure) {
      root = try JSONReader.read(text)
    } catch {
      throw FixtureProblem(reason: "it is not JSON: \(error.reason) (byte \(error.offset + 1))")
    }
    guard let list = root.object?["interactions"]?.array else {
      throw FixtureProblem(reason: "it should be an object with a list `interactions`")
    }
    for (index, entry) in list.enumerated() {
      let place = "interactions[\(index)]"
      let fields = try World.fields(entry, place)
      let sid: InteractionSID = try World.sid(fields, place)
      guard interactions[sid] == nil else {
        throw FixtureProblem(reason: "\(place): \(sid) appears twice")
      }
      put(sid)
      interactions[sid]?.routing = fields["routing"] ?? .null
      interactions[sid]?.webhook = fields["webhook_ttid"] ?? .null
      for (number, channel) in try World.list(fields, "channels", place).enumerated() {
        try read(channel, in: sid, "\(place).channels[\(number)]")
      }
      if let described = fields["channel"] { interactions[sid]?.channel = described }
      try readRecords(Scope(interaction: sid), [Interaction.resource], fields, place)
    }
    try readRecords(Scope(), [], root.object ?? JSONObject(), "the fixture")
    // What participants name and the fixture does not describe is made up.
    for sid in participants.keys.sorted(by: { $0.description < $1.description }) { register(sid) }
  }

  private mutating func read(
    _ entry: JSON, in interaction: InteractionSID, _ place: String
  ) throws(FixtureProblem) {
    let fields = try World.fields(entry, place)
    let sid: ChannelSID = try World.sid(fields, place)
    guard channels[sid] == nil else {
      throw FixtureProblem(reason: "\(place): \(sid) appears twice")
    }
    put(sid, in: interaction, type: fields["type"]?.text ?? "web")
    if let status = fields["status"]?.text {
      channels[sid]?.status = status
    }
    for (number, entry) in try World.list(fields, "participants", place).enumerated() {
      let place = "\(place).participants[\(number)]"
      let fields = try World.fields(entry, place)
      let participant: ParticipantSID = try World.sid(fields, place)
      guard participants[participant] == nil else {
        throw FixtureProblem(reason: "\(place): \(participant) appears twice")
      }
      let type = fields["type"]?.text ?? Participant.agent
      guard let routing = fields["routing_properties"] else {
        put(participant, on: sid, type)
        continue
      }
      participants[participant] = SimulatedParticipant(
        sid: participant, channel: sid, type: type, routing: routing)
      channels[sid]?.participants.append(participant)
    }
    try readRecords(
      Scope(interaction: interaction, channel: sid), [Interaction.resource, Channel.resource],
      fields, place)
  }

  /// Reads the resources in a scope that have no model of their own.
  private mutating func readRecords(
    _ scope: Scope, _ parents: [ResourceDefinition], _ fields: JSONObject, _ place: String
  ) throws(FixtureProblem) {
    let modelled = [Interaction.resource, Channel.resource, Participant.resource]
    for resource in catalog.resources
    where resource.scope == parents && !modelled.contains(resource) && !resource.segment.isEmpty {
      let name = resource.segment.lowercased()
      for (number, entry) in try World.list(fields, name, place).enumerated() {
        let place = "\(place).\(name)[\(number)]"
        var fields = try World.fields(entry, place)
        guard let sid = fields.anySID("sid"), sid.type == resource.type else {
          throw FixtureProblem(reason: "\(place): `sid` should be a \(resource.type.rawValue)…")
        }
        for (parent, sid) in zip(parents, scope.sids) {
          fields[parent.scopeField] = .string(sid.description)
        }
        take(resource, sid, fields, in: scope)
        try readRecords(scope.appending(sid), parents + [resource], fields, place)
      }
    }
  }

  /// Takes a resource that a fixture describes.
  private mutating func take(
    _ resource: ResourceDefinition, _ sid: AnySID, _ fields: JSONObject, in scope: Scope
  ) {
    switch resource.type {
    case .task:
      var task = SimulatedTask(
        sid: sid, workspace: scope[.workspace] ?? workspace, created: time(fields, "date_created"),
        updated: time(fields, "date_updated"))
      task.status = fields["assignment_status"]?.text ?? task.status
      task.queue = fields.anySID("task_queue_sid")
      task.channel = fields["task_channel_unique_name"]?.text ?? task.channel
      task.attributes = fields["attributes"]?.jsonOfText.object ?? JSONObject()
      task.given = World.without(
        fields,
        ["assignment_status", "date_updated", "reason", "reservations"]
          + (fields["attributes"] == .null ? [] : ["attributes"]))
      table.add(task)
    case .reservation:
      guard let task = scope[.task] else { return }
      var reservation = SimulatedReservation(
        sid: sid, task: task, worker: fields.anySID("worker_sid") ?? .fixed(.worker, "1a"),
        created: time(fields, "date_created"), updated: time(fields, "date_updated"))
      reservation.status = fields["reservation_status"]?.text ?? reservation.status
      reservation.given = World.without(fields, ["reservation_status", "date_updated"])
      table.add(reservation)
    case .workspace, .worker, .queue, .workflow, .conversation, .invite, .transfer, .interaction,
      .channel, .participant, .account, .chatParticipant, .finding:
      if resource.type == .workspace, friendlyNames.isEmpty { workspace = sid }
      var whole = fields
      if resource.service == .taskRouter || resource.service == .conversations {
        friendlyNames[sid] = fields["friendly_name"]?.text ?? ""
        for field in resource.fields where whole[field.name] == nil { whole[field.name] = .null }
      }
      if let address = fields["address"]?.text {
        addresses.append((address, sid))
        whole["address"] = nil
      }
      records[resource.type, default: []].append(
        SimulatedRecord(parent: scope.innermost, fields: whole))
    }
  }

  private func time(_ fields: JSONObject, _ name: String) -> Int {
    fields[name]?.text.flatMap { SimulatedClock.seconds($0) } ?? now
  }

  private static func without(_ fields: JSONObject, _ names: [String]) -> JSONObject {
    JSONObject(fields.members.filter { !names.contains($0.name) })
  }

  private static func fields(_ json: JSON, _ place: String) throws(FixtureProblem) -> JSONObject {
    guard let fields = json.object else {
      throw FixtureProblem(reason: "\(place) should be an object")
    }
    return fields
  }

  private static func sid<Kind>(
    _ fields: JSONObject, _ place: String
  ) throws(FixtureProblem) -> SID<Kind> {
    guard let sid: SID<Kind> = fields.sid("sid") else {
      throw FixtureProblem(reason: "\(place): `sid` should be a \(Kind.type.rawValue)…")
    }
    return sid
  }

  private static func list(
    _ fields: JSONObject, _ name: String, _ place: String
  ) throws(FixtureProblem) -> [JSON] {
    guard let value = fields[name] else { return [] }
    guard let list = value.array else {
      throw FixtureProblem(reason: "\(place): `\(name)` should be a list")
    }
    return list
  }
}
