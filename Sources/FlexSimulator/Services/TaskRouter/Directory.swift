import FlexAPI

extension World {
  /// What operations on workspaces, workers, queues and workflows do, and on the configuration of Flex.
  static let directoryBehaviors: [OperationDefinition: Behavior] = [
    Workspace.list: { world, operation throws(Refusal) in try world.directory(operation) },
    Worker.list: { world, operation throws(Refusal) in try world.directory(operation) },
    Queue.list: { world, operation throws(Refusal) in try world.directory(operation) },
    Workflow.list: { world, operation throws(Refusal) in try world.directory(operation) },
    FlexConfiguration.fetch: { world, _ throws(Refusal) in
      world.object([
        "account_sid": .null, "status": .string("ok"),
        "taskrouter_workspace_sid": .string(world.workspace.description),
      ])
    },
  ]

  /// A page of workspaces, workers, queues or workflows.
  ///
  /// *Documented*: the filters. *Assumed*: names are compared exactly.
  private func directory(_ operation: Operation) throws(Refusal) -> JSONObject {
    let resource = operation.definition.resource
    if let workspace = operation.scope[.workspace] {
      let exists = records[.workspace]?.contains { $0.fields.anySID("sid") == workspace }
      guard exists ?? false else { throw .notFound(operation.path) }
    }
    let query = ListQuery(operation)
    let items = (records[resource.type] ?? []).filter { record in
      guard record.parent == operation.scope.innermost else { return false }
      if let name = query["FriendlyName"], record.fields["friendly_name"]?.text != name {
        return false
      }
      if let available = query["Available"] {
        let isWanted = ["true", "1", "yes"].contains(available)
        if record.fields["available"] != .bool(isWanted) { return false }
      }
      if let activity = query["ActivityName"], record.fields["activity_name"]?.text != activity {
        return false
      }
      return true
    }
    return try page(of: items.map(\.fields), operation)
  }

  /// Adds a worker; *assumed*: every field that the demonstration needs no value for is null.
  mutating func addWorker(
    _ sid: AnySID, name: String, fullName: String? = nil, isAvailable: Bool = true
  ) {
    guard self.name(.worker, sid) == nil else { return }
    var attributes = JSONObject()
    attributes["full_name"] = .string(orNull: fullName)
    if name.contains("@") { attributes["email"] = .string(name) }
    add(
      Worker.resource, sid,
      [
        "friendly_name": .string(name),
        "attributes": .string(JSON.object(attributes).serialized),
        "activity_name": .string(isAvailable ? "Available" : "Offline"),
        "available": .bool(isAvailable),
        "date_status_changed": .string(SimulatedClock.text(now - 600)),
      ])
  }

  /// Adds a queue.
  mutating func addQueue(_ sid: AnySID, name: String) {
    add(
      Queue.resource, sid,
      [
        "friendly_name": .string(name), "target_workers": .string("1==1"),
        "task_order": .string("FIFO"), "max_reserved_workers": .number(1),
      ])
  }

  /// Adds a workspace.
  mutating func addWorkspace(_ sid: AnySID, name: String) {
    add(Workspace.resource, sid, ["friendly_name": .string(name)])
  }

  /// Adds a workflow.
  mutating func addWorkflow(_ sid: AnySID, name: String) {
    add(
      Workflow.resource, sid,
      ["friendly_name": .string(name), "task_reservation_timeout": .number(120)])
  }

  /// Adds a resource of TaskRouter that only its own fields describe.
  private mutating func add(
    _ resource: ResourceDefinition, _ sid: AnySID, _ members: KeyValuePairs<String, JSON>
  ) {
    let isWorkspace = resource == Workspace.resource
    guard friendlyNames[sid] == nil else { return }
    var fields = JSONObject()
    fields["sid"] = .string(sid.description)
    if !isWorkspace { fields["workspace_sid"] = .string(workspace.description) }
    for (name, value) in members { fields[name] = value }
    fields["date_created"] = .string(SimulatedClock.text(now - 86_400))
    fields["date_updated"] = .string(SimulatedClock.text(now - 86_400))
    // *Documented*: every field is there.
    for field in resource.fields where fields[field.name] == nil { fields[field.name] = .null }
    friendlyNames[sid] = fields["friendly_name"]?.text ?? ""
    records[resource.type, default: []].append(
      SimulatedRecord(parent: isWorkspace ? nil : workspace, fields: fields))
  }
}
