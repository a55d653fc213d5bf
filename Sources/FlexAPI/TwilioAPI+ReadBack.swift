extension TwilioAPI {
  /// Reads back whether the state that an operation sets is there.
  ///
  /// Source: LANGUAGE.md §5.
  ///
  /// - Returns: What shows it: the resource, or an empty object for one that is gone. `nil` if the
  ///   state is another one, or cannot be read back.
  package func readBack(
    _ operation: Operation, catalog: Catalog = .standard
  ) async throws(APIError) -> JSONObject? {
    let resource = operation.definition.resource
    switch operation.definition.readBack {
    case nil: return nil
    case .isNotListed?:
      let isListed = try await listed(operation, catalog) != nil
      return isListed || operation.sid == nil ? nil : JSONObject()
    case .field(let field, let value)?:
      guard let fetch = catalog.fetch(resource.type) else { return nil }
      let found = try await perform(Operation(fetch, in: operation.scope, sid: operation.sid))
      return found.fields[field]?.text == value ? found.fields : nil
    case .reservation(let states)?:
      guard let found = try await reservation(of: operation, catalog) else { return nil }
      return states.contains(found["reservation_status"]?.text ?? "") ? found : nil
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
