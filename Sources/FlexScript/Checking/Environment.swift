/// What is known at a place of a script: what was used, and which names there are.
struct Environment {
  /// Whether a `use` reaches this place.
  enum Context {
    case none
    case known
  }

  /// A name and what it stands for.
  struct Entry {
    let type: ValueType
    /// Where it was declared, for showing it.
    let range: SourceRange
    let excerpt: Excerpt
    /// The text that it stands for, when that is known before the run.
    let constant: String?
    var isUsed = false
  }

  var interaction = Context.none
  var channel = Context.none
  /// From the file's own level inwards.
  private var scopes: [[String: Entry]] = [[:]]
  /// Names whose declaration could not be read.
  private var lost: Set<String> = []
  /// Whether a declaration was lost whose name is not known.
  var hasLostNames = false

  subscript(name: String) -> Entry? {
    for scope in scopes.reversed() {
      if let entry = scope[name] { return entry }
    }
    return nil
  }

  /// Every name that may be used here.
  var names: [String] { scopes.flatMap(\.keys).sorted() }

  mutating func declare(_ name: String, _ entry: Entry) {
    scopes[scopes.count - 1][name] = entry
  }

  /// Makes a name of the outermost level what it was.
  mutating func restore(_ name: String, as earlier: Environment) {
    scopes[0][name] = earlier.scopes[0][name]
  }

  mutating func markUsed(_ name: String) {
    for index in scopes.indices.reversed() where scopes[index][name] != nil {
      scopes[index][name]?.isUsed = true
      return
    }
  }

  /// Opens a block.
  mutating func push() {
    scopes.append([:])
  }

  /// Closes a block; gives back the names that end with it.
  mutating func pop() -> [String: Entry] {
    scopes.count > 1 ? scopes.removeLast() : [:]
  }

  /// The names of the file's own level.
  var outermost: [String: Entry] { scopes[0] }
}
