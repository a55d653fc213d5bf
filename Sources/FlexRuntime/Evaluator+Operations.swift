import FlexAPI
import FlexScript

/// SIDs, scopes, and the operations that sentences ask for.
extension Evaluator {
  /// The SID that a target names now.
  func sid(_ target: Target) throws(RuntimeError) -> AnySID {
    switch target.value {
    case .sid(let sid): return sid
    case .expression(let expression):
      return try sid(try value(expression), of: target.type, named: expression)
    }
  }

  /// The SID of a kind that a value represents.
  func sid(
    _ value: Value, of type: SIDType, named expression: Expression?
  ) throws(RuntimeError) -> AnySID {
    let found: AnySID?
    switch value {
    case .sid(let sid): found = sid
    case .text(let text), .cell(let text): found = AnySID(ofAnyShape: text)
    case .resource(let resource): found = resource.sid(as: type) ?? resource.sid
    case .unanswered, .pending, .placeholder: throw .unanswered
    case .number, .seconds, .duration, .rate, .list, .row, .file, .json, .empty: found = nil
    }
    guard let found = found?.of(type) else {
      let name = expression.map { "`\(Evaluator.name($0))` is " } ?? ""
      throw .sentence(
        "\(name)\(value.description) is not \(type.nounWithArticle) (\(type.rawValue)…)")
    }
    return found
  }

  private static func name(_ expression: Expression) -> String {
    guard case .reference(let reference) = expression else { return "the value" }
    return "$" + ([reference.name] + reference.path).joined(separator: ".")
  }

  /// The resource that a target names, if the API returned it.
  func resource(_ target: Target?) throws(RuntimeError) -> ResourceValue? {
    guard case .expression(let expression)? = target?.value,
      case .resource(let resource) = try value(expression)
    else { return nil }
    return resource
  }

  /// The same evaluator for a sentence: names in it are those of the workspace that it names.
  func within(_ reference: ScopeReference) -> Evaluator {
    guard let target = reference[.workspace] else { return self }
    var evaluator = self
    evaluator.written = target
    return evaluator
  }

  /// The workspace: what the sentence names, else what is in use, else what belongs to the account.
  func workspace(_ target: Target?) throws(RuntimeError) -> AnySID {
    if let target { return try sid(target) }
    if let inUse = frame.inUse[.workspace] { return inUse }
    return try supplies.knownWorkspace()
  }

  /// The scope of a sentence: what it names, else what `owner` knows, else what is in use.
  ///
  /// `owner`: the resource that the sentence acts on, if that was returned by the API. `sid`: its SID, if
  /// it is written out.
  func scope(
    of resource: ResourceDefinition, _ reference: ScopeReference, owner: ResourceValue? = nil,
    sid own: AnySID? = nil
  ) throws(RuntimeError) -> Scope {
    if !reference.origins.isEmpty {
      return try within(reference).scope(of: resource, from: reference, own)
    }
    var owner = owner
    var sids: [AnySID] = []
    sids.reserveCapacity(resource.scope.count + 1)
    for outer in resource.scope.reversed() {
      if let target = reference[outer.type] {
        sids.append(try sid(target))
        // A resource that was looked up knows its own scope.
        owner = try self.resource(target)
      } else if let own = owner?.sid(of: outer) {
        sids.append(own)
      } else {
        switch outer.placeRule {
        case .named: sids.append(try sidInUse(outer.type))
        case .ofAccount: sids.append(try workspace(nil))
        case .found:
          guard let own else { throw .sentence("the sentence names no \(outer.noun)") }
          return try supplies.place(.search(own, in: try workspace(reference[.workspace])))
        }
      }
    }
    sids.reverse()
    return Scope(sids)
  }

  /// The scope that what is written after `of` leads to.
  private func scope(
    of resource: ResourceDefinition, from reference: ScopeReference, _ own: AnySID?
  ) throws(RuntimeError) -> Scope {
    let origin = try origin(reference)
    guard resource.scope.last?.placeRule == .found else {
      // A channel, or what is on one.
      let place = try place(of: reference)
      return resource.itemOrigins.isEmpty ? place : Scope(Array(place.sids.dropLast()))
    }
    if let task = origin.task { return Scope([origin.workspace, task]) }
    guard let own else { throw .sentence("a \(resource.noun) of a worker needs its SID") }
    guard origin.sid.type == .worker else {
      return try supplies.place(.search(own, in: origin.workspace))
    }
    return try supplies.place(.reservation(own, of: origin))
  }

  /// The channel that what is written after `of` leads to.
  func place(of reference: ScopeReference) throws(RuntimeError) -> Scope {
    let origin = try origin(reference)
    if let place = origin.place { return place }
    return try supplies.place(.of(origin))
  }

  /// What is written after `of`.
  func origin(_ reference: ScopeReference) throws(RuntimeError) -> Origin {
    guard let first = reference.origins.first else {
      preconditionFailure("there is something after `of`")
    }
    let evaluator = within(reference)
    var origin = try evaluator.origin(try evaluator.value(first), reference)
    if reference.origins.count > 1 {
      origin.note(
        stated: try evaluator.origin(try evaluator.value(reference.origins[1]), reference))
    }
    return origin
  }

