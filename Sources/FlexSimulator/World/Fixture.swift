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
      put(participant, on: sid, fields["type"]?.text ?? Participant.agent)
      if let routing = fields["routing_properties"] { participants[participant]?.routing = routing }
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
    where resource.scope == parents && !modelled.contains(resource) {
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
        records[resource.type, default: []].append(
          SimulatedRecord(parent: scope.innermost, fields: fields))
        try readRecords(scope.appending(sid), parents + [resource], fields, place)
      }
    }
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
