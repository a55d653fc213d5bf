import FlexCommands
import FlexTestSupport
import Synchronization
import Testing

/// A command that is run in this process, and everything that it wrote.
struct PlayedCommand {
  let end: CommandEnd
  let output: String
  let errors: String

  private final class Text: Sendable {
    private let text = Mutex("")
    func add(_ more: String) { text.withLock { $0 += more } }
    var all: String { text.withLock { $0 } }
  }

  /// Runs a command with these environment variables.
  init(
    _ variables: [String: String] = [:], _ body: (CommandContext) async -> CommandEnd
  ) async {
    let (output, errors) = (Text(), Text())
    let context = CommandContext(
      variables: variables, output: .function { output.add($0) },
      errors: .function { errors.add($0) })
    end = await body(context)
    (self.output, self.errors) = (output.all, errors.all)
  }
}
