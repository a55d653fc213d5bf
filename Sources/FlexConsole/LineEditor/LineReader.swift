/// Where the lines of a session come from: a terminal, a pipe, or a script in a test.
package protocol LineReader {
  /// Reads a line, showing a prompt where there is somebody to show it to.
  mutating func read(_ request: LineRequest) async -> LineReading
  /// Keeps a sentence, all its lines, for those who want to see it again.
  mutating func keep(_ text: String) async
}

extension LineReader {
  /// Keeps nothing.
  package mutating func keep(_ text: String) async {}
}

/// What is wanted of a reader.
package struct LineRequest {
  /// What a line is for.
  package enum Purpose: Sendable {
    /// A sentence: it can be completed, and is kept in the history.
    case sentence
    /// The answer to a question: neither.
    case answer
  }

  /// What is shown in front of the line: no control characters, and a space at the end.
  package let prompt: String
  /// Whether the prompt has to be seen: then it is red where there are colours.
  package var isAlarming = false
  /// What the line is for.
  package let purpose: Purpose
  /// What stands in the line already.
  package var draft = ""
  /// What may stand at the end of a text that is typed; called while the line is read.
  package var complete: ((String) -> Completion)?

  /// Wants a sentence.
  package static func sentence(
    _ prompt: String, draft: String = "", complete: @escaping (String) -> Completion
  ) -> LineRequest {
    LineRequest(prompt: prompt, purpose: .sentence, draft: draft, complete: complete)
  }

  /// Wants the answer to a question.
  package static func answer(to question: String) -> LineRequest {
    LineRequest(prompt: question, purpose: .answer)
  }
}

/// What reading a line gave.
package enum LineReading: Hashable, Sendable {
  /// A line, without its end; one that was pasted may hold line ends.
  case line(String)
  /// A line that cannot be taken as it is, and why.
  case refused(String)
  /// Ctrl-C: what was typed is dropped.
  case interrupted
  /// Ctrl-D, or the end of the input.
  case endOfInput
}
