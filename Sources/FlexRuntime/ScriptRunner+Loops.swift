import FlexAPI
import FlexScript

/// Loops: over values, listings, what `find` finds, and the rows of data files.
extension ScriptRunner {
  /// Executes a loop.
  func loop(
    _ name: String, _ source: Loop, _ filter: Condition?, _ body: [Command],
    _ context: SentenceContext
  ) async throws(RuntimeError) {
    switch source {
    case .value(let expression):
      let value = try await supplying { evaluator throws(RuntimeError) in
        try evaluator.value(expression)
      }
      switch value {
      case .list(let values):
        var source: Symbol?
        if case .reference(let reference) = expression {
          source = frame.symbol(reference.name)?.following(reference.path)
        }
        let isLive = values.contains { if case .resource = $0 { true } else { false } }
        try await overlapping(isLive) { () async throws(RuntimeError) in
          for (index, value) in values.enumerated() {
            await prefetch(values, from: index, name, body)
            let item = LoopPass(
              item: value.passKey ?? "\(index + 1)", in: pass, of: context.location,
              number: index + 1)
            guard isOwn(value, in: nil, index + 1) else { continue }
            _ = try await turn(name, value, item, filter, body, context.toleration, of: source)
          }
        }
      case .empty: break
      case .unanswered, .pending, .placeholder: throw .unanswered
      case .sid, .text, .cell, .file, .number, .seconds, .duration, .rate, .resource, .row, .json:
        throw .sentence("\(value.description) is not a list, which `for` needs")
      }
    case .collection(let collection):
      guard let items = try await lookUps.list(collection, where: filter, evaluator) else {
        throw .unanswered
      }
      var implied: Condition?
      if plan != nil {
        implied = try await supplying { _ throws(RuntimeError) in
          closing.implied(by: collection, where: filter)
        }
      }
      try await passes(
        over: items, name, body, context, try listing(of: collection), where: filter, implied)
    case .find(let expression):
      guard let rows = try await lookUps.find(expression, evaluator) else { throw .unanswered }
      let kept = try await lookUps.keep(rows, where: filter, evaluator)
      try await passes(over: kept, name, body, context, nil, where: nil)
    case .rows(let expression):
      let path = try await supplying { evaluator throws(RuntimeError) in
        try evaluator.value(expression)
      }
      try await overlapping(true) { () async throws(RuntimeError) in
        try await rows(path, name, filter, body, context)
      }
    }
  }

  /// The one operation that a collection is; `nil` if it is several.
  func listing(of collection: FlexScript.Collection) throws(RuntimeError) -> Operation? {
    guard plan != nil, collection.isOneOperation else { return nil }
    return try? evaluator.operation(collection)
  }

  /// Executes the body of a loop for each item of a listing.
  private func passes(
    over items: [Value], _ name: String, _ body: [Command], _ context: SentenceContext,
    _ listing: Operation?, where filter: Condition?, _ implied: Condition? = nil
  ) async throws(RuntimeError) {
    reportNotes(context)
    var parts = [implied].compactMap(\.self)
    if plan != nil, let filter { parts.append(try await close(filter: filter)) }
    let closed = parts.isEmpty ? nil : parts.count == 1 ? parts[0] : .all(parts)
    await overlapping(true) {
      for (index, item) in items.enumerated() {
        await prefetch(items, from: index, name, body)
        let pass = LoopPass(
          item: item.passKey ?? "\(index + 1)", in: pass, of: context.location, number: index + 1)
        let symbol = listing.flatMap { Symbol.listing($0, where: nil, path: []).item(item) }
        let grounds = await rowGround(listing, item, closed)
        await depending(on: grounds) {
          await passing(pass) {
            await block(body, context.toleration, binding: name, to: item, symbol)
          }
        }
      }
    }
  }

  /// Executes the passes of a loop, whose actions may overlap if they are on different interactions.
  func overlapping<Failure: Error>(
    _ isLive: Bool, _ body: () async throws(Failure) -> Void
  ) async throws(Failure) {
    let outer = isOverlapping
    isOverlapping = isLive && state.settings.jobs > 1 && plan == nil
    defer { isOverlapping = outer }
    try await body()
  }

  /// Executes a body that depends on conditions, if this is a plan.
  func depending(on grounds: [Int], _ body: () async -> Void) async {
    guard let plan else { return await body() }
    await plan.depending(on: grounds, body)
  }

