package import FlexAPI

/// `close UT… on UO… in KD…`, or with `wrapup`, on a line of its own, with everything written out.
///
/// Long scripts consist of such sentences. Each is read directly from the bytes, and checked
/// without syntax nodes if there is nothing to report; ``syntax`` is the same sentence as the
/// parser reads it.
///
/// Slow counterpart: the parser and `Checker.check`, which see the same line if it ends with CRLF.
/// Compared by `saysTheSameOnBothPaths`. Gain: 83 % of the instructions of a check, 23 % of those
/// of an action.
package struct PlainSentence: Sendable {
  /// Whether the verb is `close`; otherwise it is `wrapup`.
  ///
  /// A flag, not the operation: a reference to an object would be counted at every copy.
  let isClose: Bool
  /// The range of the verb.
  package let verb: SourceRange
  /// The participant that is acted on; the SID may be of any kind.
  package let participant: AnySID
  /// The channel, `nil` if the sentence does not name it; the SID may be of any kind.
  package let channel: AnySID?
  /// The interaction, `nil` if the sentence does not name it; the SID may be of any kind.
  package let interaction: AnySID?
  let participantStart, channelStart, interactionStart: SourcePosition

  /// The API operation: ``Participant/close`` or ``Participant/wrapup``.
  package var operation: OperationDefinition { isClose ? Participant.close : Participant.wrapup }

  /// The sentence as read from lexemes.
  var syntax: StatementSyntax {
    let participant = ValueSyntax(
      kind: .sid(participant), range: PlainSentence.word(participantStart))
    let channel = channel.map {
      ValueSyntax(kind: .sid($0), range: PlainSentence.word(channelStart))
    }
    let interaction = interaction.map {
      ValueSyntax(kind: .sid($0), range: PlainSentence.word(interactionStart))
    }
    var scope = ScopeSyntax()
    if let channel { scope.parts.append(ScopeSyntax.Part(type: .channel, value: channel)) }
    if let interaction {
      scope.parts.append(ScopeSyntax.Part(type: .interaction, value: interaction))
    }
    let action = ActionSyntax(
      operation: operation, object: .participants(.values([participant])), scope: scope,
      arguments: [])
    return StatementSyntax(
      range: verb...(interaction ?? channel ?? participant).range, verb: verb, kind: .action(action)
    )
  }

  /// Returns the range of a SID that begins here.
  private static func word(_ start: SourcePosition) -> SourceRange {
    SourceRange(start: start, end: start.movedOver(AnySID.length))
  }
}

extension SourcePosition {
  /// Returns the position `count` ASCII characters further along the line.
  fileprivate func movedOver(_ count: Int) -> SourcePosition {
    SourcePosition(offset: offset + count, line: line, column: column + count)
  }
}

extension Parser {
  /// Reads a plain sentence whose verb is next; returns `nil`, and reads nothing, for any other.
  mutating func plainSentence() -> PlainSentence? {
    guard current.keyword == .close || current.keyword == .wrapup else { return nil }
    let isClose = current.keyword == .close
    guard let tail = lexer.plainTail() else { return nil }
    let verb = current.range
    func place(_ offset: Int) -> SourcePosition { verb.end.movedOver(offset) }
    let sentence = PlainSentence(
      isClose: isClose, verb: verb, participant: tail.participant, channel: tail.channel,
      interaction: tail.interaction, participantStart: place(tail.participantOffset),
      channelStart: place(tail.channelOffset), interactionStart: place(tail.interactionOffset))
    let last = max(tail.participantOffset, tail.channelOffset, tail.interactionOffset)
    previousEnd = SourceRange(
      start: place(last), end: place(last + AnySID.length))
    current = nextToken()
    return sentence
  }

  /// Passes plain sentences, each on a line of its own, until `take` leaves one, with the empty lines and
  /// the comments between them; the rest is read like any other text.
  ///
  /// It reads from the end of a line: nothing else has been looked at then.
  mutating func readPlainLines(_ take: (Lexer.PlainTail, _ isClose: Bool, _ line: Int) -> Bool) {
    guard readsPlainSentences, current.kind == .newline, depth == 0, problems.isEmpty,
      expectations == nil, let newline = lexer.passPlainLines(take)
    else { return }
    current = Token(kind: .newline, keyword: nil, range: newline)
  }
}

