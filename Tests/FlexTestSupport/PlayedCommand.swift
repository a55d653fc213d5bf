package import FlexCommands
import FlexStorage
import Foundation
import Synchronization

/// A command that was run in this process, and everything that it wrote.
package struct PlayedCommand {
  /// How it ended.
  package let end: CommandEnd
  /// What it wrote on standard output.
  package let output: String
  /// What it wrote on standard error, its last message included.
  package let errors: String

  private final class Text: Sendable {
    private let text = Mutex("")
    func add(_ more: String) { text.withLock { $0 += more } }
    var all: String { text.withLock { $0 } }
  }

  /// An account and a token that are well formed.
  package static let credentials = [
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
    "TWILIO_AUTH_TOKEN": Loopback.secret,
  ]

  /// Runs a command whose journals are in a folder; nothing else of the environment is there.
  package init(
    in folder: String, _ variables: [String: String] = PlayedCommand.credentials,
    _ body: (CommandContext) async -> CommandEnd
  ) async {
    let (output, errors) = (Text(), Text())
    var context = CommandContext(
      variables: variables.merging(["XDG_STATE_HOME": folder, "HOME": folder]) { given, _ in given
      },
      output: .function { output.add($0) }, errors: .function { errors.add($0) })
    // Signals are for the whole process.
    context.handlesSignals = false
    end = await body(context)
    self.output = output.all
    self.errors =
      errors.all + ([end.message] + (end.help.map { [$0] } ?? [])).joined(separator: "\n")
  }

  /// The exit status.
  package var status: Int32 { end.status }

  /// The events of a run with ndjson.
  package var events: [[String: Any]] {
    output.split(separator: "\n").compactMap {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
    }
  }

  /// The actions among the events.
  package var actions: [[String: Any]] { events.filter { $0["event"] as? String == "action" } }
}

extension RunSetup {
  /// A server, with changes to the defaults.
  package static func server(
    _ url: String?, _ change: (inout RunSetup) -> Void = { _ in }
  ) -> RunSetup {
    var setup = RunSetup(target: .server(url))
    change(&setup)
    return setup
  }
}
