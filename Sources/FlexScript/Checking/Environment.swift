import FlexAPI

/// What is known at a position in a script: what is in use, and which names exist.
struct Environment {
  /// A name and what it stands for.
  struct Entry {
    let type: ValueType
    /// Where it was declared, for display.
    let range: SourceRange
    let excerpt: Excerpt
    /// The text that it stands for, if that is known before the run.
    let constant: String?
    /// Whether that is a path relative to the current folder, as an argument is.
    var isArgument = false
    var isUsed = false
  }

  /// The kinds for which a `use` is in effect at this position.
  private(set) var inUse = ScopeTypes()
  /// The SIDs in use at this position that are written out, by kind.
  private var sidsInUse: [(type: SIDType, sid: AnySID)] = []
  /// The names of each level, from the top level of the file inwards.
  private var scopes: [[String: Entry]] = [[:]]
  /// The names whose declarations could not be read.
  private var lost: Set<String> = []
  /// Whether a declaration could not be read and its name is not known.
  var hasLostNames = false

  /// Whether a `use` of a kind is in effect at this position.
  func isInUse(_ type: SIDType) -> Bool { inUse.contains(type) }

  /// The SID of a kind that is in use at this position, if it is written out.
  func sidInUse(_ type: SIDType) -> AnySID? {
    // At most one of each kind: looking at each is quicker than a dictionary.
    for entry in sidsInUse where entry.type == type { return entry.sid }
    return nil
  }

  /// Records that a kind is in use; `sid`: which one, if it is written out.
  mutating func use(_ type: SIDType, _ sid: AnySID? = nil) {
    inUse.insert(type)
    sidsInUse.removeAll { $0.type == type }
    if let sid { sidsInUse.append((type, sid)) }
  }

  /// Records that a kind is no longer in use.
  mutating func stopUsing(_ type: SIDType) {
    inUse.remove(type)
    sidsInUse.removeAll { $0.type == type }
  }

  /// Restores what was in use before a block.
  mutating func restoreUse(from earlier: Environment) {
    (inUse, sidsInUse) = (earlier.inUse, earlier.sidsInUse)
  }

  subscript(name: String) -> Entry? {
    for scope in scopes.reversed() {
      if let entry = scope[name] { return entry }
    }
    return nil
  }

  /// Every name that can be used here.
  var names: [String] { scopes.flatMap(\.keys).sorted() }

  mutating func declare(_ name: String, _ entry: Entry) {
    scopes[scopes.count - 1][name] = entry
  }

  /// Removes a name of the outermost level.
  mutating func remove(_ name: String) { scopes[0][name] = nil }

  /// Restores a name of the outermost level to what it was.
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

  /// Closes a block, and returns the names that end with it.
  mutating func pop() -> [String: Entry] {
    scopes.count > 1 ? scopes.removeLast() : [:]
  }

  /// The names at the top level of the file.
  var outermost: [String: Entry] { scopes[0] }
}

/// A set of kinds of SID, stored in one machine word.
struct ScopeTypes: Sendable {
  private var bits: UInt32 = 0

  func contains(_ type: SIDType) -> Bool { bits & Self.bit(type) != 0 }
  mutating func insert(_ type: SIDType) { bits |= Self.bit(type) }
  mutating func remove(_ type: SIDType) { bits &= ~Self.bit(type) }

  private static func bit(_ type: SIDType) -> UInt32 { 1 << type.index }
}
