import FlexAPI

/// The actions of a loop's body on cells of its row, to find rows that repeat or contradict another.
struct RowActions {
  /// An action on a cell.
  struct Action {
    let operation: OperationDefinition
    /// The path to the SID that it acts on.
    let target: [String]
    /// Where the resource above it comes from.
    let place: Place
  }

  /// Where a SID comes from.
  enum Place {
    case cell([String])
    case sid(AnySID)
  }

  private(set) var actions: [Action] = []
  /// Pairs of a resource and the one above it, such as a channel and its interaction.
  private(set) var places: [(inner: Place, outer: Place)] = []

  /// Finds the actions that every pass of a loop performs.
  ///
  /// `environment`: what is in use where the loop is.
  init(_ body: [Command], of name: String, in environment: Environment) {
    for command in body {
      switch command.kind {
      case .action(let action), .bind(_, .action(let action)): note(action, name, environment)
      case .attempt(let inner):
        if case .action(let action) = inner.kind { note(action, name, environment) }
      // What is inside a block may not be reached.
      case .use: return
      default: break
      }
    }
  }

  /// A text that is the same for the same actions.
  var key: String { "\(actions.map { "\($0.operation.verb) \($0.target) \($0.place)" })" }

  private mutating func note(
    _ action: FlexScript.Action, _ name: String, _ environment: Environment
  ) {
    let resource = action.operation.resource
    var outer: Place?
    for type in resource.scope.map(\.type) {
      let place =
        action.scope[type].flatMap { RowActions.place($0, name) }
        ?? environment.sidInUse(type).map { .sid($0) }
      if let inner = place, let outer { places.append((inner, outer)) }
      outer = place
    }
    guard let outer, action.operation.repetition != nil else { return }
    var targets: [Target] = []
    switch action.object {
    case .none, .participants(.everyAgent): break
    case .one(let target): targets = [target]
    case .participants(.targets(let several)): targets = several
    }
    for target in targets {
      if case .cell(let path)? = RowActions.place(target, name) {
        actions.append(Action(operation: action.operation, target: path, place: outer))
      }
    }
  }

  private static func place(_ target: Target, _ name: String) -> Place? {
    switch target.value {
    case .sid(let sid): .sid(sid)
    case .expression(.reference(let reference)) where reference.name == name:
      .cell(reference.path)
    case .expression: nil
    }
  }
}

/// What the rows so far acted on.
struct RowHistory {
  /// The number of rows that are examined.
  static let reach = 200_000

  private let actions: RowActions
  private var lines: [AnySID: ActionHistory.Lines] = [:]
  private var places: [AnySID: (place: AnySID, line: Int)] = [:]
  private var count = 0

  init(_ actions: RowActions) {
    self.actions = actions
  }

  /// Examines the next row; `report` gets each warning and the cell that it is about.
  mutating func note(_ row: DataRow, _ report: (DiagnosticMessage, DataRow.Field) -> Void) {
    guard count < RowHistory.reach, !actions.actions.isEmpty || !actions.places.isEmpty else {
      return
    }
    count += 1
    for pair in actions.places {
      _ = contradicts(pair.inner, pair.outer, row, report)
    }
    for action in actions.actions {
      guard let field = action.target.first.flatMap({ row.field($0) }),
        let sid = row.value(action.target).text.flatMap({ AnySID($0) }),
        sid.type == action.operation.resource.type,
        !contradicts(.cell(action.target), action.place, row, report),
        let repetition = action.operation.repetition
      else { continue }
      let earlier = lines[sid] ?? ActionHistory.Lines()
      if earlier[repetition] > 0 {
        let words = action.operation.form.words.joined(separator: " ")
        report(
          CheckError.duplicateAction(
            sentence: "\(words) \(sid)", line: earlier[repetition]
          ).message, field)
      } else if earlier[.ends] > 0 {
        report(
          CheckError.actionAfterClose(sid: sid.description, line: earlier[.ends]).message, field)
      }
      lines[sid, default: ActionHistory.Lines()].note(repetition, line: row.line, action: count)
    }
  }

  /// Whether a resource is in another place than on an earlier row; reports it if so.
  private mutating func contradicts(
    _ inner: RowActions.Place, _ outer: RowActions.Place, _ row: DataRow,
    _ report: (DiagnosticMessage, DataRow.Field) -> Void
  ) -> Bool {
    guard let (sid, field) = location(inner, row), let (place, _) = location(outer, row) else {
      return false
    }
    guard let earlier = places[sid] else {
      places[sid] = (place, row.line)
      return false
    }
    guard earlier.place != place else { return false }
    if let field = field ?? location(outer, row)?.field {
      report(
        CheckError.contradictingPlace(
          sid, place: place, earlier: earlier.place, line: earlier.line
        ).message, field)
    }
    return true
  }

  private func location(
    _ place: RowActions.Place, _ row: DataRow
  ) -> (sid: AnySID, field: DataRow.Field?)? {
    switch place {
    case .sid(let sid): return (sid, nil)
    case .cell(let path):
      guard let sid = row.value(path).text.flatMap({ AnySID($0) }) else { return nil }
      return (sid, path.first.flatMap { row.field($0) })
    }
  }
}
