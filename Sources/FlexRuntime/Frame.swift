import FlexAPI

/// A script while it runs: its own names, its own `use`, its own arguments.
struct Frame {
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
  var interaction: InteractionSID?
  var channel: ChannelSID?
  /// The interaction or the channel in use is what only an answer could tell: in a dry run.
  private var scopes: [[String: Value]] = [[:]]

  init(file: String, arguments: [String: Argument]) {
    self.file = file
    self.arguments = arguments
  }

  subscript(name: String) -> Value? {
    get {
      for scope in scopes.reversed() {
        if let value = scope[name] { return value }
      }
      return nil
    }
    set { scopes[scopes.count - 1][name] = newValue }
  }

  /// The names of the script's own level.
  var outermost: [String: Value] { scopes[0] }

  /// What a block leaves as it was.
  struct Context {
    fileprivate let interaction: InteractionSID?
    fileprivate let channel: ChannelSID?
  }

  /// Opens a block.
  mutating func push() -> Context {
    scopes.append([:])
    return Context(interaction: interaction, channel: channel)
  }

  /// Closes a block: what it used and named ends with it.
  mutating func pop(_ context: Context) {
    scopes.removeLast()
    interaction = context.interaction
    channel = context.channel
  }
}
