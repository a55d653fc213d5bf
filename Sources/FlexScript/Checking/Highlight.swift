package import FlexAPI

/// A part of a text that is shown in a particular way: while it is typed, or in an editor.
package struct Highlight: Hashable, Sendable {
  /// The kinds of parts, by the grammar.
  package enum Kind: Hashable, Sendable {
    /// A keyword that begins a sentence.
    case verb
    /// Any other word of the language.
    case keyword
    /// A name, a field, or a word of Twilio's.
    case word
    case text, number, comment
    /// `$name`, with the fields after it.
    case reference
    /// A SID of this kind; of an unknown one if `nil`.
    case sid(SIDType?)
  }

  /// The part, as UTF-8 offsets in the text.
  package var range: Range<Int>
  /// What it is.
  package let kind: Kind
  /// Whether the check rejects it, so that typing on cannot make it right.
  package var isMistaken = false

  /// Describes a part that is not mistaken.
  package init(range: Range<Int>, kind: Kind) {
    self.range = range
    self.kind = kind
  }
}

extension PromptChecker {
  /// Returns the parts of a text, in order; sends nothing, and opens no file.
  package func highlights(of text: String) -> [Highlight] {
    let bytes = Array(text.utf8)
    var highlights = Highlight.parts(of: bytes)
    let mistakes = mistakes(in: text, bytes, highlights)
    for index in highlights.indices {
      highlights[index].isMistaken = mistakes.contains {
        $0.overlaps(highlights[index].range)
      }
    }
    return highlights
  }

  /// Returns where a text has finished words that cannot stand there.
  private func mistakes(
    in text: String, _ bytes: [UInt8], _ parts: [Highlight]
  ) -> [Range<Int>] {
    var attempt = apart
    let lists: [DiagnosticList]
    // What is in an open block is checked as if the block ended here.
    let blocks = Self.openBlocks(in: bytes)
    switch attempt.check(text + String(repeating: "\n}", count: blocks)) {
    case .commands: return []
    case .mistakes(let found): lists = found
    }
    let found = lists.flatMap(\.all).filter { $0.severity == .error }
    var mistakes = found.compactMap { diagnostic in
      diagnostic.id.concernsOneWord
        ? diagnostic.range.map { $0.start.offset..<$0.end.offset } : nil
    }
    // A sentence that is not complete is not checked, but its SIDs have their places.
    if found.contains(where: { $0.id == .missingWord }) {
      mistakes += attempt.misplacedSIDs(in: bytes, parts)
    }
    return mistakes.filter { $0.upperBound < bytes.count }
  }

  /// The SIDs, of the last few, that are of no kind that is expected where they are.
  private func misplacedSIDs(in bytes: [UInt8], _ parts: [Highlight]) -> [Range<Int>] {
    parts.suffix(8).compactMap { part in
      guard case .sid(let type?) = part.kind else { return nil }
      let expected = expectations(after: Array(bytes[..<part.range.lowerBound])).0
      let kinds = expected.compactMap { expectation -> [SIDType]? in
        guard case .value(let role) = expectation else { return [] }
        return role.kinds
      }
      let isCertain = kinds.count == expected.count && !kinds.joined().isEmpty
      return isCertain && !kinds.joined().contains(type) ? part.range : nil
    }
  }

  /// Whether a text would be accepted as it is, if the files that it names are there.
  package func accepts(_ text: String) -> Bool {
    var attempt = apart
    switch attempt.check(text) {
    case .commands: return true
    case .mistakes(let lists):
      return lists.flatMap(\.all).allSatisfy {
        $0.severity == .warning || $0.id == .fileNotFound || $0.id == .badFile
      }
    }
  }

  /// The same state with a session of its own, to which there are no files.
  var apart: PromptChecker {
    var attempt = self
    attempt.checker.session = CheckSession(
      files: NoScriptFiles(), vocabulary: checker.session.vocabulary)
    return attempt
  }

