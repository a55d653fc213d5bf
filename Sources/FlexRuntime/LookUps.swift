import FlexAPI
import FlexScript

/// Performs the look-ups of a run, and replays those of a run that is resumed.
///
/// It sees a view of the API that cannot write. One task owns it. What leads from a task, a name or a
/// telephone number to a conversation is in the extensions.
final class LookUps {
  let api: ReadOnlyAPI
  private let journal: (any RunJournal)?
  /// The run that this one resumes.
  private let recorded: RecordedRun?
  let state: RunState
  let catalog: Catalog
  /// What values need; evaluators read it.
  let supplies: Supplies
  /// Whether the API is asked to list only what a condition can keep.
  let pushesDown: Bool
  /// The number of look-ups so far.
  private(set) var count = 0
  /// Whether the last look-up was answered by the journal of the resumed run.
  private(set) var wasReplayed = false
  /// What is worth knowing about the look-ups of the sentence that is executed.
  private(set) var notes: [String] = []
  /// What was asked before it is needed.
  var prefetched = Prefetches()
  /// Complete lists, which are asked for once per run, by their location.
  var listed: [String: [ResourceValue]] = [:]

  init(
    _ api: ReadOnlyAPI, journal: (any RunJournal)?, recorded: RecordedRun?, state: RunState,
    catalog: Catalog, supplies: Supplies = Supplies(), pushesDown: Bool = true
  ) {
    self.api = api
    self.journal = journal
    self.recorded = recorded
    self.state = state
    self.catalog = catalog
    self.supplies = supplies
    self.pushesDown = pushesDown
  }

  /// The answers that one condition got, so that what is shown is what was judged.
  final class Memory {
    fileprivate var answers: [String: JSON?] = [:]
    /// The locations that were read.
    var paths: [String] { Array(answers.keys) }
    /// Whether it answers instead of the API.
    var isClosed = false
  }

  /// Forgets what was looked up for earlier sentences of a prompt; its workspace stays.
  func forget() {
    supplies.forgetEverything()
    listed = [:]
    prefetched = Prefetches()
  }

  /// Notes something that is worth knowing, and no failure.
  func note(_ text: String) { notes.append(text) }

  /// Takes the notes of a sentence.
  func takeNotes() -> [String] {
    defer { notes = [] }
    return notes
  }

  // MARK: Resources

  /// Looks one resource up; ``Value/unanswered`` if nothing was asked.
  func fetch(
    _ operation: Operation, remembering memory: Memory? = nil
  ) async throws(RuntimeError) -> Value {
    guard let fields = try await ask(operation, memory)?.object else { return .unanswered }
    return .resource(ResourceValue(definition: operation.definition.resource, fields: fields))
  }

  /// Looks several resources up, some of them at once, and returns the answers in the same order.
  ///
  /// `nil` for one that is gone, 404. Nothing was asked if the answer is ``Value/unanswered``.
  func fetch(
    all operations: [Operation], remembering memory: Memory? = nil
  ) async throws(RuntimeError) -> [Value?] {
    let answers = try await ask(all: operations, memory)
    var values: [Value?] = []
    for (operation, answer) in zip(operations, answers) {
      switch answer {
      case .success(.object(let fields)):
        values.append(
          .resource(ResourceValue(definition: operation.definition.resource, fields: fields)))
      case .success: values.append(.unanswered)
      case .failure(let error) where error.status == 404: values.append(nil)
      case .failure(let error): throw failed(error, operation)
      }
    }
    return values
  }

  /// Lists everything that satisfies a condition; `nil` if nothing was asked.
  ///
  /// What a condition excludes is not kept. `first`: how many are wanted; no further page is requested
  /// then.
  func list(
    _ listing: Operation, where filter: Condition? = nil, _ evaluator: Evaluator,
    remembering memory: Memory? = nil, first: Int? = nil
  ) async throws(RuntimeError) -> [Value]? {
    let location = listing.location
    if let memory, memory.isClosed, let answer = memory.answers[location] {
      return answer?.array.map { values($0, listing) }
    }
    count += 1
    let number = count
    if let recorded = recordedAnswer(number), recorded.path == location {
      wasReplayed = true
      let items = recorded.answer.array.map { values($0, listing) }
      // Version 0.1 recorded what a condition excludes as well.
      guard let last = recorded.last else {
        return try await keep(items ?? [], where: filter, evaluator, memory)
      }
      count = max(count, last)
      return items
    }
    wasReplayed = false
    var kept: [Value] = []
    var listing = listing
    if let filter {
      listing = listing.leavingOut(
        RowFilter(evaluator.closed(filter) ?? filter, of: listing.definition.resource))
    }
    var pages = ListingPages(listing)
    var counted: Set<AnySID> = []
    var known = prefetched.take(listing)
    while let operation = pages.next {
      let result: Result<Answer, APIError>
      if let known { result = known } else { result = await api.answer(to: operation) }
      let page: (items: [JSON], answer: Answer)
      do throws(APIError) {
        page = try pages.take(try result.get())
      } catch {
        throw failed(error, listing)
      }
      guard page.answer.status != nil else { return nil }
      note(page.answer, of: listing)
      state.result.wasAnswered = true
      // The next page is on its way while this one is examined, if it is wanted in any case.
      let (api, next) = (api, first == nil ? pages.next : nil)
      async let following = Self.answer(to: next, api)
      for row in try await keep(values(page.items, listing), where: filter, evaluator, memory) {
        // Of the copies of a row, the first one that the condition keeps counts.
        let sid = row.fields.object?.anySID(listing.definition.resource.sidField)
        if filter != nil, let sid, !counted.insert(sid).inserted { continue }
        kept.append(row)
      }
      if let first, kept.count >= first {
        kept.removeLast(kept.count - first)
        break
      }
      known = await following
    }
    let answer = JSON.array(kept.map(\.fields))
    journal?.note(.read(number, last: count, path: location, answer: answer))
    if let memory { memory.answers[location] = .some(answer) }
    return kept
  }