  /// What a value after `of` leads from.
  func origin(_ value: Value, _ reference: ScopeReference) throws(RuntimeError) -> Origin {
    if value.isUnknown { throw .unanswered }
    switch value {
    case .resource(let resource):
      let workspace: AnySID
      if let own = resource.workspace {
        if let target = reference[.workspace] {
          let written = try sid(target)
          guard written == own else {
            throw .sentence("\(value.description) is in \(own), and not in \(written)")
          }
        }
        workspace = own
      } else {
        workspace = try self.workspace(reference[.workspace])
      }
      guard let origin = Origin(resource, in: workspace) else {
        throw .sentence("\(value.description) names no task, reservation or worker")
      }
      return origin
    case .sid(let sid): return Origin(sid, in: try workspace(reference[.workspace]))
    case .text, .cell, .json, .number, .seconds, .duration, .rate, .list, .row, .file, .empty,
      .unanswered,
      .pending, .placeholder:
      guard let sid = AnySID(value.text) else {
        throw .sentence("\(value.description) is not a task, a reservation or a worker")
      }
      return Origin(sid, in: try workspace(reference[.workspace]))
    }
  }

  private func sidInUse(_ type: SIDType) throws(RuntimeError) -> AnySID {
    guard let sid = frame.inUse[type] else {
      if frame.unknownInUse.contains(type) { throw .unanswered }
      throw .sentence("no \(type.noun) is in use, and the sentence names none")
    }
    return sid
  }

  /// The operation of an action on at most one resource.
  func operation(_ action: Action) throws(RuntimeError) -> Operation {
    var operation = try within(action.scope).operation(written: action)
    if operation.trail == nil, !action.scope.origins.isEmpty {
      operation.trail = try origin(action.scope).trail
    }
    return operation
  }

  private func operation(written action: Action) throws(RuntimeError) -> Operation {
    let definition = action.operation
    let resource = definition.resource
    var arguments: [Operation.Argument?] = []
    switch action.object {
    case .participants: preconditionFailure("participants are acted on one by one")
    case .none:
      let scope = try scope(of: resource, action.scope)
      let sid =
        definition.address == .item ? try ownSID(resource, action.scope) : nil
      for index in action.arguments.indices {
        arguments.append(try argument(action.arguments[index], definition.parameters[index]))
      }
      return Operation(definition, in: scope, sid: sid, arguments)
    case .one(let target):
      let sid = try sid(target)
      let scope = try scope(
        of: resource, action.scope, owner: try self.resource(target), sid: sid)
      for index in action.arguments.indices {
        arguments.append(try argument(action.arguments[index], definition.parameters[index]))
      }
      var operation = Operation(definition, in: scope, sid: sid, arguments)
      operation.trail = try self.resource(target)?.trail
      return operation
    }
  }

  private func argument(
    _ argument: Action.Argument?, _ parameter: OperationParameter
  ) throws(RuntimeError) -> Operation.Argument? {
    switch argument {
    case nil: return nil
    case .word(let word)?: return .text(word)
    case .json(let template)?: return .json(try json(template))
    case .expression(let expression)?:
      let value = try value(expression)
      switch parameter.kind {
      case .sid(let prefix, let noun):
        if value.isUnknown { throw .unanswered }
        guard let sid = AnySID(ofAnyShape: value.text), sid.begins(with: prefix) else {
          throw .sentence("\(value.description) is not a \(noun) (\(prefix)…)")
        }
        return .sid(sid)
      case .text, .word: return .text(value.text)
      case .json, .jsonBody: return .json(value.json)
      }
    }
  }

  /// The operation of an action on one of several participants.
  ///
  /// `participant`: a SID, or a resource from a listing, which knows its own scope.
  func operation(
    _ definition: OperationDefinition, on participant: Value, _ reference: ScopeReference
  ) throws(RuntimeError) -> Operation {
    let sid = try sid(participant, of: definition.resource.type, named: nil)
    var owner: ResourceValue?
    if case .resource(let resource) = participant { owner = resource }
    // A participant that was looked up is where it was found, whatever led there.
    let place = owner == nil ? reference : ScopeReference(targets: reference.targets)
    var operation = Operation(
      definition, in: try scope(of: definition.resource, place, owner: owner), sid: sid)
    operation.trail = owner?.trail
    if owner == nil, !reference.origins.isEmpty { operation.trail = try origin(reference).trail }
    if operation.trail == nil, let workspace = frame.inUse[.workspace] ?? supplies.workspace {
      operation.trail = Operation.Trail()
      operation.trail?.workspace = workspace
    }
    if operation.trail != nil, operation.trail?.workspace == nil {
      operation.trail?.workspace = frame.inUse[.workspace] ?? supplies.workspace
    }
    return operation
  }

  /// The SID of the resource that a sentence does not name: the one in use, or where `of` leads.
  private func ownSID(
    _ resource: ResourceDefinition, _ reference: ScopeReference
  ) throws(RuntimeError) -> AnySID {
    guard !reference.origins.isEmpty else {
      return resource.placeRule == .ofAccount ? try workspace(nil) : try sidInUse(resource.type)
    }
    guard let sid = try place(of: reference).innermost else { throw .unanswered }
    return sid
  }

  /// The operation of a look-up of one resource.
  func operation(_ fetch: Fetch) throws(RuntimeError) -> Operation {
    try within(fetch.scope).operation(written: fetch)
  }

  private func operation(written fetch: Fetch) throws(RuntimeError) -> Operation {
    let resource = fetch.operation.resource
    guard let target = fetch.target else {
      return Operation(
        fetch.operation, in: try scope(of: resource, fetch.scope),
        sid: try ownSID(resource, fetch.scope))
    }
    let sid = try sid(target)
    let scope = try scope(
      of: resource, fetch.scope, owner: try self.resource(target), sid: sid)
    return Operation(fetch.operation, in: scope, sid: sid)
  }

  /// The operation of a listing.
  func operation(_ collection: Collection) throws(RuntimeError) -> Operation {
    Operation(
      collection.operation,
      in: try scope(of: collection.operation.resource, collection.scope))
  }
}
