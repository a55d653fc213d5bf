package import FlexAPI

/// Checks that scripts can be executed in shards: that every unit has one owner, or none and no write.
///
/// The scripts have been checked before. Source: CLI.md, §11.
package struct ShardCheck {
  private let session: CheckSession
  private var units: UnitAnalysis
  /// Whether the number of writes of the whole group is limited.
  private let countsChanges: Bool
  /// The `expect` or `wait` outside loops that decides about everything after it.
  private var judgement: (owner: Owner, verb: String, place: ScriptPlace)?
  /// The scripts that are read, those that run them before them.
  private var readers: [CommandReader] = []

  /// Prepares a check; `countsChanges`: whether `--max-changes` is given.
  package init(_ session: CheckSession, countsChanges: Bool) {
    self.session = session
    self.countsChanges = countsChanges
    units = UnitAnalysis(session)
  }

  /// Checks a script; what it finds is added to the session's diagnostics.
  package mutating func check(
    _ script: OpenedFile, arguments: [String: String]
  ) throws(SourceFailure) {
    units.enter(script.name, arguments: arguments)
    defer { units.leave() }
    try read(script, arguments: arguments, given: [])
  }

  private mutating func read(
    _ file: OpenedFile, arguments: [String: String]?, given: [String]
  ) throws(SourceFailure) {
    readers.append(
      try CommandReader(file, session: session, arguments: arguments, given: given))
    defer {
      let list = readers.removeLast().shardErrors
      if list.hasErrors { session.add(list) }
    }
    while let command = try readers[readers.count - 1].next() { try check(command) }
  }

  private mutating func check(_ command: Command) throws(SourceFailure) {
    let finding = try units.find(command)
    let contents = finding.contents
    guard case .open = finding.rule else { return try judge(finding, command) }
    if let place = contents.lookUp { return report(.lookUp, at: place) }
    switch command.inner.kind {
    case .branch(let branches, let otherwise):
      for block in branches.map(\.block) + [otherwise] {
        let mark = units.enterBlock()
        defer { units.leaveBlock(mark) }
        for command in block { try check(command) }
      }
    case .run(let run):
      let file: OpenedFile
      do throws(FileProblem) {
        file = try session.openScript(run.path, from: readers[readers.count - 1].name)
      } catch {
        throw SourceFailure(reason: error.reason, isChange: true, file: run.path)
      }
      units.enter(run, as: file.name)
      defer { units.leave() }
      try read(file, arguments: nil, given: run.arguments.map(\.name))
    case .param, .use, .action, .query, .bind, .loop, .expect, .waitUntil, .attempt, .stop, .fail,
      .echo, .confirm, .sleep, .set:
      preconditionFailure("only an `if` and a `run` are open")
    }
  }

  /// Reports what is wrong with a unit, once.
  private mutating func judge(
    _ finding: UnitAnalysis.Finding, _ command: Command
  ) throws(SourceFailure) {
    let contents = finding.contents
    if let place = contents.lookUp { return report(.lookUp, at: place) }
    if let place = contents.varying { return report(.varying, at: place) }
    let owners = contents.owners
    if case .passes = finding.rule {
      try judgePasses(command, contents)
    } else {
      if let place = contents.creation { return report(.creationOutsideLoop, at: place) }
      if owners.count > 1 { return report(.twoOwners(owners[0], owners[1]), at: owners[1].place) }
    }
    if owners.isEmpty, let place = contents.write { return report(.writeWithoutOwner, at: place) }
    if let (verb, place) = contents.ending, let owner = owners.first {
      return report(.ending(verb: verb, owner: owner), at: place)
    }
    if countsChanges, let place = contents.everyAgent {
      return report(.everyAgent(line: place.position.line), at: place)
    }
    if let judgement, let owner = owners.first, owner.owner != judgement.owner {
      report(
        .judgement(
          verb: judgement.verb, line: judgement.place.position.line, file: judgement.place.file),
        at: owner.place)
      self.judgement = nil
      return
    }
    if case .passes = finding.rule { return }
    if let (verb, place) = contents.judgement, let owner = owners.first {
      judgement = (owner.owner, verb, place)
    }
  }

  /// Checks the passes of a loop: each names one owner.
  private mutating func judgePasses(
    _ command: Command, _ contents: UnitContents
  ) throws(SourceFailure) {
    let owners = contents.owners
    guard owners.count > 1 else { return }
    let fixed = owners.filter { owner in
      switch owner.owner {
      case .sid, .place: true
      case .cell: false
      }
    }
    // Two different SIDs, or a creation and anything else, are two owners in every pass.
    if fixed.count > 1 || fixed.contains(where: { $0.owner == .place }) {
      return report(.twoOwners(owners[0], owners[1]), at: owners[1].place)
    }
    guard case .loop(let name, let source, let filter, _) = command.inner.kind else {
      preconditionFailure("only a loop has passes")
    }
    switch source {
    case .value(let expression):
      guard case .list(let elements) = units.meaning(of: expression) else {
        return report(.twoOwners(owners[0], owners[1]), at: owners[1].place)
      }
      for element in elements {
        guard let error = Self.two(owners, "an element of the list", { $0.sid(in: element) }) else {
          continue
        }
        return report(error.error, at: error.place)
      }
    case .rows(let expression):
      try judgeRows(
        units.meaning(of: expression), filter.map { RowFilter(name: name, condition: $0) }, owners)
    case .collection, .find: preconditionFailure("a listing is one unit")
    }
  }

  private mutating func judgeRows(
    _ path: Meaning, _ filter: RowFilter?, _ owners: [UnitContents.Mention]
  ) throws(SourceFailure) {
    let (text, isArgument): (String, Bool)
    switch path {
    case .text(let path): (text, isArgument) = (path, false)
    case .file(let path, let given): (text, isArgument) = (path, given)
    case .sid, .list, .element, .answer, .varying, .live, .plain:
      return report(.unknownRows, at: owners[1].place)
    }
    let file: OpenedFile
    do throws(FileProblem) {
      file = try session.openData(text, from: isArgument ? "-" : readers[readers.count - 1].name)
    } catch {
      throw SourceFailure(reason: error.reason, isChange: true, file: text)
    }
    do throws(DataProblem) {
      var reader = try DataReader(file)
      while let row = try reader.next() {
        guard filter?.mayPass(row) ?? true else { continue }
        if let error = Self.two(owners, "\(file.name):\(row.line)", { $0.sid(in: row) }) {
          return report(error.error, at: error.place)
        }
      }
    } catch {
      throw SourceFailure(reason: error.reason, isChange: true, file: file.name)
    }
  }

  /// The mistake if a pass has two owners, and where the second one is.
  private static func two(
    _ owners: [UnitContents.Mention], _ row: String, _ sid: (Owner) -> AnySID?
  ) -> (error: ShardError, place: ScriptPlace)? {
    let found = owners.compactMap { owner in sid(owner.owner).map { (sid: $0, owner.place) } }
    guard let first = found.first, let second = found.first(where: { $0.sid != first.sid }) else {
      return nil
    }
    let lines = (first.1.position.line, second.1.position.line)
    return (.rowWithTwoOwners(first.sid, second.sid, row: row, lines: lines), second.1)
  }

  private mutating func report(_ error: ShardError, at place: ScriptPlace) {
    // What a script does that a unit runs is reported where the unit runs it.
    readers[readers.count - 1].report(error.message, at: place)
  }
}

extension Command {
  /// The sentence under `try`, or the sentence itself.
  package var inner: Command {
    if case .attempt(let inner) = kind { inner.inner } else { self }
  }
}

extension Owner {
  /// The SID that the owner of a pass is; `nil` for a place, and for a cell without a SID.
  package func sid(in row: DataRow) -> AnySID? {
    switch self {
    case .sid(let sid): sid
    case .cell(let path): row.value(path).text.flatMap { AnySID(ofAnyShape: $0) }
    case .place: nil
    }
  }

  fileprivate func sid(in element: Meaning) -> AnySID? {
    switch (self, element) {
    case (.sid(let sid), _): sid
    case (.cell(let path), .sid(let sid)) where path.isEmpty: sid
    case (.cell(let path), .text(let text)) where path.isEmpty: AnySID(ofAnyShape: text)
    case (.cell, _), (.place, _): nil
    }
  }
}