  /// Executes a body as a pass of a loop.
  func passing<Result>(_ next: LoopPass, _ body: () async -> Result) async -> Result {
    let outer = pass
    pass = next
    defer { pass = outer }
    return await body()
  }

  /// Executes a pass of a loop, if its `where` holds.
  ///
  /// - Returns: Whether it does.
  private func turn(
    _ name: String, _ value: Value, _ next: LoopPass, _ filter: Condition?, _ body: [Command],
    _ toleration: Toleration, of source: Symbol? = nil
  ) async throws(RuntimeError) -> Bool {
    let symbol = source?.item(value)
    var grounds: [Int] = []
    if plan != nil, source != nil {
      var listing: Operation?
      var kept: Condition?
      switch source {
      case .listing(let operation, let filter, _)?: (listing, kept) = (operation, filter)
      case .collection(_, let filter, _)?: kept = filter
      case .item?, .fetch?, nil: break
      }
      var parts = kept.map { [$0] } ?? []
      if let filter { parts.append(try await close(filter: filter)) }
      grounds = await rowGround(listing, value, parts.isEmpty ? nil : .all(parts))
    }
    if let filter {
      await dispatcher.drain()
      let context = frame.push()
      defer { frame.pop(context) }
      frame[name] = value
      switch try await lookUps.verdict(filter, of: value, evaluator, isAsking: !state.isHalted) {
      case .yes: break
      case .unanswered: if state.isHalted { return false }
      case .no, .neither: return false
      }
    }
    await depending(on: grounds) {
      await asUnit {
        await passing(next) { await block(body, toleration, binding: name, to: value, symbol) }
      }
    }
    return true
  }

  /// Executes a loop over the rows of a data file; after the end of a run, reports the actions of the
  /// rows that were not reached.
  func rows(
    _ path: Value, _ name: String, _ filter: Condition?, _ body: [Command],
    _ context: SentenceContext
  ) async throws(RuntimeError) {
    let file: OpenedFile
    // A path that was given as an argument is relative to the current folder.
    var origin = frame.file
    if case .file = path { origin = "-" }
    do throws(FileProblem) {
      file = try check.openData(path.text, from: origin)
    } catch {
      throw unusable(path.text, from: origin, error)
    }
    func failure(_ problem: DataProblem) -> RuntimeError {
      if problem.isChange { return .fileChanged("\(file.name): \(problem.reason)") }
      return .sentence("\(file.name):\(problem.line):\(problem.column): \(problem.reason)")
    }
    func same(
      _ check: (any CheckedContent) throws(SourceFailure) -> Void
    ) throws(RuntimeError) {
      guard let content = file.content else { return }
      do throws(SourceFailure) {
        try check(content)
      } catch {
        throw .fileChanged("\(file.name): \(error.reason)")
      }
    }
    var reader: DataReader
    do throws(DataProblem) { reader = try DataReader(file) } catch { throw failure(error) }
    var (count, kept, own) = (0, 0, 0)
    while true {
      let row: DataRow?
      do throws(DataProblem) { row = try reader.next() } catch { throw failure(error) }
      guard let row else { break }
      count += 1
      try same { content throws(SourceFailure) in try content.look() }
      guard isOwn(.row(row), in: file, row.line) else { continue }
      own += 1
      let next = LoopPass(
        file: file.name, line: row.line, in: pass, of: context.location, number: count)
      if try await turn(name, .row(row), next, filter, body, context.toleration) { kept += 1 }
    }
    guard !state.isHalted else { return }
    try same { content throws(SourceFailure) in try content.verify() }
    guard kept == 0 else { return }
    dispatcher.emit(
      .noPasses(at: context.location, file: file.name, rows: count, own: own))
  }

  /// Why a file cannot be opened; one that the check could open has changed.
  func unusable(
    _ path: String, from origin: String, _ problem: FileProblem
  ) -> RuntimeError {
    if check.wasChecked(path, from: origin) {
      return .fileChanged("\(path): it can no longer be opened: \(problem.reason)")
    }
    return .sentence("`\(path)` cannot be used: \(problem.reason)")
  }
}

extension FlexScript.Collection {
  /// Whether listing it is one operation of the API.
  var isOneOperation: Bool {
    scope.origins.isEmpty && operation.resource.type != .task
      && operation.resource.type != .reservation && first == nil
  }
}
