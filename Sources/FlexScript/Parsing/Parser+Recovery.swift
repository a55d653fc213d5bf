extension Parser {
  /// Reads a statement, or reports why it is not one and skips to its end.
  mutating func statementRecovering() -> StatementSyntax? {
    let outerDepth = depth
    let start = current.range.start.offset
    let problemsBefore = problems.count
    let errorsBefore = lexicalErrorsTaken
    do throws(Unreadable) {
      let statement = try statement()
      if current.kind.endsStatement || (current.kind == .closeBrace && depth > 0) {
        takeLexicalErrors()
        return statement
      }
      throw trailing()
    } catch {
      openBrackets = 0
      lexer.readsJSON = false
      readsWhere = false
      depth = outerDepth
      if !current.kind.endsStatement { skipToEnd() }
      takeLexicalErrors()
      // A lexeme that was rejected explains why the sentence around it could not be read.
      let refused = lexer.errors[errorsBefore...].filter { $0.range.start.offset >= start }
      if !refused.isEmpty { keep(refused, from: problemsBefore) }
      return nil
    }
  }

  /// Reports input that follows a complete sentence.
  private mutating func trailing() -> Unreadable {
    if current.kind == .closeBrace {
      return fail(.unexpectedClose("}"), at: current.range)
    }
    if current.kind == .closeBracket || current.kind == .closeParenthesis {
      return fail(.unexpectedClose(text(current.range)), at: current.range)
    }
    return unexpected(["the end of the sentence"])
  }

  /// Skips to the end of the statement's line, or past the block that it opens there.
  private mutating func skipToEnd() {
    var braces = 0
    while true {
      switch current.kind {
      case .end: return
      case .openBrace:
        braces += 1
        advance()
        // A brace that ends its line begins a block, whose sentences are read for their mistakes,
        // or JSON, which begins with a text.
        let endsLine = current.kind == .newline
        while endsLine, current.kind == .newline { advance() }
        if endsLine, current.kind != .text, depth + braces <= Parser.maximumDepth {
          depth += braces
          _ = blockBody(from: previousEnd)
          depth -= braces
          braces -= 1
          if current.kind == .end { return }
        }
      case .closeBrace:
        if braces == 0 { if depth > 0 { return } } else { braces -= 1 }
        advance()
      case .newline, .semicolon:
        if braces == 0 { return }
        advance()
      default: advance()
      }
    }
  }

  /// Of the problems since an index, keeps those before the first rejected lexeme, and the rejected
  /// ones.
  private mutating func keep(
    _ refused: [(error: SyntaxError, range: SourceRange)], from start: Int
  ) {
    let first = refused.map(\.range.start.offset).min() ?? Int.max
    let before = problems[start...].filter { $0.range.start.offset < first }
    problems.replaceSubrange(start..., with: before + refused)
  }

  /// Reads `{ … }`.
  mutating func block() throws(Unreadable) -> BlockSyntax {
    guard current.kind == .openBrace else { throw unexpected(["`{`"]) }
    try deepen()
    defer { depth -= 1 }
    advance()
    return blockBody(from: previousEnd)
  }

  /// Reads the sentences of a block, from after its `{` to after its `}`.
  private mutating func blockBody(from brace: SourceRange) -> BlockSyntax {
    var statements: [StatementSyntax] = []
    while true {
      let start = current.range
      switch current.kind {
      case .newline, .semicolon: advance()
      case .closeBrace:
        advance()
        return BlockSyntax(statements: statements, range: brace...previousEnd)
      case .end:
        noteSentence()
        report(.unclosedBlock, at: brace)
        return BlockSyntax(statements: statements, range: brace...previousEnd)
      default:
        if let statement = statementRecovering() { statements.append(statement) }
        // Regardless of what was read, the position must have advanced.
        if current.range == start { advance() }
      }
    }
  }
}
