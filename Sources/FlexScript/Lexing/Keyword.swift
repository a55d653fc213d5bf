/// The keywords of the language, in lower case only.
package enum Keyword: String, CaseIterable, Sendable {
  // Verbs: each can begin a sentence, and none may be a name.
  case param, use, close, wrapup, deactivate, invite, add, create, update, transfer, show, list
  case `let`, `for`, `if`, expect, wait, `try`, run, stop, fail, echo, confirm, sleep, set
  // Prepositions and the other words of sentences.
  case on, `in`, completing, tasks, routing, media, context, webhook, every, `where`, rows, of
  case `else`, until, timeout, with, and, or, not, `is`, empty, retries, jobs, rate, `continue`
  case onError = "on-error"
  // Nouns.
  case interaction, channel, participant, channels, participants, invites
  case task, worker, reservation, workspace, workflow, queue, sid, text, number, duration, file
  case agent, customer, supervisor, external, unknown

  /// The words that can begin a sentence, in the order in which help lists them.
  package static let verbs: [Keyword] =
    [.use, .show, .list] + Vocabulary.standard.actionVerbs + [
      .let, .for, .if, .expect, .wait, .try, .run, .stop, .fail, .echo, .confirm, .sleep, .set,
      .param,
    ]

  /// Whether it can begin a sentence.
  package var isVerb: Bool { Keyword.verbs.contains(self) }

  /// Returns the keyword with exactly this spelling.
  static func spelled(_ bytes: ArraySlice<UInt8>) -> Keyword? {
    guard bytes.count <= 16, bytes.count >= 2 else { return nil }
    let packed = PackedWord(bytes)
    var slot = packed.slot
    while let entry = table[slot] {
      if entry.word == packed { return entry.keyword }
      slot = (slot + 1) & PackedWord.slotMask
    }
    return nil
  }

  /// All keywords by the hash of their spelling, with open addressing: one lookup, no allocation.
  private static let table: [(word: PackedWord, keyword: Keyword)?] = {
    var table = [(word: PackedWord, keyword: Keyword)?](
      repeating: nil, count: PackedWord.slotMask + 1)
    for keyword in allCases {
      let word = PackedWord(Array(keyword.rawValue.utf8)[...])
      var slot = word.slot
      while table[slot] != nil { slot = (slot + 1) & PackedWord.slotMask }
      table[slot] = (word, keyword)
    }
    return table
  }()
}

/// A word of at most 16 bytes as two machine words.
private struct PackedWord: Equatable {
  static let slotMask = 255
  var first: UInt64 = 0
  var second: UInt64 = 0

  init(_ bytes: ArraySlice<UInt8>) {
    for (index, byte) in bytes.enumerated() {
      if index < 8 {
        first = first << 8 | UInt64(byte)
      } else {
        second = second << 8 | UInt64(byte)
      }
    }
  }

  var slot: Int {
    Int(truncatingIfNeeded: ((first ^ second &* 31) &* 0x9E37_79B9_7F4A_7C15) >> 56)
  }
}
