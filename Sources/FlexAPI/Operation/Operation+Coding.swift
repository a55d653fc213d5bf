/// Operations that change something, as JSON: for journals and plans.
extension Operation {
  /// Writes the operation; nothing for one that only reads.
  ///
  /// `withBodies`: whether to write the values that may name people or hold their data.
  package func write(into object: inout JSONObjectWriter, withBodies: Bool) {
    guard isWrite else { return }
    for index in scope.sids.indices {
      object.add(named: definition.scope[index].noun, scope.sids[index])
    }
    object.add("operation", definition.record.name)
    if let sid { object.add(named: definition.resource.noun, sid) }
    for step in trail?.steps ?? [] where addressed[step.sid.type ?? .finding] == nil {
      object.add(named: step.noun, step.sid)
    }
    if let workspace = trail?.workspace, scope[.workspace] == nil {
      object.add("workspace", workspace.description)
    }
    for fact in definition.record.facts { object.add(named: fact.name, fact.value) }
    for (index, parameter) in definition.parameters.enumerated() {
      guard let argument = arguments[index], withBodies || !parameter.isPrivate else { continue }
      object.add(named: parameter.name, argument.json)
    }
  }

  /// Whether ``write(into:withBodies:)`` may leave something out.
  package var hasBody: Bool { definition.hasBody }

  /// Reads what ``write(into:withBodies:)`` wrote; `nil` for anything else, and if a value is missing.
  package init?(json: JSON, catalog: Catalog = .standard) {
    guard let target = OperationTarget(json: json, catalog: catalog), let object = json.object
    else { return nil }
    var arguments: [Argument?] = []
    for parameter in target.definition.parameters {
      let argument = object[parameter.name].flatMap { Argument($0, for: parameter) }
      guard argument != nil || !parameter.isRequired else { return nil }
      arguments.append(argument)
    }
    self.init(target.definition, in: target.scope, sid: target.sid, arguments)
    trail = Trail(recorded: object)
  }
}

extension OperationTarget {
  /// Reads what an operation addresses; `nil` for anything else.
  package init?(json: JSON, catalog: Catalog = .standard) {
    guard let object = json.object, let name = object["operation"]?.text else { return nil }
    let definition = catalog.operations.first { definition in
      definition.isWrite && definition.record.name == name
        && definition.record.facts.allSatisfy { fact in
          // A fact that does not hold may be left out.
          (object[fact.name] ?? .bool(false)) == fact.value
        }
    }
    guard let definition else { return nil }
    func sid(_ resource: ResourceDefinition) -> AnySID? {
      object.anySID(resource.noun)?.of(resource.type)
    }
    let scope = definition.scope.compactMap(sid)
    guard scope.count == definition.scope.count else { return nil }
    var own: AnySID?
    if definition.address == .item {
      guard let sid = sid(definition.resource) else { return nil }
      own = sid
    }
    self.init(definition: definition, scope: Scope(scope), sid: own)
  }
}

extension Operation.Argument {
  /// Reads a value of a journal or a plan; `nil` if it cannot be a value of the parameter.
  fileprivate init?(_ json: JSON, for parameter: OperationParameter) {
    switch parameter.kind {
    case .json, .jsonBody: self = .json(json)
    case .text, .word:
      guard let text = json.text else { return nil }
      self = .text(text)
    case .sid(let prefix, _):
      guard let sid = json.text.flatMap({ AnySID(ofAnyShape: $0) }), sid.begins(with: prefix)
      else { return nil }
      self = .sid(sid)
    }
  }
}

extension OperationDefinition {
  /// Whether it sends a body, which journals leave out.
  package var hasBody: Bool { parameters.contains(where: \.isPrivate) }
}
