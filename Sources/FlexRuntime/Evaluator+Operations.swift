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
    case .text(let text), .cell(let text): found = AnySID(text)
    case .resource(let resource): found = resource.sid
    case .unanswered, .pending: throw .unanswered
    case .number, .duration, .rate, .list, .row, .file, .json, .empty: found = nil
    }
    guard let found, found.type == type else {
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
  func resource(_ target: Target) throws(RuntimeError) -> ResourceValue? {
    guard case .expression(let expression) = target.value,
      case .resource(let resource) = try value(expression)
    else { return nil }
    return resource
  }

  /// The scope of a sentence: what it names, else what `owner` knows, else what is in use.
  ///
  /// `owner`: the resource that the sentence acts on, if that was returned by the API.
  func scope(
    of resource: ResourceDefinition, _ reference: ScopeReference, owner: ResourceValue? = nil
  ) throws(RuntimeError) -> Scope {
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
        sids.append(try sidInUse(outer.type))
      }
    }
    sids.reverse()
    return Scope(sids)
  }

  private func sidInUse(_ type: SIDType) throws(RuntimeError) -> AnySID {
    guard let sid = frame.inUse[type] else {
      throw .sentence("no \(type.noun) is in use, and the sentence names none")
    }
    return sid
  }

  /// The operation of an action on at most one resource.
  func operation(_ action: Action) throws(RuntimeError) -> Operation {
    let definition = action.operation
    let resource = definition.resource
    var arguments: [Operation.Argument?] = []
    switch action.object {
    case .participants: preconditionFailure("participants are acted on one by one")
    case .none:
      let scope = try scope(of: resource, action.scope)
      let sid = definition.address == .item ? try sidInUse(resource.type) : nil
      for index in action.arguments.indices {
        arguments.append(try argument(action.arguments[index], definition.parameters[index]))
      }
      return Operation(definition, in: scope, sid: sid, arguments)
    case .one(let target):
      let sid = try sid(target)
      let scope = try scope(of: resource, action.scope, owner: try self.resource(target))
      for index in action.arguments.indices {
        arguments.append(try argument(action.arguments[index], definition.parameters[index]))
      }
      return Operation(definition, in: scope, sid: sid, arguments)
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
        guard let sid = AnySID(value.text), sid.prefix == prefix else {
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
    return Operation(
      definition, in: try scope(of: definition.resource, reference, owner: owner), sid: sid)
  }

  /// The operation of a look-up of one resource.
  func operation(_ fetch: Fetch) throws(RuntimeError) -> Operation {
    let resource = fetch.operation.resource
    guard let target = fetch.target else {
      return Operation(
        fetch.operation, in: try scope(of: resource, fetch.scope),
        sid: try sidInUse(resource.type))
    }
    let sid = try sid(target)
    return Operation(
      fetch.operation, in: try scope(of: resource, fetch.scope, owner: try self.resource(target)),
      sid: sid)
  }

  /// The operation of a listing.
  func operation(_ collection: Collection) throws(RuntimeError) -> Operation {
    Operation(
      collection.operation,
      in: try scope(of: collection.operation.resource, collection.scope))
  }
}
