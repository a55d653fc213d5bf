import FlexAPI

/// What an operation does to the world; the result is what it responds with.
typealias Behavior = @Sendable (inout World, Operation) throws(Refusal) -> JSONObject

extension World {
  /// The behavior of operations that do more than return records.
  private static let behaviors: [OperationDefinition: Behavior] = {
    var behaviors: [OperationDefinition: Behavior] = [:]
    for service in [
      interactionBehaviors, channelBehaviors, participantBehaviors, inviteBehaviors,
      transferBehaviors, taskBehaviors, reservationBehaviors, directoryBehaviors,
      conversationBehaviors,
    ] {
      behaviors.merge(service) { first, _ in first }
    }
    return behaviors
  }()

  /// Performs an operation.
  mutating func perform(_ operation: Operation) throws(Refusal) -> JSONObject {
    if let behavior = World.behaviors[operation.definition] {
      return try behavior(&self, operation)
    }
    switch operation.definition.kind {
    case .fetch:
      try enter(operation)
      guard let sid = operation.sid,
        let found = records[operation.definition.resource.type]?.first(where: {
          $0.fields.anySID("sid") == sid && $0.parent == operation.scope.innermost
        })
      else { throw .notFound(operation.path) }
      return found.fields
    case .list:
      try enter(operation)
      let items = (records[operation.definition.resource.type] ?? [])
        .filter { $0.parent == operation.scope.innermost }.map(\.fields)
      return try page(of: items, operation)
    case .statesTarget, .creates:
      throw Refusal(status: 501, code: 20501, message: "Not simulated: \(operation.sentence)")
    }
  }

  /// Makes sure that the resources that lead to an operation's resource exist.
  private mutating func enter(_ operation: Operation) throws(Refusal) {
    guard let parent = operation.definition.scope.last else { return }
    switch parent.type {
    case .interaction: _ = try interaction(operation)
    case .channel: _ = try channel(operation)
    case .participant, .invite, .transfer, .task, .worker, .reservation, .workspace, .workflow,
      .queue, .conversation, .account, .chatParticipant, .finding:
      if parent.type == .task, let task = operation.scope.innermost {
        guard table.tasks[task] != nil else { throw .notFound(operation.path) }
        return
      }
      let exists = records[parent.type]?.contains {
        $0.fields.anySID("sid") == operation.scope.innermost
      }
      guard exists ?? false else { throw .notFound(operation.path) }
    }
  }
}

/// A resource that only its own fields describe.
struct SimulatedRecord: Sendable {
  /// The SID of the resource above it; `nil` for one at the top.
  let parent: AnySID?
  var fields: JSONObject
}
