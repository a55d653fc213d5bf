import FlexAPI
import FlexScript

/// What the parts of a script are, for highlighting.
enum SemanticTokens {
  /// The types of tokens, in the order of the legend.
  ///
  /// All are standard, so that every theme has colours for them. Source: Language Server Protocol 3.17,
  /// `SemanticTokenTypes`.
  enum TokenType: String, CaseIterable {
    case keyword, variable, property, string, number, comment
    /// A SID, which stands for one thing of its kind: the modifier says which kind.
    case enumMember
    /// The verb of a sentence.
    case function
  }

  static let types = TokenType.allCases

  /// The modifiers, in the order of the legend: where a name is declared, and the kinds of SIDs.
  static let modifiers = ["declaration"] + SIDType.allCases.map(\.noun)

  /// The tokens of a script, five numbers each.
  static func data(_ document: Document, _ outline: ScriptOutline) -> [JSON] {
    let declarations = Set(outline.names.map(\.declaration.start.offset))
    var data: [JSON] = []
    var last = Position(line: 0, character: 0)
    for part in parts(document, outline) {
      let isDeclaration = declarations.contains(part.range.lowerBound)
      var (type, modifiers) = description(of: part.kind)
      if isDeclaration { (type, modifiers) = (.variable, 1) }
      let position = document.lines.position(part.range.lowerBound)
      // A comment may hold a CR, at which a line ends for the protocol.
      let end = max(
        part.range.lowerBound, min(part.range.upperBound, document.lines.endOfLine(position.line)))
      let length = document.lines.units(document.bytes[part.range.lowerBound..<end])
      let sameLine = position.line == last.line
      data += [
        position.line - last.line, position.character - (sameLine ? last.character : 0), length,
        types.firstIndex(of: type) ?? 0, modifiers,
      ].map { .number($0) }
      last = position
    }
    return data
  }

  /// The parts of a script; a name that is used in a text is a part of its own.
  private static func parts(_ document: Document, _ outline: ScriptOutline) -> [Highlight] {
    let uses = outline.names.flatMap(\.references).map { $0.start.offset..<$0.end.offset }
      .sorted { $0.lowerBound < $1.lowerBound }
    var rest = uses[...]
    return Highlight.parts(of: document.bytes).flatMap { part -> [Highlight] in
      rest = rest.drop { $0.upperBound <= part.range.lowerBound }
      guard part.kind == .text else { return [part] }
      var pieces: [Highlight] = []
      var start = part.range.lowerBound
      for use in rest.prefix(while: { $0.upperBound <= part.range.upperBound }) {
        pieces.append(Highlight(range: start..<use.lowerBound, kind: .text))
        pieces.append(Highlight(range: use, kind: .reference))
        start = use.upperBound
      }
      return pieces + [Highlight(range: start..<part.range.upperBound, kind: .text)]
    }
  }

  private static func description(of kind: Highlight.Kind) -> (TokenType, modifiers: Int) {
    switch kind {
    case .verb: (.function, 0)
    case .keyword: (.keyword, 0)
    case .word: (.property, 0)
    case .text: (.string, 0)
    case .number: (.number, 0)
    case .comment: (.comment, 0)
    case .reference: (.variable, 0)
    case .sid(let type):
      (
        .enumMember,
        type.flatMap { type in modifiers.firstIndex(of: type.noun) }.map { 1 << $0 } ?? 0
      )
    }
  }
}

extension LanguageServer {
  /// What the parts of a script are.
  mutating func semanticTokens(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    return .object(["data": .array(SemanticTokens.data(document, outline))])
  }
}
