import FlexAPI

/// Why a script cannot be executed in shards.
enum ShardError {
  case twoOwners(UnitContents.Mention, UnitContents.Mention)
  /// An interaction that differs within one unit.
  case varying
  /// `lines`: where each is named.
  case rowWithTwoOwners(AnySID, AnySID, row: String, lines: (Int, Int))
  case lookUp
  case writeWithoutOwner
  case creationOutsideLoop
  case ending(verb: String, owner: UnitContents.Mention)
  case judgement(verb: String, line: Int, file: String)
  case everyAgent(line: Int)
  case unknownRows

  /// The message for the mistake.
  var message: DiagnosticMessage {
    switch self {
    case .twoOwners(let first, let second):
      DiagnosticMessage(
        id: .notShardable,
        message: "\(second.owner.words) on line \(second.place.position.line) and "
          + "\(first.owner.words) on line \(first.place.position.line) are in one unit, which one "
          + "shard executes",
        label: "a second owner",
        help: "write two loops, or two sentences, one for each")
    case .varying:
      DiagnosticMessage(
        id: .notShardable,
        message:
          "one pass of the outer loop acts on several interactions, and one shard executes it",
        label: "differs within the pass", help: "write two loops, one after the other")
    case .rowWithTwoOwners(let first, let second, let row, let lines):
      DiagnosticMessage(
        id: .notShardable,
        message:
          "\(row) names \(first) on line \(lines.0) and \(second) on line \(lines.1), and one "
          + "shard executes all of it",
        label: "two owners", help: "write two loops, one for each")
    case .lookUp:
      DiagnosticMessage(
        id: .notShardable, message: "its interaction has to be looked up, so no shard owns it",
        label: "not known before the run",
        help: "write what is found to a file first (list … -o csv), then: for r in rows of …")
    case .writeWithoutOwner:
      DiagnosticMessage(
        id: .notShardable,
        message: "it writes and names no interaction or task, so every shard would do it",
        label: "no owner", help: "run it once, without --shard")
    case .creationOutsideLoop:
      DiagnosticMessage(
        id: .notShardable, message: "every shard would create this interaction",
        label: "outside a loop", help: "create it in a loop over rows, or without --shard")
    case .ending(let verb, let owner):
      DiagnosticMessage(
        id: .notShardable,
        message: "`\(verb)` would end only the shard of \(owner.owner.words) "
          + "(line \(owner.place.position.line))",
        label: "ends one shard", help: "run the script without --shard")
    case .judgement(let verb, let line, let file):
      DiagnosticMessage(
        id: .notShardable,
        message: "the `\(verb)` on line \(line) of \(file) decides about this, and another shard "
          + "executes it", label: "another owner",
        help: "put the `\(verb)` and what depends on it into one loop, or run without --shard")
    case .everyAgent(let line):
      DiagnosticMessage(
        id: .notShardable,
        message: "--max-changes cannot count `every agent` for the whole group (line \(line))",
        label: "known only during the run", help: "leave --max-changes out, or name the agents")
    case .unknownRows:
      DiagnosticMessage(
        id: .notShardable, message: "which rows these are is not known before the run",
        label: "no owner can be named", help: "write the path of the file out, or give it as a file"
      )
    }
  }
}

extension Owner {
  /// The owner, for people.
  var words: String {
    switch self {
    case .sid(let sid): "\(sid)"
    case .cell(let path): path.isEmpty ? "the element" : "the cell `\(path.joined(separator: "."))`"
    case .place: "the interaction that is created"
    }
  }
}
