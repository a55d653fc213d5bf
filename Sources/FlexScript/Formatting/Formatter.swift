/// Formats a script in the canonical layout, which is the same for all scripts.
///
/// It works on lexemes, so that only the space between them can change: one sentence per line,
/// blocks indented by two, one space between words, comments and single blank lines kept, line
/// breaks kept inside brackets and JSON and after `\`. Lines end with LF; a byte-order mark is
/// removed.
package struct Formatter {
  private var lexer: Lexer
  private var output: [UInt8] = []
  /// The last lexeme that was written, including comments.
  private var previous: Token.Kind?
  /// The number of open blocks.
  private var blocks = 0
  /// The brackets that are open inside the sentence, including JSON braces.
  private var brackets: [Token.Kind] = []
  /// Whether the next brace opens a block.
  private var expectsBlock = false
  private var isAtStatementStart = true
  /// The number of line endings in the source since the last lexeme that was written.
  private var lineEnds = 0
  /// Whether the sentence has ended since then.
  private var isBroken = false
  /// Whether there has been a `\` since then.
  private var isContinued = false

  private init(_ bytes: [UInt8]) {
    lexer = Lexer(window: SourceWindow(bytes: bytes))
  }

  /// Formats a script.
  ///
  /// - Throws: Its diagnostics if it cannot be read; the script is then left unchanged.
  package static func format(
    _ bytes: [UInt8], file: String
  ) throws(UnreadableScript) -> [UInt8] {
    var list = DiagnosticList(file: file)
    do throws(SourceFailure) {
      var reader = try StatementReader(BytesSource(bytes))
      while true {
        let piece = try reader.next()
        for (error, range) in piece.problems {
          list.add(error.message.diagnostic(file: file, range: range, window: piece.window))
        }
        if case .endOfFile = piece.item { break }
      }
    } catch {
      preconditionFailure("bytes in memory can be read: \(error.reason)")
    }
    guard !list.hasErrors else { throw UnreadableScript(diagnostics: list) }
    var formatter = Formatter(bytes)
    formatter.run()
    return formatter.output
  }

  private mutating func run() {
    while true {
      let token = lexer.next()
      switch token.kind {
      case .end:
        if !output.isEmpty { output.append(UInt8(ascii: "\n")) }
        return
      case .space: break
      case .newline:
        lineEnds += 1
        if brackets.isEmpty { endStatement() }
      case .continuation:
        lineEnds += 1
        // If no sentence has begun, there is nothing to continue.
        isContinued = brackets.isEmpty && !isAtStatementStart
      case .semicolon: endStatement()
      case .comment: comment(token)
      default: lexeme(token)
      }
    }
  }

  private mutating func endStatement() {
    isBroken = true
    isContinued = false
    isAtStatementStart = true
  }

  // MARK: Lexemes

  private mutating func lexeme(_ token: Token) {
    let closesBlock = token.kind == .closeBrace && brackets.isEmpty
    let goesOnBehindBlock = token.keyword == .else && previous == .closeBrace && !isBroken
    if closesBlock { blocks -= 1 }
    if token.kind == .closeBracket, previous == .comma, lineEnds == 0 { output.removeLast() }
    if closesBlock || (isBroken && !goesOnBehindBlock) {
      breakLine(depth: blocks, keepsBlankLine: !closesBlock)
    } else if isContinued {
      output += Array(" \\".utf8)
      breakLine(depth: blocks + 1, keepsBlankLine: false)
    } else if !brackets.isEmpty, lineEnds > 0 {
      breakLine(depth: blocks + depth(before: token.kind), keepsBlankLine: false)
    } else if needsSpace(before: token.kind) {
      output.append(UInt8(ascii: " "))
    }
    output += lexer.window.slice(token.range)
    lineEnds = 0
    isBroken = false
    isContinued = false
    noteStructure(token, closesBlock)
    previous = token.kind
  }

  private mutating func noteStructure(_ token: Token, _ closesBlock: Bool) {
    if isAtStatementStart || token.keyword == .else {
      expectsBlock =
        token.keyword == .for || token.keyword == .if
        || (token.keyword == .else && previous == .closeBrace)
      isAtStatementStart = false
    }
    switch token.kind {
    case .openBrace where expectsBlock && brackets.isEmpty:
      expectsBlock = false
      blocks += 1
      endStatement()
    case .openBrace, .openBracket, .openParenthesis: brackets.append(token.kind)
    case .closeBrace where closesBlock: break
    case .closeBrace, .closeBracket, .closeParenthesis: _ = brackets.popLast()
    default: break
    }
    lexer.readsJSON = brackets.contains(.openBrace)
  }

  /// Returns the depth of a line inside brackets; a closing bracket has that of its opening one.
  private func depth(before kind: Token.Kind) -> Int {
    switch kind {
    case .closeBrace, .closeBracket, .closeParenthesis: brackets.count - 1
    default: brackets.count
    }
  }

  private func needsSpace(before kind: Token.Kind) -> Bool {
    guard let previous else { return false }
    switch previous {
    case .openBracket, .openParenthesis, .dot: return false
    // The brace of a block has already ended its line; this one belongs to JSON.
    case .openBrace: return false
    default: break
    }
    switch kind {
    case .comma, .colon, .dot, .closeBracket, .closeParenthesis: return false
    case .closeBrace: return false
    default: return true
    }
  }

  // MARK: Comments and lines

  private mutating func comment(_ token: Token) {
    var text = lexer.window.slice(token.range)
    while text.last == UInt8(ascii: " ") || text.last == UInt8(ascii: "\t") { text.removeLast() }
    if lineEnds == 0, previous != nil {
      output += Array("  ".utf8)
    } else if isContinued {
      output += Array(" \\".utf8)
      breakLine(depth: blocks + 1, keepsBlankLine: false)
    } else {
      breakLine(depth: blocks + brackets.count, keepsBlankLine: brackets.isEmpty)
    }
    output += text
    previous = .comment
    // What follows is on a line of its own; the line ending itself has not been read yet.
    lineEnds = 0
    if brackets.isEmpty { isBroken = true }
    isContinued = false
  }

  private mutating func breakLine(depth: Int, keepsBlankLine: Bool) {
    guard previous != nil else { return }
    output.append(UInt8(ascii: "\n"))
    let isFirstOfBlock = previous == .openBrace && brackets.isEmpty
    if keepsBlankLine, lineEnds > 1, !isFirstOfBlock { output.append(UInt8(ascii: "\n")) }
    output += repeatElement(UInt8(ascii: " "), count: 2 * max(0, depth))
  }
}

/// A script that cannot be formatted because it cannot be read.
package struct UnreadableScript: Error {
  /// The mistakes in the script.
  package let diagnostics: DiagnosticList
}
