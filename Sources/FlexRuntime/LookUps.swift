import FlexAPI
import FlexScript

/// Performs the look-ups of a run, and replays those of a run that is resumed.
///
/// It sees a view of the API that cannot write. One task owns it.
final class LookUps {
  private let api: ReadOnlyAPI
  private let journal: (any RunJournal)?
  /// The run that this one resumes.
  private let recorded: RecordedRun?
  private let state: RunState
  private let catalog: Catalog
  /// The number of look-ups so far.
  private(set) var count = 0
  /// Whether the last look-up was answered by the journal of the resumed run.
  private(set) var wasReplayed = false

  init(
    _ api: ReadOnlyAPI, journal: (any RunJournal)?, recorded: RecordedRun?, state: RunState,
    catalog: Catalog
  ) {
    self.api = api
    self.journal = journal
    self.recorded = recorded
    self.state = state
    self.catalog = catalog
  }

  /// The answers that one condition got, so that what is shown is what was judged.
  final class Memory {
    fileprivate var answers: [String: JSON?] = [:]
    /// The paths that were read.
    var paths: [String] { Array(answers.keys) }
    /// Whether it answers instead of the API.
    var isClosed = false
  }

  /// Looks one resource up; ``Value/unanswered`` if nothing was asked.
  func fetch(
    _ operation: Operation, remembering memory: Memory? = nil
  ) async throws(RuntimeError) -> Value {
    let answer = try await ask(operation, memory) { api async throws(APIError) in
      let answer = try await api.perform(operation)
      return answer.status == nil ? nil : .object(answer.fields)
    }
    guard let fields = answer?.object else { return .unanswered }
    return .resource(ResourceValue(definition: operation.definition.resource, fields: fields))
  }

  /// Lists everything that satisfies a condition; `nil` if nothing was asked.
  func list(
    _ listing: Operation, where filter: Condition? = nil, _ evaluator: Evaluator,
    remembering memory: Memory? = nil
  ) async throws(RuntimeError) -> [Value]? {
    let answer = try await ask(listing, memory) { api async throws(APIError) in
      let (items, last) = try await api.list(listing)
      return last.status == nil ? nil : .array(items)
    }
    guard let items = answer?.array else { return nil }
    var kept: [Value] = []
    for case .object(let fields) in items {
      let item = Value.resource(
        ResourceValue(
          definition: listing.definition.resource, fields: Self.completing(fields, listing)))
      if let filter {
        guard case .yes = try await verdict(filter, of: item, evaluator, memory) else { continue }
      }
      kept.append(item)
    }
    return kept
  }

  /// What a condition comes to, with the look-ups that it needs.
  ///
  /// `isAsking`: whether look-ups are made; without them, what needs one is unanswered.
  func verdict(
    _ condition: Condition, of item: Value? = nil, _ evaluator: Evaluator, _ memory: Memory? = nil,
    isAsking: Bool = true
  ) async throws(RuntimeError) -> Verdict {
    try await evaluator.verdict(condition, of: item) { subject async throws(RuntimeError) in
      guard isAsking else { return .unanswered }
      return try await value(subject, evaluator, memory)
    }
  }

  /// What was found on the left side of a condition that was judged, without another request.
  func found(_ condition: Condition, _ evaluator: Evaluator, _ memory: Memory) async -> String? {
    memory.isClosed = true
    return await evaluator.found(condition) { subject async throws(RuntimeError) in
      try await value(subject, evaluator, memory)
    }
  }

  private func value(
    _ subject: Evaluator.LookUpSubject, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> Value {
    switch subject {
    case .fetch(let fetch):
      return try await self.fetch(try evaluator.operation(fetch), remembering: memory)
    case .collection(let collection, let filter):
      let listing = try evaluator.operation(collection)
      guard
        let items = try await list(listing, where: filter, evaluator, remembering: memory)
      else { return .unanswered }
      return .list(items)
    }
  }

  /// The fields of an item, with the scope that was listed if the item does not name its own.
  private static func completing(_ fields: JSONObject, _ listing: Operation) -> JSONObject {
    var fields = fields
    for (resource, sid) in zip(listing.definition.scope, listing.scope.sids).reversed() {
      let known = fields[resource.scopeField]
      if known == nil || known == .null {
        fields[resource.scopeField] = .string(sid.description)
      }
    }
    return fields
  }

  /// The answer that the resumed run got; what it looked up for the first sentence that did not
  /// succeed, and after it, is asked again.
  private func recordedAnswer(_ number: Int) -> (path: String, answer: JSON)? {
    guard let recorded, number <= recorded.lookUpsBeforeFailure ?? .max else { return nil }
    return recorded.reads[number]
  }

  /// Asks the API, unless the resumed run asked the same as its look-up of this number: then that
  /// answer holds, so that loops go over the same items.
  private func ask(
    _ operation: Operation, _ memory: Memory?,
    _ question: (ReadOnlyAPI) async throws(APIError) -> JSON?
  ) async throws(RuntimeError) -> JSON? {
    let path = operation.path
    if let memory, memory.isClosed, let answer = memory.answers[path] { return answer }
    count += 1
    if let recorded = recordedAnswer(count), recorded.path == path {
      wasReplayed = true
      return recorded.answer
    }
    wasReplayed = false
    do throws(APIError) {
      let answer = try await question(api)
      state.result.wasAnswered = state.result.wasAnswered || answer != nil
      if let answer { journal?.note(.read(count, path: path, answer: answer)) }
      if let memory { memory.answers[path] = .some(answer) }
      return answer
    } catch {
      state.note(error)
      throw .api(error, operation)
    }
  }
}
