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
  private var levels: [[String: Value]] = [[:]]

  init(file: String, arguments: [String: Argument]) {
    self.file = file
    self.arguments = arguments
  }

  /// A frame of its own with the same names and places.
  func copy() -> Frame {
    let copy = Frame(file: file, arguments: arguments)
    copy.inUse = inUse
    copy.levels = levels
    return copy
  }

  subscript(name: String) -> Value? {
    get {
      for level in levels.reversed() {
        if let value = level[name] { return value }
      }
      return nil
    }
    set { levels[levels.count - 1][name] = newValue }
  }

  /// The names of the script's own level.
  var outermost: [String: Value] { levels[0] }

  /// Gives a name of the script's own level a value, or none.
  func restore(_ name: String, to value: Value?) { levels[0][name] = value }

  /// Sets what is in use; `nil` for nothing.
  ///
  /// Whatever belongs to the resource that was in use is no longer in use.
  func use(_ sid: AnySID?, _ resource: ResourceDefinition, in catalog: Catalog) {
    for inner in catalog.resources where inner.scope.contains(resource) { inUse[inner.type] = nil }
    inUse[resource.type] = sid
  }

  /// What a block leaves as it was.
  struct Context {
    fileprivate let inUse: [SIDType: AnySID]
  }

  /// Opens a block.
  func push() -> Context {
    levels.append([:])
    return Context(inUse: inUse)
  }

  /// Closes a block: what it used and named ends with it.
  func pop(_ context: Context) {
    levels.removeLast()
    inUse = context.inUse
  }
}
