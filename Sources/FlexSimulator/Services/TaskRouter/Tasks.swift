import FlexAPI

extension World {
  /// What operations on tasks do.
  static let taskBehaviors: [OperationDefinition: Behavior] = [
    RoutedTask.list: { world, operation throws(Refusal) in
      try world.page(of: try world.tasks(operation), operation)
    },
    RoutedTask.fetch: { world, operation throws(Refusal) in
      world.fields(of: try world.task(operation))
    },
    RoutedTask.complete: { world, operation throws(Refusal) in
      try world.end(operation, "completed", from: ["assigned", "wrapping"])
    },
    RoutedTask.completeVoice: { world, operation throws(Refusal) in
      try world.end(operation, "completed", from: ["assigned", "wrapping"])
    },
    RoutedTask.cancel: { world, operation throws(Refusal) in
      try world.end(operation, "canceled", from: ["pending", "reserved"])
    },
    RoutedTask.cancelVoice: { world, operation throws(Refusal) in
      try world.end(operation, "canceled", from: ["pending", "reserved"])
    },
  ]

  /// The task that an operation addresses, or happens on.
  ///
  /// *Documented*: a task that has ended vanishes after minutes. *Assumed*: here it stays.
  func task(_ operation: Operation) throws(Refusal) -> SimulatedTask {
    guard let sid = operation.addressed[.task], let task = table.tasks[sid],
      task.workspace == operation.addressed[.workspace]
    else { throw .notFound(operation.path) }
    return task
  }

  /// *Documented*: the filters, combined, and the orders.
  private func tasks(_ operation: Operation) throws(Refusal) -> [JSONObject] {
    guard let workspace = operation.scope[.workspace], exists(workspace) else {
      throw .notFound(operation.path)
    }
    let query = ListQuery(operation)
    let statuses = query.all("AssignmentStatus")
    for status in statuses where !RoutedTask.statuses.contains(status) {
      throw .invalid(
        "AssignmentStatus must be one of \(RoutedTask.statuses.joined(separator: ", "))")
    }
    var items: [JSONObject] = []
    let expression = try query["EvaluateTaskAttributes"].map { text throws(Refusal) in
      try AttributeExpression(text)
    }
    for sid in table.order {
      guard let task = table.tasks[sid], task.workspace == workspace,
        statuses.isEmpty || statuses.contains(task.status)
      else { continue }
      if let queue = query["TaskQueueSid"], AnySID(queue) != task.queue { continue }
      if let expression, !expression.holds(for: attributes(of: task)) { continue }
      let fields = fields(of: task)
      let names = [
        "TaskQueueName": "task_queue_friendly_name", "WorkflowName": "workflow_friendly_name",
        "WorkflowSid": "workflow_sid", "RoutingTarget": "routing_target",
      ]
      let differs = names.contains { parameter, field in
        query[parameter].map { $0 != fields[field]?.text } ?? false
      }
      if differs { continue }
      if let priority = query["Priority"], fields["priority"]?.serialized != priority { continue }
      items.append(fields)
    }
    let order = query["Ordering"] ?? "DateCreated:asc"
    if order.hasPrefix("DateCreated") {
      let isDescending = order.hasSuffix(":desc")
      func created(_ item: JSONObject) -> String { item["date_created"]?.text ?? "" }
      items = items.enumerated().sorted { left, right in
        let (first, second) = (created(left.element), created(right.element))
        if first == second { return left.offset < right.offset }
        return isDescending ? first > second : first < second
      }.map(\.element)
    }
    return items
  }

  /// Ends a task.
  ///
  /// *Documented*: which states a task can end from. *Assumed*: the code, and that its open reservations
  /// end with it; the words are recorded ones.
  private mutating func end(
    _ operation: Operation, _ status: String, from states: [String]
  ) throws(Refusal) -> JSONObject {
    let task = try task(operation)
    try check(operation, revision: task.revision)
    guard states.contains(task.status) else {
      let (verb, due) =
        status == "completed"
        ? ("complete", "currently assigned") : ("cancel", "pending or reserved")
      throw .invalid(
        "Cannot \(verb) task \(task.sid) in workspace \(task.workspace) because it is not \(due).")
    }
    let now = now
    for sid in task.reservations {
      let open = table.reservations[sid]?.status ?? ""
      guard Reservation.openStatuses.contains(open) else { continue }
      table.move(sid, to: status == "completed" ? "completed" : "canceled", at: now)
    }
    table.update(task.sid, at: now) {
      $0.status = status
      $0.reason = operation["reason"]?.text
    }
    return fields(of: table.tasks[task.sid] ?? task)
  }

  /// Refuses a write that rests on another revision.
  ///
  /// *Documented*: 412 if the resource has another revision. *Assumed*: the code and the words.
  func check(_ operation: Operation, revision: Int) throws(Refusal) {
    guard let wanted = operation.revision else { return }
    let digits = wanted.filter(\.isNumber)
    guard Int(digits) == revision else {
      throw Refusal(
        status: 412, code: 20412,
        message: "The resource has been changed: its ETag is \(Self.etag(revision))")
    }
  }

  /// The `ETag` of a revision.
  ///
  /// *Documented*: that there is one. *Assumed*: its form.
  static func etag(_ revision: Int) -> String { "\"\(revision)\"" }

  /// The `ETag` of the resource that an operation returns; `nil` if it has none.
  func revision(of operation: Operation) -> String? {
    guard let sid = operation.sid else { return nil }
    switch operation.definition.resource.type {
    case .task: return table.tasks[sid].map { Self.etag($0.revision) }
    case .reservation: return table.reservations[sid].map { Self.etag($0.revision) }
    case .worker: return Self.etag(0)
    case .interaction, .channel, .participant, .invite, .transfer, .workspace, .workflow, .queue,
      .conversation, .account, .chatParticipant, .finding:
      return nil
    }
  }

  private func exists(_ workspace: AnySID) -> Bool {
    records[.workspace]?.contains { $0.fields.anySID("sid") == workspace } ?? false
  }
}

/// An expression over the attributes of tasks: comparisons of keys with texts, joined by `AND`.
///
/// *Documented*: much more than that; *assumed*: that anything else is a bad request here.
private struct AttributeExpression {
  private let tests: [(path: [String], value: String, isEqual: Bool)]

  init(_ text: String) throws(Refusal) {
    var tests: [(path: [String], value: String, isEqual: Bool)] = []
    var words = Self.words(text)[...]
    while true {
      guard let key = words.popFirst(), let mark = words.popFirst(),
        ["==", "=", "!="].contains(mark), let value = words.popFirst(),
        let quote = value.first, quote == "'" || quote == "\"", value.last == quote,
        value.count >= 2
      else { throw .invalid("The expression \(text) cannot be evaluated") }
      tests.append(
        (
          key.split(separator: ".").map(String.init), String(value.dropFirst().dropLast()),
          mark != "!="
        ))
      guard let joint = words.popFirst() else { break }
      guard joint == "AND" else { throw .invalid("The expression \(text) cannot be evaluated") }
    }
    self.tests = tests
  }

  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in text {
      if let open = quote {
        word.append(character)
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        if !word.isEmpty { words.append(word) }
        word = String(character)
        quote = character
      } else if character == " " {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else if "=!".contains(character) != (word.last.map { "=!".contains($0) } ?? false) {
        if !word.isEmpty { words.append(word) }
        word = String(character)
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  func holds(for attributes: JSONObject) -> Bool {
    tests.allSatisfy { test in
      var value = JSON.object(attributes)
      for name in test.path { value = value[name] ?? .null }
      return (value.text == test.value) == test.isEqual
    }
  }
}
