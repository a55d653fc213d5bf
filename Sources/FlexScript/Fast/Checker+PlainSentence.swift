import FlexAPI

/// The checks of a plain sentence.
///
/// Slow counterpart: `Checker.check`. Compared by `saysTheSameOnBothPaths`. Gain: 83 %, with
/// `PlainSentence`, of the instructions of a check.
extension Checker {
  /// Checks what a reader read, if the command is not needed.
  mutating func look(at piece: StatementReader.StatementItem) {
    if case .plain(let sentence) = piece.item, piece.problems.isEmpty, !session.collectsSIDs,
      passes(sentence)
    {
      return
    }
    _ = check(piece)
  }

  /// Records a plain sentence, if there is nothing at all to report about it.
  ///
  /// Returns `false`, and records nothing, if a mistake, a doubt or a warning is possible: the
  /// sentence is then checked like any other, and that check decides.
  mutating func passes(_ sentence: PlainSentence) -> Bool {
    var tail = Lexer.PlainTail(participant: sentence.participant, participantOffset: 0)
    (tail.channel, tail.interaction) = (sentence.channel, sentence.interaction)
    return passes(tail, isClose: sentence.isClose, line: sentence.verb.start.line)
  }

  /// The same of what follows the verb on a line.
  mutating func passes(_ sentence: Lexer.PlainTail, isClose: Bool, line: Int) -> Bool {
    guard isReachable, !history.hasEndedPlaces,
      sentence.participant.type == .participant, !similar.looks(at: sentence.participant)
    else { return false }
    if let channel = sentence.channel {
      guard channel.type == .channel, !similar.looks(at: channel) else { return false }
    } else if !environment.isInUse(.channel) {
      return false
    }
    if let interaction = sentence.interaction {
      guard interaction.type == .interaction, !similar.looks(at: interaction) else { return false }
    } else if !environment.isInUse(.interaction) {
      return false
    }
    // A contradiction is found again, and reported, by the other path.
    if let channel = sentence.channel ?? environment.sidInUse(.channel) {
      guard places.note(sentence.participant, in: channel, line: line) == nil else { return false }
      if let interaction = sentence.interaction ?? environment.sidInUse(.interaction),
        sentence.channel != nil || sentence.interaction != nil,
        places.note(channel, in: interaction, line: line) != nil
      {
        return false
      }
    }
    guard
      history.noteFirst(
        isClose ? .ends : .sets, on: sentence.participant, line: line)
    else { return false }
    sentencesBegan = true
    return true
  }
}

extension PlainSentence {
  /// The command, if the checker has nothing to report about the sentence.
  var command: Command {
    var scope = ScopeReference()
    scope.targets.reserveCapacity(2)
    if let channel { scope.targets.append(Target(type: .channel, value: .sid(channel))) }
    if let interaction {
      scope.targets.append(Target(type: .interaction, value: .sid(interaction)))
    }
    let target = Target(type: .participant, value: .sid(participant))
    return Command(
      position: verb.start, source: nil,
      kind: .action(
        Action(
          operation: operation, object: .participants(.targets([target])), scope: scope,
          arguments: [])))
  }
}
