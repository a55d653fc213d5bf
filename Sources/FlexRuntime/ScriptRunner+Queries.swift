import FlexAPI
import FlexScript

/// Sentences that look something up and show it.
extension ScriptRunner {
  func query(_ query: Query, _ context: SentenceContext) async throws(RuntimeError) {
    do throws(RuntimeError) {
      try await self.answer(query, context)
    } catch {
      // A dry run shows what would be asked, as far as it knows.
      guard case .unanswered = error, plan == nil else { throw error }
      dispatcher.emit(
        .query(
          QueryRecord(
            place: context.location, definition: query.definition,
            sentence: context.source ?? query.text, result: .notAsked)))
    }
  }

  private func answer(_ query: Query, _ context: SentenceContext) async throws(RuntimeError) {
    let definition: OperationDefinition
    let sentence: String
    let result: QueryRecord.Result
    var names: [AnySID: String] = [:]
    switch query {
    case .show(let fetch):
      let operation = try await supplying { evaluator throws(RuntimeError) in
        try evaluator.operation(fetch)
      }
      (definition, sentence) = (operation.definition, operation.sentence)
      let value = try await lookUps.fetch(operation)
      if case .resource(let resource) = value {
        result = .item(resource.fields)
      } else {
        result = .notAsked
      }
    case .list(let collection, let filter):
      definition = collection.operation
      if collection.isOneOperation {
        sentence = try await supplying { evaluator throws(RuntimeError) in
          try evaluator.operation(collection).sentence
        }
      } else {
        sentence = "list \(collection.text)"
      }
      let items = try await lookUps.list(collection, where: filter, evaluator)
      result = items.map { .items($0.map(\.fields)) } ?? .notAsked
      if collection.operation.resource.type == .participant {
        names = await self.names(for: items ?? [])
      }
    case .find(let expression):
      definition = Finding.find
      sentence = context.source ?? "find \(expression.text)"
      let rows = try await lookUps.find(expression, evaluator)
      result = rows.map { .items($0.map(\.fields)) } ?? .notAsked
    }
    reportNotes(context)
    var record = QueryRecord(
      place: context.location, definition: definition, sentence: sentence, result: result)
    record.workerNames = names
    if let plan { record.isPlanned = await plan.planner.lastWasPlanned }
    dispatcher.emit(.query(record))
  }
}

extension Query {
  /// What is asked.
  fileprivate var definition: OperationDefinition {
    switch self {
    case .show(let fetch): fetch.operation
    case .list(let collection, _): collection.operation
    case .find: Finding.find
    }
  }

  /// The sentence.
  fileprivate var text: String {
    switch self {
    case .show(let fetch): "show \(fetch.text)"
    case .list(let collection, let filter):
      "list \(collection.text)\(filter.map { " where \($0.text)" } ?? "")"
    case .find(let expression): "find \(expression.text)"
    }
  }
}