  /// How many blocks are open at the end of a text.
  private static func openBlocks(in bytes: [UInt8]) -> Int {
    var lexer = Lexer(window: SourceWindow(bytes: bytes))
    var count = 0
    while true {
      switch lexer.next().kind {
      case .end: return count
      case .openBrace: count += 1
      case .closeBrace: count = max(0, count - 1)
      default: break
      }
    }
  }

}

extension Highlight {
  /// Returns the lexemes of a script that are shown in a particular way, in order; none is mistaken.
  package static func parts(of bytes: [UInt8]) -> [Highlight] {
    var lexer = Lexer(window: SourceWindow(bytes: bytes))
    var parts: [Highlight] = []
    var beginsSentence = true
    // A lexeme directly after a reference continues it: `.field`.
    var isInReference = false
    while true {
      let token = lexer.next()
      let range = token.range.start.offset..<token.range.end.offset
      if token.kind == .end { return parts }
      if token.kind.isTrivia {
        isInReference = false
        if token.kind == .comment { parts.append(Highlight(range: range, kind: .comment)) }
        continue
      }
      if isInReference, token.kind == .dot || token.kind == .word || token.kind == .text {
        parts[parts.count - 1].range = parts[parts.count - 1].range.lowerBound..<range.upperBound
        continue
      }
      isInReference = token.kind == .reference
      if let kind = kind(of: token, bytes[range], beginsSentence) {
        parts.append(Highlight(range: range, kind: kind))
      }
      beginsSentence =
        switch token.kind {
        case .newline, .semicolon, .openBrace, .closeBrace, .equals: true
        default: token.keyword == .try
        }
    }
  }

  private static func kind(
    of token: Token, _ bytes: ArraySlice<UInt8>, _ beginsSentence: Bool
  ) -> Highlight.Kind? {
    switch token.kind {
    case .word:
      if let sid = AnySID(String(decoding: bytes, as: UTF8.self)) { return .sid(sid.type) }
      guard let keyword = token.keyword else { return .word }
      return beginsSentence && keyword.isVerb ? .verb : .keyword
    case .foreignWord: return .word
    case .reference: return .reference
    case .text, .plainText: return .text
    case .number, .duration, .rate, .badNumber: return .number
    case .comment: return .comment
    case .comma, .colon, .equals, .dot, .less, .lessOrEqual, .greater, .greaterOrEqual,
      .openBrace, .closeBrace, .openBracket, .closeBracket, .openParenthesis, .closeParenthesis,
      .semicolon, .newline, .space, .continuation, .end:
      return nil
    // An open text is typed like a text.
    case .invalid:
      return bytes.first == UInt8(ascii: "\"") || bytes.first == UInt8(ascii: "'") ? .text : .word
    }
  }
}

extension Diagnostic.ID {
  /// Whether the word at fault is wrong whatever follows it.
  fileprivate var concernsOneWord: Bool {
    switch self {
    case .invalidUTF8, .invalidCharacter, .bidiControl, .invalidEscape, .invalidNumber,
      .malformedSID, .wrongSIDKind, .unknownCommand, .unexpectedWord, .unexpectedClose,
      .unknownName, .typeMismatch, .unknownArgument, .credentialInScript, .unknownValue,
      .unknownKey, .contradictingPlace:
      true
    case .lineTooLong, .nestingTooDeep, .unterminatedText, .invalidJSON, .missingWord,
      .unclosedBlock, .noInteraction, .noChannel, .duplicateName, .missingArgument, .badRow,
      .badFile, .fileNotFound, .runCycle, .runTooDeep, .notShardable, .literalSID, .unusedName,
      .duplicateAction,
      .actionAfterClose, .unreachable, .similarSID, .closesNonAgent:
      false
    }
  }
}

/// A disk without files, for what is checked with every key.
private struct NoScriptFiles: ScriptFiles {
  func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    throw FileProblem(reason: "no such file")
  }

  func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    throw FileProblem(reason: "no such file")
  }
}
