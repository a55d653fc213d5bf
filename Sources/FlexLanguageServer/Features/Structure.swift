import FlexAPI
import FlexScript

extension LanguageServer {
  /// The parameters, names, loops, expectations and scripts of a script.
  mutating func documentSymbol(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    let symbols = SymbolTree(document: document, outline: outline)
    return client.nestsSymbols ? .array(symbols.nested(in: nil)) : .array(symbols.flat)
  }

  /// What can be folded: blocks, JSON and lists of several lines, and comments.
  mutating func foldingRange(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    var ranges: [(first: Int, last: Int, kind: String?)] = []
    for bracket in outline.brackets {
      let first = document.lines.position(bracket.start.offset).line
      // The line of the closing bracket stays visible.
      let last = document.lines.position(bracket.end.offset).line - 1
      if last > first { ranges.append((first, last, nil)) }
    }
    var comments: (first: Int, last: Int)?
    for comment in outline.comments {
      let line = document.lines.position(comment.start.offset).line
      // A comment after a sentence belongs to that line alone.
      let before = document.bytes[document.lines.startOfLine(line)..<comment.start.offset]
      guard before.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { continue }
      if let run = comments, line == run.last + 1 {
        comments = (run.first, line)
        continue
      }
      if let run = comments, run.last > run.first {
        ranges.append((run.first, run.last, "comment"))
      }
      comments = (line, line)
    }
    if let run = comments, run.last > run.first { ranges.append((run.first, run.last, "comment")) }
    let sorted = ranges.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
    return .array(
      sorted.map { range in
        var object = JSONObject()
        object["startLine"] = .number(range.first)
        object["endLine"] = .number(range.last)
        if let kind = range.kind { object["kind"] = .string(kind) }
        return .object(object)
      })
  }

  /// The files that a script names.
  mutating func documentLink(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    return .array(
      outline.files.compactMap { file in
        guard let path = workspace.path(of: file.path, in: document) else { return nil }
        // The quotes do not belong to the link.
        let range = file.range.start.offset + 1..<file.range.end.offset - 1
        return .object([
          "range": document.range(range), "target": .string(FileURI.uri(path)),
          "tooltip": .string(file.isScript ? "open the script" : "open the data file"),
        ])
      })
  }

  /// How many rows the data files have that loops go over.
  mutating func inlayHint(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, _) = try script(parameters)
    let range = try parameters.range()
    let annotations = workspace.analysis(of: document.uri)?.annotations ?? Annotations()
    return .array(
      annotations.rows.compactMap { rows in
        guard rows.file == document.name else { return nil }
        let position = document.lines.position(rows.range.end.offset)
        guard range.start <= position, position <= range.end else { return nil }
        return .object([
          "position": position.json,
          "label": .string("# \(rows.count) row\(rows.count == 1 ? "" : "s")"),
          "paddingLeft": .bool(true),
        ])
      })
  }
}

/// The symbols of a script.
private struct SymbolTree {
  let document: Document
  let outline: ScriptOutline

  /// The kinds of symbols.
  ///
  /// Source: Language Server Protocol 3.17, `SymbolKind`.
  private enum Kind: Int {
    case module = 2
    case variable = 13
    case constant = 14
    case array = 18
    case event = 24
  }

  /// The symbol of a sentence; `nil` if it has none.
  private func symbol(_ sentence: ScriptOutline.Sentence) -> (name: String, kind: Kind)? {
    let name = sentence.name.map { outline.names[$0].text }
    switch sentence.verb {
    case .param: return name.map { ($0, .constant) }
    case .let: return name.map { ($0, .variable) }
    case .for: return name.map { ("for \($0)", .array) }
    case .expect, .run: return (head(sentence), sentence.verb == .run ? .module : .event)
    default: return nil
    }
  }

  /// The beginning of a sentence, on one line.
  private func head(_ sentence: ScriptOutline.Sentence) -> String {
    let words = document.text(sentence.head).split { $0 == " " || $0.isNewline || $0 == "\t" }
    let text = VisibleText.escaped(words.joined(separator: " "))
    return text.count > 60 ? text.prefix(59) + "…" : text
  }

  /// The symbols inside a sentence; those at the top level for `nil`.
  ///
  /// What is nested more deeply than the language allows is left out.
  func nested(in parent: Int?, depth: Int = 0) -> [JSON] {
    guard depth <= Parser.maximumDepth else { return [] }
    return children[parent, default: []].flatMap { index -> [JSON] in
      let sentence = outline.sentences[index]
      let inner = nested(in: index, depth: depth + 1)
      guard let symbol = symbol(sentence) else { return inner }
      return [
        .object([
          "name": .string(symbol.name), "detail": .string(head(sentence)),
          "kind": .number(symbol.kind.rawValue), "range": document.range(sentence.range),
          "selectionRange": document.range(selection(sentence)), "children": .array(inner),
        ])
      ]
    }
  }

  /// The symbols without their nesting, for clients that do not know it.
  var flat: [JSON] {
    outline.sentences.compactMap { sentence in
      symbol(sentence).map { symbol in
        .object([
          "name": .string(symbol.name), "kind": .number(symbol.kind.rawValue),
          "location": .object([
            "uri": .string(document.uri), "range": document.range(sentence.range),
          ]),
        ])
      }
    }
  }

  private func selection(_ sentence: ScriptOutline.Sentence) -> SourceRange {
    sentence.name.map { outline.names[$0].declaration } ?? sentence.verbRange
  }

  private let children: [Int?: [Int]]

  init(document: Document, outline: ScriptOutline) {
    self.document = document
    self.outline = outline
    children = Dictionary(grouping: outline.sentences.indices) { outline.sentences[$0].parent }
  }
}
