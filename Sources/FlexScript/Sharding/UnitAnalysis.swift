import FlexAPI

/// Finds out which shards execute which units, one sentence after the other.
///
/// The check and the run use it in the same way, so that both say the same: what is outside loops is
/// passed to ``rule(of:)`` in order, and the blocks and scripts that are ``UnitRule/open`` are entered.
package struct UnitAnalysis {
  /// What a unit is.
  struct Finding {
    var rule: UnitRule
    var contents: UnitContents
  }

  private let session: CheckSession
  /// The scripts that are executed, those that run them before them.
  var frames: [UnitNames] = []
  /// What the unit in hand does.
  var contents = UnitContents()
  /// The position of the sentence in hand.
  private var position = SourcePosition(offset: 0, line: 1, column: 1)
  /// The sentences of scripts that units run, by identity.
  private var scripts: [String: [Command]] = [:]

  /// Creates an analysis of scripts that a session has checked.
  package init(_ session: CheckSession) {
    self.session = session
  }

  var names: UnitNames {
    get { frames[frames.count - 1] }
    set { frames[frames.count - 1] = newValue }
  }

  var place: ScriptPlace { ScriptPlace(file: names.file, position: position) }

  // MARK: Entering

  /// Enters a script of the run; `arguments`: the values of its parameters, as written.
  package mutating func enter(_ file: String, arguments: [String: String]) {
    frames.append(
      UnitNames(
        file: file,
        arguments: arguments.mapValues { text in
          AnySID(ofAnyShape: text).map { .sid($0) } ?? .text(text)
        }))
  }

  /// Whether the innermost script is one of the run's own, whose arguments are on the command line.
  private var isRoot: Bool { frames.count == 1 }

  /// Enters the script that a sentence runs; `file`: its name.
  package mutating func enter(_ run: Run, as file: String) {
    let arguments = run.arguments.map { ($0.name, names.meaning(of: $0.value)) }
    frames.append(UnitNames(file: file, arguments: Dictionary(arguments) { $1 }))
  }

  /// Leaves the innermost script.
  package mutating func leave() {
    frames.removeLast()
  }

  /// What was in use before a block.
  package struct Mark {
    fileprivate let interaction: Meaning?
  }

  /// Enters a block that is open.
  package mutating func enterBlock() -> Mark { Mark(interaction: names.push()) }

  /// Leaves it.
  package mutating func leaveBlock(_ mark: Mark) { names.pop(mark.interaction) }

  // MARK: Units

  /// Returns which shards execute a sentence outside loops, and notes what it names.
  ///
  /// - Throws: A ``SourceFailure`` if a script that it runs is not what was checked any more.
  package mutating func rule(of command: Command) throws(SourceFailure) -> UnitRule {
    try find(command).rule
  }

  mutating func find(_ command: Command) throws(SourceFailure) -> Finding {
    contents = UnitContents()
    position = command.position
    switch command.kind {
    case .attempt(let inner): return try find(inner)
    case .run(let run):
      for argument in run.arguments { note(argument.value) }
      // An argument that only one shard has makes all of it a unit of that shard.
      guard contents.owners.isEmpty else { break }
      return Finding(rule: .open, contents: contents)
    case .branch(let branches, _):
      for branch in branches { try note(branch.condition) }
      guard contents.owners.isEmpty, contents.lookUp == nil else { break }
      return Finding(rule: .open, contents: contents)
    case .loop(let name, let source, let filter, let body):
      guard isOfPasses(source) else { break }
      let mark = enterBlock()
      defer { leaveBlock(mark) }
      names[name] = element(of: source)
      if let filter { try note(filter) }
      for command in body { try note(command) }
      return Finding(rule: .passes(contents.owners.first?.owner), contents: contents)
    case .param, .use, .action, .query, .bind, .expect, .waitUntil, .stop, .fail, .echo, .confirm,
      .sleep, .set:
      break
    }
    contents = UnitContents()
    try note(command)
    guard case .sid(let sid)? = contents.owners.first?.owner else {
      return Finding(rule: .everyShard, contents: contents)
    }
    return Finding(rule: .owner(sid), contents: contents)
  }

  /// Whether the passes of a loop are units of their own.
  private func isOfPasses(_ source: Loop) -> Bool {
    switch source {
    case .rows: return true
    case .value(let expression):
      if case .answer = names.meaning(of: expression) { return false }
      return true
    case .collection, .find: return false
    }
  }

  /// What the name of a loop stands for whose passes are units.
  private func element(of source: Loop) -> Meaning {
    switch source {
    case .rows: return .element([])
    case .value(let expression):
      if case .list = names.meaning(of: expression) { return .element([]) }
      return .live
    case .collection, .find: return .live
    }
  }

  /// What an expression means outside the loops of the innermost script.
  func meaning(of expression: Expression) -> Meaning { names.meaning(of: expression) }

  // MARK: What is in a unit

  mutating func note(_ command: Command) throws(SourceFailure) {
    position = command.position
    switch command.kind {
    case .param(let name, let type, let defaultValue):
      names[name] = meaning(of: name, type, defaultValue)
    case .use(let type, let target, let scope): noteUse(type, target, scope)
    case .action(let action): noteAction(action)
    case .query(let query):
      switch query {
      case .show(let fetch): noteFetch(fetch)
      case .list(let collection, let filter):
        noteCollection(collection)
        if let filter { try note(filter) }
      case .find: noteLookUp()
      }
    case .bind(let name, let binding): names[name] = try meaning(of: binding)
    case .loop(let name, let source, let filter, let body):
      try noteLoop(name, source, filter, body)
    case .branch(let branches, let otherwise):
      for branch in branches {
        try note(branch.condition)
        try noteBlock(branch.block)
        position = command.position
      }
      try noteBlock(otherwise)
    case .expect(let condition, _, let message):
      contents.judgement = contents.judgement ?? (command.verb, place)
      try note(condition)
      if let message { note(message) }
    case .waitUntil(let condition, _, _, _):
      contents.judgement = contents.judgement ?? (command.verb, place)
      try note(condition)
    case .attempt(let inner): try note(inner)
    case .run(let run): try noteScript(run)
    case .stop(let text):
      contents.ending = contents.ending ?? (command.verb, place)
      if let text { note(text) }
    case .fail(let text):
      contents.ending = contents.ending ?? (command.verb, place)
      note(text)
    case .echo(let values): for value in values { note(value) }
    case .confirm(let text): note(text)
    case .sleep(let value): note(value)
    case .set: break
    }
  }

  private mutating func noteBlock(_ commands: [Command]) throws(SourceFailure) {
    let mark = enterBlock()
    defer { leaveBlock(mark) }
    for command in commands { try note(command) }
  }

  /// A loop inside a unit, or one over a listing, which is a unit as a whole.
  private mutating func noteLoop(
    _ name: String, _ source: Loop, _ filter: Condition?, _ body: [Command]
  ) throws(SourceFailure) {
    var elements: [Meaning] = []
    switch source {
    case .value(let expression):
      note(expression)
      switch names.meaning(of: expression) {
      case .list(let values): elements = Array(Set(values))
      case .answer(let owner, let isTask): elements = [.answer(owner, isTask: isTask)]
      case .element, .varying: elements = [.varying]
      case .sid, .text, .file, .live, .plain: elements = [.live]
      }
    case .rows(let expression):
      note(expression)
      elements = [.varying]
    case .collection(let collection): elements = [noteCollection(collection)]
    case .find: elements = [noteLookUp()]
    }
    for element in elements {
      let mark = enterBlock()
      defer { leaveBlock(mark) }
      names[name] = element
      if let filter { try note(filter) }
      for command in body { try note(command) }
    }
  }

  /// What a script that a unit runs does.
  private mutating func noteScript(_ run: Run) throws(SourceFailure) {
    for argument in run.arguments { note(argument.value) }
    let file: OpenedFile
    do throws(FileProblem) {
      file = try session.openScript(run.path, from: names.file)
    } catch {
      throw SourceFailure(
        reason: "it can no longer be opened: \(error.reason)", isChange: true, file: run.path)
    }
    let commands: [Command]
    if let known = scripts[file.identity] {
      commands = known
    } else {
      commands = try read(file, given: run.arguments.map(\.name))
      scripts[file.identity] = commands
    }
    let outer = position
    enter(run, as: file.name)
    defer {
      leave()
      position = outer
    }
    for command in commands { try note(command) }
  }

  private func read(
    _ file: OpenedFile, given: [String]
  ) throws(SourceFailure) -> [Command] {
    var reader = try CommandReader(file, session: session, arguments: nil, given: given)
    var commands: [Command] = []
    while let command = try reader.next() { commands.append(command) }
    return commands
  }

  /// What a parameter stands for.
  private func meaning(
    of name: String, _ type: ParameterType, _ defaultValue: Expression?
  ) -> Meaning {
    let given = names.arguments[name]
    let value = given ?? defaultValue.map { names.meaning(of: $0) } ?? .plain
    if case .file = type, case .text(let path) = value {
      return .file(path, isArgument: given != nil && isRoot)
    }
    return value
  }

  private mutating func meaning(of binding: Binding) throws(SourceFailure) -> Meaning {
    switch binding {
    case .value(let expression):
      note(expression)
      return names.meaning(of: expression)
    case .fetch(let fetch): return noteFetch(fetch)
    case .collection(let collection, let filter):
      let meaning = noteCollection(collection)
      if let filter { try note(filter) }
      return meaning
    case .find: return noteLookUp()
    case .lookUp(let subject): return try note(subject)
    case .action(let action): return noteAction(action)
    }
  }

  // MARK: Places

  /// Notes the interaction that a value names, and returns what belongs to it.
  @discardableResult
  private mutating func noteInteraction(_ meaning: Meaning) -> Meaning {
    let owner: Owner
    switch meaning {
    case .sid(let sid): owner = .sid(sid)
    case .text(let text):
      guard let sid = AnySID(ofAnyShape: text) else { return noteLookUp() }
      owner = .sid(sid)
    case .element(let path): owner = .cell(path)
    case .answer(let found, isTask: false): owner = found
    case .varying:
      contents.varying = contents.varying ?? place
      return .varying
    case .answer(_, isTask: true), .file, .list, .live, .plain: return noteLookUp()
    }
    contents.noteInteraction(owner, at: place)
    return .answer(owner, isTask: false)
  }

  private mutating func noteTask(_ meaning: Meaning) -> Meaning {
    let owner: Owner
    switch meaning {
    case .sid(let sid): owner = .sid(sid)
    case .text(let text):
      guard let sid = AnySID(ofAnyShape: text) else { return noteLookUp() }
      owner = .sid(sid)
    case .element(let path): owner = .cell(path)
    case .answer(let found, let isTask):
      if isTask {
        contents.noteTask(found, at: place)
      } else {
        contents.noteInteraction(found, at: place)
      }
      return meaning
    case .varying:
      contents.varying = contents.varying ?? place
      return .varying
    case .file, .list, .live, .plain: return noteLookUp()
    }
    contents.noteTask(owner, at: place)
    return .answer(owner, isTask: true)
  }

  /// Notes that something has to be looked up, so that no shard owns it.
  @discardableResult
  mutating func noteLookUp() -> Meaning {
    contents.lookUp = contents.lookUp ?? place
    return .live
  }

  private func meaning(of target: Target) -> Meaning {
    switch target.value {
    case .sid(let sid): .sid(sid)
    case .expression(let expression): names.meaning(of: expression)
    }
  }

  /// Notes the place of a resource; `objects`: those that the sentence names.
  private mutating func notePlace(
    of resource: ResourceDefinition, _ scope: ScopeReference, objects: [Target]
  ) -> Meaning {
    let meanings = objects.map { meaning(of: $0) }
    for meaning in meanings { noteAnswer(meaning) }
    for target in scope.targets { noteAnswer(meaning(of: target)) }
    if resource.type == .interaction, let object = meanings.first { return noteInteraction(object) }
    if resource.type == .interaction || resource.scope.contains(where: { $0.type == .interaction })
    {
      if let named = scope[.interaction] { return noteInteraction(meaning(of: named)) }
      if let origin = scope.origins.first {
        return noteInteraction(names.meaning(of: origin).asPlaceOfInteraction)
      }
      if let known = meanings.first(where: \.isAnswer) { return noteInteraction(known) }
      return names.interaction.map { noteInteraction($0) } ?? noteLookUp()
    }
    if resource.type == .task {
      return meanings.first.map { noteTask($0) } ?? noteLookUp()
    }
    guard resource.type == .reservation else { return .plain }
    if let task = scope[.task] { return noteTask(meaning(of: task)) }
    if let known = meanings.first(where: \.isAnswer) { return noteTask(known) }
    for origin in scope.origins {
      let meaning = names.meaning(of: origin)
      if case .sid(let sid) = meaning, sid.type != .task { continue }
      return noteTask(meaning)
    }
    return noteLookUp()
  }

  /// Notes that a value is needed that only one shard has.
  mutating func noteAnswer(_ meaning: Meaning) {
    guard case .answer(let owner, let isTask) = meaning else { return }
    if isTask {
      contents.noteTask(owner, at: place)
    } else {
      contents.noteInteraction(owner, at: place)
    }
  }

  private mutating func noteUse(_ type: SIDType, _ target: Target?, _ scope: ScopeReference) {
    guard type == .interaction || type == .channel else { return }
    if type == .interaction, let target {
      names.interaction = noteInteraction(meaning(of: target)).asPlace(meaning(of: target))
    } else if let named = scope[.interaction] {
      names.interaction = noteInteraction(meaning(of: named)).asPlace(meaning(of: named))
    } else if let target {
      let known = meaning(of: target)
      if known.isAnswer {
        names.interaction = noteInteraction(known)
      } else if let inUse = names.interaction {
        noteInteraction(inUse)
      }
    } else {
      let origin = scope.origins.first.map { names.meaning(of: $0).asPlaceOfInteraction } ?? .live
      names.interaction = noteInteraction(origin)
    }
  }

  // MARK: Sentences about the API

  @discardableResult
  private mutating func noteAction(_ action: Action) -> Meaning {
    contents.write = contents.write ?? place
    for argument in action.arguments {
      switch argument {
      case nil, .word?: break
      case .json(let template)?: note(template)
      case .expression(let expression)?: note(expression)
      }
    }
    let definition = action.operation
    if definition.resource.type == .interaction, case .creates = definition.kind {
      contents.creation = contents.creation ?? place
      contents.noteInteraction(.place, at: place)
      return .answer(.place, isTask: false)
    }
    switch action.object {
    case .none: return notePlace(of: definition.resource, action.scope, objects: [])
    case .one(let target):
      return notePlace(of: definition.resource, action.scope, objects: [target])
    case .participants(.everyAgent):
      contents.everyAgent = contents.everyAgent ?? place
      return notePlace(of: definition.resource, action.scope, objects: [])
    case .participants(.targets(let targets)):
      return notePlace(of: definition.resource, action.scope, objects: targets)
    }
  }

  @discardableResult
  mutating func noteFetch(_ fetch: Fetch) -> Meaning {
    notePlace(
      of: fetch.operation.resource, fetch.scope, objects: fetch.target.map { [$0] } ?? [])
  }

  @discardableResult
  mutating func noteCollection(_ collection: Collection) -> Meaning {
    let resource = collection.operation.resource
    if [.task, .worker, .reservation].contains(resource.type) { return noteLookUp() }
    return notePlace(of: resource, collection.scope, objects: [])
  }
}

extension Meaning {
  /// Whether a sentence with an owner answered it.
  fileprivate var isAnswer: Bool { if case .answer = self { true } else { false } }

  /// What is written after `of` as the interaction of a sentence: a task does not name it.
  fileprivate var asPlaceOfInteraction: Meaning {
    switch self {
    case .sid(let sid): sid.type == .interaction ? self : .live
    case .text(let text): AnySID(ofAnyShape: text)?.type == .interaction ? self : .live
    case .answer(_, let isTask): isTask ? .live : self
    case .element, .file, .list, .varying, .live, .plain: .live
    }
  }

  /// The interaction in use: what it was named by, as long as every shard knows it.
  fileprivate func asPlace(_ named: Meaning) -> Meaning {
    switch named {
    case .sid, .text, .element: named
    case .file, .list, .answer, .varying, .live, .plain: self
    }
  }
}
