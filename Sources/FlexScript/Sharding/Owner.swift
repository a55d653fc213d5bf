package import FlexAPI

/// What decides which shard of a group executes a unit.
///
/// Source: CLI.md, §11.
package enum Owner: Hashable, Sendable {
  /// What the text or an argument names.
  case sid(AnySID)
  /// What a cell of the pass's row names; with an empty path, the element of the pass's list.
  case cell([String])
  /// The place of the pass in its data, because it creates an interaction.
  case place
}

/// Which shards execute a sentence outside loops, or the passes of a loop outside loops.
package enum UnitRule: Hashable, Sendable {
  /// Every shard does.
  case everyShard
  /// The shard of the owner does.
  case owner(AnySID)
  /// The passes of the loop are units: those with an owner are executed by its shard.
  case passes(Owner?)
  /// What is in it are units of their own: a script that is run, or an `if` that no interaction decides.
  case open
}

/// Where something is in the scripts of a run.
struct ScriptPlace: Hashable {
  let file: String
  let position: SourcePosition
}

/// What a unit does, as far as its owner depends on it.
struct UnitContents {
  /// An owner, and where it is named first.
  struct Mention {
    let owner: Owner
    let place: ScriptPlace
  }

  /// The interactions that it names, each once.
  private(set) var interactions: [Mention] = []
  /// The tasks that it names, each once.
  private(set) var tasks: [Mention] = []
  /// Where an interaction is named that differs within the unit.
  var varying: ScriptPlace?
  /// Where an interaction has to be looked up, or something is listed that is not on one.
  var lookUp: ScriptPlace?
  /// The first write.
  var write: ScriptPlace?
  /// The first `every agent`.
  var everyAgent: ScriptPlace?
  /// The first `create interaction`.
  var creation: ScriptPlace?
  /// The first `stop` or `fail`.
  var ending: (verb: String, place: ScriptPlace)?
  /// The first `expect` or `wait`.
  var judgement: (verb: String, place: ScriptPlace)?

  /// The owners: the interactions, and if there is none, the tasks.
  var owners: [Mention] { interactions.isEmpty ? tasks : interactions }

  mutating func noteInteraction(_ owner: Owner, at place: ScriptPlace) {
    guard !interactions.contains(where: { $0.owner == owner }) else { return }
    interactions.append(Mention(owner: owner, place: place))
  }

  mutating func noteTask(_ owner: Owner, at place: ScriptPlace) {
    guard !tasks.contains(where: { $0.owner == owner }) else { return }
    tasks.append(Mention(owner: owner, place: place))
  }
}
