import FlexAPI
import FlexScript

/// Look-ups that values need: workspaces, names, and the resources that others name.
extension LookUps {
  /// Computes something, and looks up what it needs.
  ///
  /// `body` is called again after each look-up: it changes nothing before it has everything.
  func supplying<Result>(
    _ evaluator: Evaluator, _ memory: Memory? = nil,
    _ body: () async throws(RuntimeError) -> Result
  ) async throws(RuntimeError) -> Result {
    defer { supplies.forgetPlaces() }
    var earlier: Set<Need> = []
    while true {
      do throws(RuntimeError) {
        return try await body()
      } catch {
        guard case .needs(let need) = error else { throw error }
        guard earlier.insert(need).inserted else {
          preconditionFailure("what was looked up is there")
        }
        guard try await supply(all: [need], evaluator, memory) else { throw .unanswered }
      }
    }
  }

  /// Looks up what is needed, some of it at once.
  ///
  /// - Returns: Whether it was asked; if not, it is still missing.
  func supply(
    all needs: [Need], _ evaluator: Evaluator, _ memory: Memory? = nil
  ) async throws(RuntimeError) -> Bool {
    var operations: [Operation] = []
    var sids: [AnySID] = []
    var others: [Need] = []
    for need in needs {
      guard case .resource(let type, let sid, let workspace) = need else {
        others.append(need)
        continue
      }
      operations.append(try await fetch(type, sid, in: workspace))
      sids.append(sid)
    }
    if !operations.isEmpty {
      for (sid, value) in zip(sids, try await fetch(all: operations, remembering: memory)) {
        switch value {
        case .resource(let resource)?: supplies.note(sid, resource)
        case nil: supplies.note(sid, nil)
        default: return false
        }
      }
    }
    for need in others {
      guard try await supply(need, evaluator, memory) else { return false }
    }
    return true
  }

  /// The operation that fetches a resource of TaskRouter, or a conversation.
  func fetch(
    _ type: SIDType, _ sid: AnySID, in workspace: AnySID?
  ) async throws(RuntimeError) -> Operation {
    guard let definition = catalog.fetch(type) else {
      preconditionFailure("\(type.noun) can be fetched")
    }
    guard !definition.scope.isEmpty else { return Operation(definition, sid: sid) }
    var workspace = workspace ?? supplies.workspace
    if workspace == nil {
      guard try await supplyWorkspace(nil) else { throw .unanswered }
      workspace = supplies.workspace
    }
    guard let workspace else { throw .unanswered }
    return Operation(definition, in: Scope([workspace]), sid: sid)
  }

