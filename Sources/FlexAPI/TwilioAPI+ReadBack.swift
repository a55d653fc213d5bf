/// What reading back the state that an operation sets shows.
package enum ReadBackResult: Hashable, Sendable {
  /// The state is there: the resource, or an empty object for one that is gone.
  case holds(JSONObject)
  /// The state is another one.
  case differs
  /// The state cannot be read back.
  case cannotBeRead
}

extension TwilioAPI {
  /// Reads back whether the state that an operation sets is there.
  ///
  /// Source: LANGUAGE.md §5.
  package func readBack(
    _ operation: Operation, catalog: Catalog = .standard
  ) async throws(APIError) -> ReadBackResult {
    let resource = operation.definition.resource
    switch operation.definition.readBack {
    case nil: return .cannotBeRead
    case .isNotListed?:
      guard operation.sid != nil else { return .cannotBeRead }
      return try await listed(operation, catalog) == nil ? .holds(JSONObject()) : .differs
    case .field(let field, let value)?:
      guard let fetch = catalog.fetch(resource.type) else { return .cannotBeRead }
      let found = try await perform(Operation(fetch, in: operation.scope, sid: operation.sid))
      return found.fields[field]?.text == value ? .holds(found.fields) : .differs
    case .reservation(let states)?:
      guard let found = try await reservation(of: operation, catalog) else { return .cannotBeRead }
      return states.contains(found["reservation_status"]?.text ?? "") ? .holds(found) : .differs
    }
  }

  /// The resource of an operation in the listing of its place; `nil` if it is not listed.
  private func listed(
    _ operation: Operation, _ catalog: Catalog
  ) async throws(APIError) -> JSONObject? {
    guard let list = catalog.list(operation.definition.resource.type), let sid = operation.sid
    else { return nil }
    return try await self.list(Operation(list, in: operation.scope)).items.first {
      $0.object?.anySID("sid") == sid
    }?.object
  }

  /// The reservation of the participant that an operation addresses; `nil` if it cannot be found.
  ///
  /// What led to the operation names it, or the participant's own routing properties do.
  private func reservation(
    of operation: Operation, _ catalog: Catalog
  ) async throws(APIError) -> JSONObject? {
    var trail = operation.trail
    if trail?.reservation == nil || trail?.task == nil {
      let listed = try await listed(operation, catalog)
      let workspace = trail?.workspace
      trail = Operation.Trail(routing: listed?["routing_properties"])
      trail?.workspace = workspace
    }
    guard let trail, let task = trail.task, let reservation = trail.reservation else { return nil }
    var workspace = trail.workspace
    if workspace == nil {
      let configuration = try await perform(Operation(FlexConfiguration.fetch))
      workspace = configuration.fields.anySID("taskrouter_workspace_sid")
    }
    guard let workspace, workspace.type == .workspace else { return nil }
    return try await perform(
      Operation(Reservation.fetch, in: Scope([workspace, task]), sid: reservation)
    ).fields
  }
}