  private func values(_ items: [JSON], _ listing: Operation) -> [Value] {
    items.compactMap { item in
      guard let fields = item.object else { return nil }
      return .resource(
        ResourceValue(
          definition: listing.definition.resource, fields: Self.completing(fields, listing)))
    }
  }

  /// The fields of an item, with the scope that was listed if the item does not name its own.
  private static func completing(_ fields: JSONObject, _ listing: Operation) -> JSONObject {
    var fields = fields
    for (resource, sid) in zip(listing.definition.scope, listing.scope.sids).reversed() {
      if !fields.hasValue(resource.scopeField) {
        fields[resource.scopeField] = .string(sid.description)
      }
    }
    return fields
  }

  // MARK: Conditions

  /// The items that satisfy a condition.
  ///
  /// What the condition needs to know of other resources is looked up for all of them together, and only
  /// for those that satisfy the rest of it.
  func keep(
    _ items: [Value], where filter: Condition?, _ evaluator: Evaluator, _ memory: Memory? = nil
  ) async throws(RuntimeError) -> [Value] {
    guard let filter else { return items }
    var verdicts = [Bool?](repeating: nil, count: items.count)
    while true {
      var needs: [Need] = []
      for index in items.indices where verdicts[index] == nil {
        var missing: Need?
        let verdict = try await evaluator.verdict(filter, of: items[index]) { subject in
          if case .need(let need) = subject { missing = missing ?? need }
          return .unanswered
        }
        switch verdict {
        case .yes: verdicts[index] = true
        case .no, .neither: verdicts[index] = false
        case .unanswered: if let missing, !needs.contains(missing) { needs.append(missing) }
        }
      }
      guard !needs.isEmpty else { break }
      guard try await supply(all: needs, evaluator, memory) else { break }
    }
    var kept: [Value] = []
    for (item, verdict) in zip(items, verdicts) {
      if let verdict {
        if verdict { kept.append(item.detached) }
      } else if case .yes = try await self.verdict(filter, of: item, evaluator, memory) {
        kept.append(item.detached)
      }
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
    defer { supplies.forgetPlaces() }
    return try await evaluator.verdict(condition, of: item) { subject async throws(RuntimeError) in
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

  /// The value at the end of a path that begins at a look-up.
  func value(
    _ subject: Subject, _ evaluator: Evaluator
  ) async throws(RuntimeError) -> Value {
    defer { supplies.forgetPlaces() }
    return try await evaluator.value(subject, of: nil) { subject async throws(RuntimeError) in
      try await value(subject, evaluator, nil)
    }
  }

  private func value(
    _ subject: Evaluator.LookUpSubject, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> Value {
    switch subject {
    case .fetch(let fetch):
      do throws(RuntimeError) {
        let operation = try await supplying(evaluator, memory) { () throws(RuntimeError) in
          try evaluator.operation(fetch)
        }
        return try await self.fetch(operation, remembering: memory)
      } catch {
        // Inside a condition, what leads nowhere is empty.
        if case .leadsNowhere = error { return .empty }
        throw error
      }
    case .collection(let collection, let filter):
      let items = try await list(collection, where: filter, evaluator, remembering: memory)
      return items.map { .list($0) } ?? .unanswered
    case .find(let expression):
      let rows = try await find(expression, evaluator, remembering: memory)
      return rows.map { .list($0) } ?? .unanswered
    case .need(let need):
      return try await supply(all: [need], evaluator, memory) ? .empty : .unanswered
    }
  }

  // MARK: Asking

  /// Whether the next look-up may be answered by the journal of the resumed run.
  var mayBeReplayed: Bool {
    guard let recorded else { return false }
    return count < recorded.lookUpsBeforeFailure ?? recorded.reads.keys.max() ?? 0
  }

  /// The answer that the resumed run got; what it looked up for the first sentence that did not
  /// succeed, and after it, is asked again.
  private func recordedAnswer(_ number: Int) -> RecordedRun.Read? {
    guard let recorded, number <= recorded.lookUpsBeforeFailure ?? .max else { return nil }
    return recorded.reads[number]
  }

  /// Asks the API, unless the resumed run asked the same as its look-up of this number: then that
  /// answer holds, so that loops go over the same items.
  private func ask(
    _ operation: Operation, _ memory: Memory?
  ) async throws(RuntimeError) -> JSON? {
    let path = operation.location
    if let memory, memory.isClosed, let answer = memory.answers[path] { return answer }
    count += 1
    if let recorded = recordedAnswer(count), recorded.path == path {
      wasReplayed = true
      return recorded.answer
    }
    wasReplayed = false
    do throws(APIError) {
      let answer: Answer
      if let known = prefetched.take(operation) {
        answer = try known.get()
      } else {
        answer = try await api.perform(operation)
      }
      note(answer, of: operation)
      let fields: JSON? = answer.status == nil ? nil : .object(answer.fields)
      note(fields, of: path, number: count, memory)
      return fields
    } catch {
      throw failed(error, operation)
    }
  }

  /// Asks the API for several things, some of them at once, and returns the answers in the same order.
  private func ask(
    all operations: [Operation], _ memory: Memory?
  ) async throws(RuntimeError) -> [Result<JSON?, APIError>] {
    var answers = [Result<JSON?, APIError>?](repeating: nil, count: operations.count)
    var open: [Int] = []
    let first = count
    for (index, operation) in operations.enumerated() {
      if let memory, memory.isClosed, let answer = memory.answers[operation.location] {
        answers[index] = .success(answer)
        continue
      }
      count += 1
      if let recorded = recordedAnswer(count), recorded.path == operation.location {
        answers[index] = .success(recorded.answer)
      } else {
        open.append(index)
      }
    }
    wasReplayed = open.isEmpty && count > first
    var known: [(Int, Result<Answer, APIError>)] = []
    open.removeAll { index in
      guard let result = prefetched.take(operations[index]) else { return false }
      known.append((index, result))
      return true
    }
    let asked = await Self.ask(open.map { operations[$0] }, api, atOnce: lookUpsAtOnce)
    for (index, result) in known + zip(open, asked) {
      switch result {
      case .success(let answer):
        note(answer, of: operations[index])
        let fields: JSON? = answer.status == nil ? nil : .object(answer.fields)
        note(fields, of: operations[index].location, number: first + index + 1, memory)
        answers[index] = .success(fields)
      case .failure(let error): answers[index] = .failure(error)
      }
    }
    return answers.compactMap(\.self)
  }

  /// How many look-ups of one sentence are in flight at once.
  ///
  /// Source: LANGUAGE.md §4.
  var lookUpsAtOnce: Int { max(8, state.settings.jobs) }

  /// The answer to an operation, if there is one.
  private static func answer(
    to operation: Operation?, _ api: ReadOnlyAPI
  ) async -> Result<Answer, APIError>? {
    guard let operation else { return nil }
    return await api.answer(to: operation)
  }

  static func ask(
    _ operations: [Operation], _ api: ReadOnlyAPI, atOnce limit: Int
  ) async -> [Result<Answer, APIError>] {
    guard operations.count > 1 else {
      var results: [Result<Answer, APIError>] = []
      for operation in operations { results.append(await api.answer(to: operation)) }
      return results
    }
    return await withTaskGroup(of: (Int, Result<Answer, APIError>).self) { group in
      var results = [Result<Answer, APIError>?](repeating: nil, count: operations.count)
      var next = 0
      func begin() {
        guard next < operations.count else { return }
        let (index, operation) = (next, operations[next])
        next += 1
        group.addTask { (index, await api.answer(to: operation)) }
      }
      for _ in 0..<limit { begin() }
      while let (index, result) = await group.next() {
        results[index] = result
        begin()
      }
      return results.compactMap(\.self)
    }
  }

  /// Notes an answer, for the journal and for what is shown.
  private func note(_ answer: JSON?, of path: String, number: Int, _ memory: Memory?) {
    state.result.wasAnswered = state.result.wasAnswered || answer != nil
    if let answer { journal?.note(.read(number, last: nil, path: path, answer: answer)) }
    if let memory { memory.answers[path] = .some(answer) }
  }

  /// Notes what an answer says of the clock of its service.
  private func note(_ answer: Answer, of operation: Operation) {
    if let skew = answer.clockSkew {
      supplies.clockSkews[operation.definition.resource.service] = skew
    }
  }

  /// Notes a look-up that failed.
  func failed(_ error: APIError, _ operation: Operation) -> RuntimeError {
    state.note(error)
    return .api(error, operation)
  }
}

extension ReadOnlyAPI {
  /// The answer to an operation, or why there is none.
  fileprivate func answer(to operation: Operation) async -> Result<Answer, APIError> {
    do throws(APIError) {
      return .success(try await perform(operation))
    } catch {
      return .failure(error)
    }
  }
}

extension Value {
  /// The fields of a resource as JSON.
  var fields: JSON {
    if case .resource(let resource) = self { .object(resource.fields) } else { json }
  }
}
