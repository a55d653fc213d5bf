import FlexScript

/// How a command ends: a status, and what is said on standard error.
///
/// It is thrown to end a command early; a command that comes to its end returns one.
package struct CommandEnd: Error, Hashable, Sendable {
  /// The exit status, one of ``ExitStatus``.
  package let status: Int32
  /// What is said, in lower case; empty if everything has been said.
  package let message: String
  /// What to do; `nil` for nothing.
  package var help: String?
  /// Whether a report has said it, for programs, on standard output.
  package internal(set) var isReported = false

  /// Describes an end.
  package init(status: Int32, message: String = "", help: String? = nil) {
    self.status = status
    self.message = message
    self.help = help
  }

  /// The lines that say it on standard error.
  ///
  /// `speaker`: what they begin with; `columns`: of the terminal, if it is one.
  package func lines(of speaker: String, columns: Int?) -> [String] {
    var lines: [String] = []
    if !message.isEmpty { lines.append("\(speaker): \(message)") }
    if let help { lines.append("  = help: \(help)") }
    return lines.map { TextWindow.wrapped(VisibleText.escaped($0), columns: columns) }
  }

  /// Runs a command; an error that it does not know about ends it as failed.
  static func of(_ body: () async throws -> CommandEnd) async -> CommandEnd {
    do {
      return try await body()
    } catch let end as CommandEnd {
      return end
    } catch {
      return CommandEnd(status: ExitStatus.failed, message: "\(error)")
    }
  }
}
