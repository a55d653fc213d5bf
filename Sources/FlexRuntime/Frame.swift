import FlexAPI

/// A script while it runs: its own names, its own `use`, its own arguments.
final class Frame {
  /// A value for a parameter.
  enum Argument {
    /// As written on the command line.
    case written(String)
    /// From the `with` of another script.
    case value(Value)
  }

  /// The script as messages name it.
  var file: String
  let arguments: [String: Argument]
  /// The resources in use, by the kind of their SID.
  private(set) var inUse: [SIDType: AnySID] = [:]
  /// The kinds of which something is in use that only a response could tell: in a dry run.
  private(set) var unknownInUse: Set<SIDType> = []
  /// What the place in use depends on, in a plan.
  var placeGrounds: [Int] = []
  private var levels: [[String: Value]] = [[:]]
  /// Where the values of names come from, in a plan.
  private var symbols: [[String: Symbol]] = [[:]]
  /// Where the values of arguments come from, in a plan.
  var argumentSymbols: [String: Symbol] = [:]

  init(file: String, arguments: [String: Argument]) {
    self.file = file
    self.arguments = arguments
  }

  /// A frame of its own with the same names and places.
  func copy() -> Frame {
    let copy = Frame(file: file, arguments: arguments)
    copy.inUse = inUse
    copy.unknownInUse = unknownInUse
    copy.placeGrounds = placeGrounds
    copy.levels = levels
    copy.symbols = symbols
    return copy
  }

  subscript(name: String) -> Value? {
    get {
      for level in levels.reversed() {
        if let value = level[name] { return value }
      }
      return nil
    }
    set {
      levels[levels.count - 1][name] = newValue
      if symbols[symbols.count - 1][name] != nil { symbols[symbols.count - 1][name] = nil }
    }
  }

  /// Where the value of a name comes from; `nil` if nothing can change it.
  func symbol(_ name: String) -> Symbol? {
    for (level, known) in zip(levels, symbols).reversed() where level[name] != nil {
      return known[name]
    }
    return nil
  }

  /// Notes where the value of a name comes from.
  func note(_ name: String, _ symbol: Symbol?) { symbols[symbols.count - 1][name] = symbol }

  /// The names of the script's own level.
  var outermost: [String: Value] { levels[0] }

  /// Gives a name of the script's own level a value, or none.
  func restore(_ name: String, to value: Value?) { levels[0][name] = value }

  /// Sets what is in use; `nil` for nothing.
  ///
  /// Whatever belongs to the resource that was in use is no longer in use.
  func use(_ sid: AnySID?, _ resource: ResourceDefinition, in catalog: Catalog) {
    for inner in catalog.resources where inner.scope.contains(resource) {
      inUse[inner.type] = nil
      unknownInUse.remove(inner.type)
    }
    inUse[resource.type] = sid
    unknownInUse.remove(resource.type)
  }

  /// Sets that something is in use of which only a response could tell what it is.
  func useUnknown(_ resource: ResourceDefinition, in catalog: Catalog) {
    for outer in resource.scope + [resource] where outer.placeRule == .named {
      use(nil, outer, in: catalog)
    }
    for outer in resource.scope + [resource] { unknownInUse.insert(outer.type) }
  }

  /// What a block leaves as it was.
  struct Context {
    fileprivate let inUse: [SIDType: AnySID]
    fileprivate let unknownInUse: Set<SIDType>
  }

  /// Opens a block.
  func push() -> Context {
    levels.append([:])
    symbols.append([:])
    return Context(inUse: inUse, unknownInUse: unknownInUse)
  }

  /// Closes a block: what it used and named ends with it.
  func pop(_ context: Context) {
    levels.removeLast()
    symbols.removeLast()
    inUse = context.inUse
    unknownInUse = context.unknownInUse
  }
}
