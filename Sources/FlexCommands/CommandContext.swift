import FlexConsole
import FlexScript
import FlexStorage
package import SystemPackage

/// What a command needs of the process that it runs in.
package struct CommandContext: Sendable {
  /// Where text goes.
  package enum Sink: Sendable {
    /// Standard output or standard error of the process.
    case descriptor(FileDescriptor)
    /// A function that takes every piece of text, for tests.
    case function(@Sendable (String) -> Void)
    /// A function that takes every piece of text, and writes it to a descriptor in its time.
    case relay(FileDescriptor, @Sendable (String) -> Void)

    /// The sink for text that a function takes on its way to this one.
    func passing(_ take: @escaping @Sendable (String) -> Void) -> Sink {
      switch self {
      case .descriptor(let descriptor), .relay(let descriptor, _): .relay(descriptor, take)
      case .function: .function(take)
      }
    }
  }

  /// The environment variables.
  package var variables: [String: String]
  /// Where results go.
  package var output: Sink
  /// Where messages go.
  package var errors: Sink
  /// Whether signals interrupt what runs; they are for the whole process, which tests share.
  package var handlesSignals = true
  /// The run of one account among several that this is the context of; `nil` for everything else.
  var turn: ProfileTurn?
  /// The last line of the terminal, which shows how far a run is.
  let statusLine = StatusLine()

  /// The environment and the standard streams of this process.
  package static func process() -> CommandContext {
    CommandContext(
      variables: ProcessEnvironment.variables(), output: .descriptor(.standardOutput),
      errors: .descriptor(.standardError))
  }

  /// Puts a context together.
  package init(variables: [String: String], output: Sink, errors: Sink) {
    self.variables = variables
    self.output = output
    self.errors = errors
  }

  /// A stream for results.
  func outputStream(isBuffered: Bool = true) -> OutputStream {
    stream(output, isBuffered)
  }

  /// A stream for messages.
  func errorStream(isBuffered: Bool = true) -> OutputStream {
    stream(errors, isBuffered)
  }

  /// Whether results and messages go to the same place, where each is seen beside the other.
  var saysWhereItWrites: Bool {
    switch (output, errors) {
    case (.descriptor(let one), .descriptor(let other)), (.relay(let one, _), .relay(let other, _)):
      FileAccess.areSame(one, other)
    case (.function, _), (_, .function), (.descriptor, .relay), (.relay, .descriptor): false
    }
  }

  /// Writes a text that goes to standard error as it is.
  func say(_ text: String) {
    var errors = errorStream()
    errors.write(text)
    errors.flush()
  }

  /// Says how far a run is, in turn or not.
  func sayProgress(_ line: String) {
    guard let turn else { return say(line + "\n") }
    turn.output.say("\(VisibleText.escaped(turn.profile)): \(line)\n")
  }

  /// The columns of the terminal that results go to; `nil` if they go elsewhere.
  var columns: Int? { writesToTerminal ? Terminal.size(.standardOutput)?.columns : nil }

  /// The columns of the terminal that messages go to; `nil` if they go elsewhere.
  var errorColumns: Int? { saysToTerminal ? Terminal.size(.standardError)?.columns : nil }

  /// Writes lines to a stream of results, so that they fit the window.
  ///
  /// `sids`: how SIDs are shortened in lines that do not fit; `nil` if they are not.
  func write(_ lines: [String], to output: inout OutputStream, shortening sids: ShortSIDs? = nil) {
    let columns = columns
    for line in lines {
      guard let columns, TextWindow.width(line) > columns else {
        output.write(line + "\n")
        continue
      }
      output.write(
        TextWindow.wrapped(sids?.shortened(line) ?? line, columns: columns, hanging: 4) + "\n")
    }
  }

  /// Whether results go to a terminal.
  var writesToTerminal: Bool { Self.isTerminal(output) }
  /// Whether messages go to a terminal.
  var saysToTerminal: Bool { Self.isTerminal(errors) }

  private func stream(_ sink: Sink, _ isBuffered: Bool) -> OutputStream {
    switch sink {
    case .descriptor(let descriptor):
      OutputStream(
        descriptor, isBuffered: isBuffered, above: Self.isTerminal(sink) ? statusLine : nil)
    case .function(let take), .relay(_, let take): OutputStream(take)
    }
  }

  private static func isTerminal(_ sink: Sink) -> Bool {
    switch sink {
    case .descriptor(let descriptor), .relay(let descriptor, _): Terminal.isTerminal(descriptor)
    case .function: false
    }
  }
}
