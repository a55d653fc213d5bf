package import FlexAPI
package import FlexScript

/// What a prompt needs: names and places that stay from one sentence to the next.
extension Interpreter {
  /// Carries out what was typed at a prompt, or what stands in a file that is read there.
  ///
  /// Names and the place in use stay from one call to the next; a failure ends the call and not the
  /// session. `file`: where the commands stand; `-` for what was typed.
  package mutating func runAtPrompt(
    _ commands: [Command], file: String = "-", interruption: Interruption
  ) async {
    if frames.isEmpty { frames.append(Frame(file: "-", arguments: [:])) }
    frame.file = file
    self.interruption = interruption
    halt = nil
    await withWorkers { interpreter in
      for command in commands {
        interpreter.emit(.sentence)
        await interpreter.execute(command)
      }
      interpreter.emitWhatIsGone()
    }
    frame.file = "-"
  }

  /// Tells what was shown and confirmed, and was not there any more.
  private mutating func emitWhatIsGone() {
    guard halt == nil, let confirmed = writes.confirmed else { return }
    for sentence in confirmed.left {
      emit(
        .note(
          at: "-",
          text:
            "\(sentence): shown before the question, and not done: it is gone, or a condition changed"
        ))
    }
  }

  /// The names of a prompt and what they stand for, in the order of the alphabet.
  package var variables: [(name: String, value: Value)] {
    (frames.first?.outermost ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What a prompt shows of the place in use.
  package var placeInUse: (interaction: InteractionSID?, channel: ChannelSID?) {
    (frames.first?.interaction, frames.first?.channel)
  }
}
