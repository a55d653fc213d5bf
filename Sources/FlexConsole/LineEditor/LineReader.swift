/// The source of a session's lines: a terminal, a pipe, or a script in a test.
package protocol LineReader {
  /// Reads a line, and shows a prompt if a user can see it.
  mutating func read(_ request: LineRequest) async -> LineReading
  /// Adds a sentence, with all its lines, to the history.
  mutating func keep(_ text: String) async
}

extension LineReader {
  /// Stores nothing.
  package mutating func keep(_ text: String) async {}
}

/// A request for a line.
package struct LineRequest {
  /// What a line is for.
  package enum Purpose: Sendable {
    /// A sentence: it can be completed, and is added to the history.
    case sentence
    /// The answer to a question: it is neither completed nor added to the history.
    case answer
  }

  /// The text that is shown before the line: no control characters, and a space at the end.
  package let prompt: String
  /// Whether the prompt must be noticed: it is then red if colours are used.
  package var isAlarming = false
  /// What the line is for.
  package let purpose: Purpose
  /// The text that is already in the line.
  package var draft = ""
  /// Completes the end of the typed text; called while the line is read.
  package var complete: ((String) -> Completion)?
  /// Decides how the typed text is shown; called while the line is read.
  package var appearance: ((String) -> LineAppearance)?

  /// A request for a sentence.
  package static func sentence(
    _ prompt: String, draft: String = "", complete: @escaping (String) -> Completion
  ) -> LineRequest {
    LineRequest(prompt: prompt, purpose: .sentence, draft: draft, complete: complete)
  }

  /// A request for the answer to a question.
  package static func answer(to question: String) -> LineRequest {
    LineRequest(prompt: question, purpose: .answer)
  }
}

/// The result of reading a line.
package enum LineReading: Hashable, Sendable {
  /// A line without its line end; a pasted one may contain line ends.
  case line(String)
  /// A line that cannot be accepted, and why.
  case refused(String)
  /// Ctrl-C: the typed text is dropped.
  case interrupted
  /// Ctrl-D, or the end of the input.
  case endOfInput
}