  private func supply(
    _ need: Need, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> Bool {
    switch need {
    case .workspace: return try await supplyWorkspace(memory)
    case .name(let type, let text, let workspace):
      guard let value = try await named(type, text, in: workspace, evaluator, memory) else {
        return false
      }
      supplies.note(need, value)
      return true
    case .place(let place):
      guard let scope = try await scope(place, evaluator, memory) else { return false }
      supplies.note(place, scope)
      return true
    case .resource: preconditionFailure("resources are fetched together")
    }
  }

  // MARK: The workspace

  /// Finds out the workspace of the account; `false` if nothing was asked.
  private func supplyWorkspace(_ memory: Memory?) async throws(RuntimeError) -> Bool {
    if let reason = supplies.reasonForNoWorkspace {
      throw .sentence(Self.noWorkspace(because: reason))
    }
    let value: Value
    do throws(RuntimeError) {
      value = try await fetch(Operation(FlexConfiguration.fetch), remembering: memory)
    } catch {
      guard case .api(let failure, _) = error, failure.kind == .api else { throw error }
      supplies.reasonForNoWorkspace = "/v1/Configuration: \(failure.message)"
      throw .sentence(Self.noWorkspace(because: "/v1/Configuration: \(failure.message)"))
    }
    guard case .resource(let configuration) = value else { return false }
    let sid = configuration.fields.anySID("taskrouter_workspace_sid")
    guard let sid, sid.type == .workspace else {
      throw .sentence(Self.noWorkspace(because: "the account's Flex configuration names none"))
    }
    supplies.workspace = sid
    return true
  }

  private static func noWorkspace(because reason: String) -> String {
    "no workspace is known (\(reason)): write `in WS…`, or `use workspace …` before it, or set "
      + "TWILIO_FLEX_WORKSPACE_SID with the account's variables, or `workspace` in its profile"
  }

  // MARK: Names

  /// The resource with a name; `nil` if nothing was asked.
  ///
  /// The complete list is looked up, once per run. An exact match is preferred to one that differs in
  /// case.
  private func named(
    _ type: SIDType, _ text: String, in workspace: AnySID?, _ evaluator: Evaluator,
    _ memory: Memory?
  ) async throws(RuntimeError) -> Value? {
    guard let all = try await everything(type, in: workspace, evaluator, memory) else { return nil }
    func name(_ resource: ResourceValue) -> String { resource.fields["friendly_name"]?.text ?? "" }
    let found = try await matching(text, among: all, evaluator, memory)
    if found.count == 1 { return .resource(found[0]) }
    if found.isEmpty {
      let help = Self.help(text, among: all.map(name), type)
      throw .sentence("there is no \(type.noun) \(JSON.string(text).serialized)\(help)")
    }
    let candidates = found.prefix(10).map {
      "\($0.sid?.description ?? "?") (\(JSON.string(name($0)).serialized))"
    }
    throw .sentence(
      "\(found.count) \(type.noun)s match \(JSON.string(text).serialized): "
        + candidates.joined(separator: ", ") + (found.count > 10 ? ", …" : ""))
  }

  /// The names that are nearest to one that is not there; all of them if they are few.
  private static func help(_ text: String, among names: [String], _ type: SIDType) -> String {
    func quoted(_ names: [String]) -> String {
      names.map { JSON.string($0).serialized }.joined(separator: ", ")
    }
    let nearest = Suggestion.nearest(to: text, among: names, limit: 3)
    if !nearest.isEmpty {
      return (nearest.count == 1 ? "; the nearest is " : "; the nearest are ") + quoted(nearest)
    }
    switch names.count {
    case 0: return ", or any other \(type.noun)"
    case 1: return "; the only one is " + quoted(names)
    case 2...5: return "; there are " + quoted(names)
    default: return "; `list \(type.noun)s` shows all \(names.count)"
    }
  }

  /// The workers with a name or an e-mail address; `nil` if nothing was asked.
  func workers(
    named text: String, in workspace: AnySID, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [ResourceValue]? {
    guard let all = try await everything(.worker, in: workspace, evaluator, memory) else {
      return nil
    }
    return try await matching(text, among: all, evaluator, memory)
  }

  /// Those whose friendly name is a text; if there is none, workers whose attributes have it as their
  /// name or e-mail address.
  private func matching(
    _ text: String, among all: [ResourceValue], _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [ResourceValue] {
    func matches(_ candidate: String?) -> Bool {
      candidate?.asciiLowercased == text.asciiLowercased
    }
    let exact = all.filter { $0.fields["friendly_name"]?.text == text }
    if !exact.isEmpty { return exact }
    let similar = all.filter { matches($0.fields["friendly_name"]?.text) }
    guard similar.isEmpty, all.first?.definition.type == .worker else { return similar }
    return try await workers(all, evaluator, memory).filter { worker in
      let attributes = worker.fields["attributes"]?.jsonOfText
      return matches(attributes?["full_name"]?.text) || matches(attributes?["email"]?.text)
    }
  }

  /// Every worker, queue, workflow or workspace, from one look-up per run.
  func everything(
    _ type: SIDType, in workspace: AnySID?, _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [ResourceValue]? {
    guard let list = catalog.list(type) else {
      preconditionFailure("\(type.noun) can be listed")
    }
    let listing = Operation(list, in: Scope(workspace.map { [$0] } ?? []))
    if let known = listed[listing.location] { return known }
    guard let items = try await self.list(listing, evaluator, remembering: memory) else {
      return nil
    }
    let resources = items.compactMap { item -> ResourceValue? in
      if case .resource(let resource) = item { resource } else { nil }
    }
    listed[listing.location] = resources
    return resources
  }

  /// Workers with the attributes that the listing left out.
  private func workers(
    _ workers: [ResourceValue], _ evaluator: Evaluator, _ memory: Memory?
  ) async throws(RuntimeError) -> [ResourceValue] {
    let needs = workers.compactMap { worker -> Need? in
      guard worker.lacksAttributes, let sid = worker.sid, supplies.fetched(sid) == nil else {
        return nil
      }
      return .resource(.worker, sid, in: worker.workspace)
    }
    if !needs.isEmpty { _ = try await supply(all: needs, evaluator, memory) }
    return workers.map { worker in
      worker.sid.flatMap { supplies.fetched($0) ?? nil } ?? worker
    }
  }
}