extension Lexer {
  /// What follows the verb of a plain sentence; offsets are in bytes from the end of the verb.
  struct PlainTail {
    let participant: AnySID
    let participantOffset: Int
    var channel: AnySID?
    var channelOffset = 0
    var interaction: AnySID?
    var interactionOffset = 0
    /// The offset of the end of the line.
    var length = 0
  }

  /// Advances to the end of the line, if all of it is ASCII of the form
  /// `SID [ "on" SID ] [ "in" SID ] [ comment ]`.
  mutating func plainTail() -> PlainTail? {
    let tail = window.bytes.withUnsafeBufferPointer { bytes in
      Lexer.plainTail(bytes, from: index)
    }
    guard let tail else { return nil }
    advance(tail.length)
    return tail
  }

  /// Passes whole lines from the next byte on, which begins one: empty ones, comments, and plain
  /// sentences that `take` takes.
  ///
  /// - Returns: The range of the last line end; `nil` if there was no such line.
  mutating func passPlainLines(
    _ take: (PlainTail, _ isClose: Bool, _ line: Int) -> Bool
  ) -> SourceRange? {
    guard index == lineStart else { return nil }
    var (place, last, number) = (index, index, line)
    window.bytes.withUnsafeBufferPointer { bytes in
      func ending(_ word: StaticString) -> Int? {
        let count = word.utf8CodeUnitCount
        guard place + count < bytes.count else { return nil }
        for offset in 0..<count where bytes[place + offset] != word.utf8Start[offset] { return nil }
        return place + count
      }
      while place < bytes.count {
        var end = place
        switch bytes[place] {
        case UInt8(ascii: "\n"): break
        case UInt8(ascii: "#"):
          while end < bytes.count, bytes[end] >= 0x20, bytes[end] < 0x7F { end += 1 }
          guard end < bytes.count, bytes[end] == UInt8(ascii: "\n"),
            end - place <= Lexer.maximumLineLength
          else { return }
        case UInt8(ascii: "c"), UInt8(ascii: "w"):
          let close = ending("close")
          guard let start = close ?? ending("wrapup"),
            let tail = Lexer.plainTail(bytes, from: start),
            take(tail, close != nil, number)
          else { return }
          end = start + tail.length
        default: return
        }
        last = place
        place = end + 1
        number += 1
      }
    }
    guard place > index else { return nil }
    let start = SourcePosition(
      offset: window.base + place - 1, line: number - 1, column: place - last)
    passLines(to: place, line: number)
    return SourceRange(start: start, end: position)
  }

  private static func plainTail(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> PlainTail?
  {
    var place = start
    func skipSpace() -> Bool {
      let before = place
      while place < bytes.count,
        bytes[place] == UInt8(ascii: " ") || bytes[place] == UInt8(ascii: "\t")
      {
        place += 1
      }
      return place > before
    }
    func sid() -> AnySID? {
      // The byte after it must exist, and must not be part of the word.
      guard place + AnySID.length < bytes.count,
        !isWordByte(bytes[place + AnySID.length]), bytes[place + AnySID.length] < 0x80,
        let sid = AnySID(
          memory: UnsafeBufferPointer(rebasing: bytes[place..<place + AnySID.length]))
      else { return nil }
      return sid
    }
    guard skipSpace(), let participant = sid() else { return nil }
    var tail = PlainTail(participant: participant, participantOffset: place - start)
    place += AnySID.length
    _ = skipSpace()
    func word(_ second: UInt8, after first: UInt8) -> Bool {
      guard place + 2 < bytes.count, bytes[place] == first, bytes[place + 1] == second else {
        return false
      }
      place += 2
      return true
    }
    if word(UInt8(ascii: "n"), after: UInt8(ascii: "o")) {
      guard skipSpace(), let channel = sid() else { return nil }
      tail.channel = channel
      tail.channelOffset = place - start
      place += AnySID.length
      _ = skipSpace()
    }
    if word(UInt8(ascii: "n"), after: UInt8(ascii: "i")) {
      guard skipSpace(), let interaction = sid() else { return nil }
      tail.interaction = interaction
      tail.interactionOffset = place - start
      place += AnySID.length
      _ = skipSpace()
    }
    if place < bytes.count, bytes[place] == UInt8(ascii: "#") {
      while place < bytes.count, bytes[place] >= 0x20, bytes[place] < 0x7F { place += 1 }
    }
    guard place < bytes.count, bytes[place] == UInt8(ascii: "\n") else { return nil }
    tail.length = place - start
    return tail
  }
}
