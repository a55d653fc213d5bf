import FlexAPI
import FlexScript

/// Names, parameters, and the place in use.
extension ScriptRunner {
  func use(
    _ type: SIDType, _ target: Target?, in scope: ScopeReference
  ) throws(RuntimeError) {
    guard let resource = catalog.resource(type) else {
      preconditionFailure("`use` names a kind of the catalogue")
    }
    let evaluator = evaluator
    guard let target else {
      let place = try evaluator.place(of: scope)
      for (outer, sid) in zip(resource.scope + [resource], place.sids) {
        frame.use(sid, outer, in: catalog)
      }
      return
    }
    let (sid, known) = (try evaluator.sid(target), try evaluator.resource(target))
    var outers: [(ResourceDefinition, AnySID)] = []
    for outer in resource.scope {
      if let named = scope[outer.type] {
        outers.append((outer, try evaluator.sid(named)))
      } else if let own = known?.sid(of: outer) {
        outers.append((outer, own))
      }
    }
    for (outer, sid) in outers { frame.use(sid, outer, in: catalog) }
    frame.use(sid, resource, in: catalog)
  }

  func bindParameter(
    _ name: String, _ type: ParameterType, _ defaultValue: Expression?
  ) throws(RuntimeError) {
    switch frame.arguments[name] {
    case .value(let value):
      frame[name] = value
      if plan != nil { frame.note(name, frame.argumentSymbols[name]) }
    case .written(let text):
      if case .file = type {
        frame[name] = .file(text)
      } else if let expression = ArgumentValue.expression(text, for: type) {
        frame[name] = try evaluator.value(expression)
      }
    case nil:
      if let defaultValue { frame[name] = try evaluator.value(defaultValue) }
    }
  }

  func bind(_ name: String, _ binding: Binding, _ context: SentenceContext) async {
    do throws(RuntimeError) {
      switch binding {
      case .value(let expression):
        var symbol: Symbol?
        if plan != nil, case .reference(let reference) = expression {
          symbol = frame.symbol(reference.name)?.following(reference.path)
        }
        frame[name] = try await supplying { evaluator throws(RuntimeError) in
          try evaluator.value(expression)
        }
        if plan != nil { frame.note(name, symbol) }
      case .fetch(let fetch):
        let operation = try await supplying { evaluator throws(RuntimeError) in
          try evaluator.operation(fetch)
        }
        frame[name] = try await lookUps.fetch(operation)
        if plan != nil { frame.note(name, .fetch(operation, path: [])) }
      case .collection(let collection, let filter):
        frame[name] =
          try await lookUps.list(collection, where: filter, evaluator).map(Value.list)
          ?? .unanswered
        if plan != nil {
          var closed: Condition?
          if let filter { closed = try await close(filter: filter) }
          frame.note(
            name, try closing.symbol(of: collection, where: closed, listing(of: collection)))
        }
      case .find(let expression):
        frame[name] = try await lookUps.find(expression, evaluator).map(Value.list) ?? .unanswered
      case .lookUp(let subject):
        frame[name] = try await lookUps.value(subject, evaluator)
      case .action(let action):
        var context = context
        context.keepsAnswer = true
        frame[name] = await perform(action, context)
        if frame[name] == nil { blockIsOver = true }
      }
    } catch {
      if case .unanswered = error {
        frame[name] = .unanswered
      } else {
        blockIsOver = true
        report(error, context)
      }
    }
  }
}
