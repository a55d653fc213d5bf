import FlexAPI

/// SIDs that are written out: they are of one account, so a script for several accounts has none.
///
/// Source: CLI.md, §11.
extension Checker {
  /// Reports the SIDs in a statement, wherever they are written but in comments.
  mutating func refuseLiteralSIDs(in range: SourceRange) {
    var lexer = Lexer(window: window, at: range.start)
    while true {
      let token = lexer.next()
      guard token.kind != .end, token.range.start.offset < range.end.offset else { return }
      switch token.kind {
      case .word, .foreignWord, .text, .plainText:
        for sid in AnySID.all(in: window.slice(token.range)) {
          report(.literalSID(sid, .script), at: token.range)
        }
      case .reference, .number, .duration, .rate, .badNumber, .comma, .colon, .equals, .dot, .less,
        .lessOrEqual, .greater, .greaterOrEqual, .openBrace, .closeBrace, .openBracket,
        .closeBracket, .openParenthesis, .closeParenthesis, .semicolon, .newline, .space, .comment,
        .continuation, .end, .invalid:
        break
      }
    }
  }

  /// Reports the SIDs in the value of a parameter.
  mutating func refuseLiteralSIDs(inArgument value: String, of syntax: ParamSyntax) {
    for sid in AnySID.all(in: Array(value.utf8)[...]) {
      report(.literalSID(sid, .argument(syntax.name.text)), at: syntax.name.range)
    }
  }
}

extension DataRow {
  /// What is wrong with its cells in a script for several accounts.
  var literalSIDs: [(message: DiagnosticMessage, field: Field)] {
    fields.flatMap { field in
      AnySID.all(in: Array(field.value.serialized.utf8)[...]).map { sid in
        (CheckError.literalSID(sid, .row).message, field)
      }
    }
  }
}
