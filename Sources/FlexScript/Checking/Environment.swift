import FlexAPI

/// What is known at a place of a script: what was used, and which names there are.
struct Environment {
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

  /// The kinds of which a `use` reaches this place.
  private(set) var inUse = ScopeTypes()
  /// From the file's own level inwards.
  private var scopes: [[String: Entry]] = [[:]]
  /// Names whose declaration could not be read.
  private var lost: Set<String> = []
  /// Whether a declaration was lost whose name is not known.
  var hasLostNames = false

  /// Whether a `use` of a kind reaches this place.
  func isInUse(_ type: SIDType) -> Bool { inUse.contains(type) }

  /// Notes that a kind is in use.
  mutating func use(_ type: SIDType) { inUse.insert(type) }

  /// Notes that a kind is in use no more.
  mutating func stopUsing(_ type: SIDType) { inUse.remove(type) }

  /// Makes what is in use what it was before a block.
  mutating func restoreUse(_ earlier: ScopeTypes) { inUse = earlier }

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

/// A set of kinds of SID, in one word.
struct ScopeTypes: Sendable {
  private var bits: UInt32 = 0

  func contains(_ type: SIDType) -> Bool { bits & Self.bit(type) != 0 }
  mutating func insert(_ type: SIDType) { bits |= Self.bit(type) }
  mutating func remove(_ type: SIDType) { bits &= ~Self.bit(type) }

  private static func bit(_ type: SIDType) -> UInt32 { 1 << type.index }
}
