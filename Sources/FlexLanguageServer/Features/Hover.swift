import FlexAPI
import FlexScript

extension LanguageServer {
  /// What is under the cursor: a name, a SID, a word of the language.
  mutating func hover(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    let offset = document.lines.offset(try parameters.position())
    guard let (text, range) = explanation(at: offset, document, outline) else { return .null }
    return .object([
      "contents": .object([
        "kind": .string(client.showsMarkdown ? "markdown" : "plaintext"), "value": .string(text),
      ]),
      "range": document.range(range),
    ])
  }

  private mutating func explanation(
    at offset: Int, _ document: Document, _ outline: ScriptOutline
  ) -> (text: String, range: SourceRange)? {
    if let index = outline.name(at: offset) {
      let name = outline.names[index]
      guard let range = name.occurrences.first(where: { $0.touches(offset) }) else { return nil }
      return (explain(name, document), range)
    }
    if let written = outline.sids.first(where: { $0.range.touches(offset) }) {
      return (explain(written, document, outline), written.range)
    }
    if let argument = outline.arguments.first(where: { $0.name.range.touches(offset) }) {
      return (
        explain(argument, document) ?? "`\(argument.name.text)`: a parameter", argument.name.range
      )
    }
    if let word = outline.keywords.first(where: { $0.range.touches(offset) }) {
      return (explain(word.keyword), word.range)
    }
    return nil
  }

  private mutating func explain(_ name: ScriptOutline.Name, _ document: Document) -> String {
    let annotations = workspace.analysis(of: document.uri)?.annotations
    let type = annotations?.declared.first {
      $0.file == document.name && $0.range == name.declaration
    }?.type
    var text = "`$\(name.text)`: "
    switch name.kind {
    case .parameter:
      text += "a parameter"
      if let definition = name.definition { text += ", `\(document.text(definition))`" }
    case .value, .loop: text += type ?? "a value"
    }
    text += ", declared on line \(name.declaration.start.line)"
    if let documentation = name.documentation {
      text += "\n\n" + VisibleText.escaped(documentation)
    }
    return text
  }

  private func explain(
    _ written: ScriptOutline.WrittenSID, _ document: Document, _ outline: ScriptOutline
  ) -> String {
    let kind = written.sid.type?.nounWithArticle ?? "a SID of a kind that scripts cannot name"
    let lines = outline.sids.filter {
      $0.sid == written.sid && $0.range != written.range
    }.map { String($0.range.start.line) }
    let shown = lines.prefix(20).joined(separator: ", ")
    let elsewhere =
      lines.isEmpty
      ? "nowhere else in this file"
      : "also on line\(lines.count == 1 ? "" : "s") \(shown)" + (lines.count > 20 ? ", …" : "")
    return "\(kind); \(elsewhere)"
  }

  /// Explains a parameter of another script.
  private func explain(_ argument: ScriptOutline.Argument, _ document: Document) -> String? {
    guard let (callee, name) = parameter(argument, document) else { return nil }
    var text = "`\(name.text)`: a parameter of \(VisibleText.escaped(argument.script))"
    if let definition = name.definition { text += ", `\(callee.text(definition))`" }
    if let documentation = name.documentation {
      text += "\n\n" + VisibleText.escaped(documentation)
    }
    return text
  }

  private func explain(_ keyword: Keyword) -> String {
    let help = WordHelp(on: keyword)
    let fence = client.showsMarkdown ? "```" : ""
    func block(_ lines: [String]) -> String {
      let open = client.showsMarkdown ? "```flexsh\n" : ""
      return open + lines.joined(separator: "\n") + (fence.isEmpty ? "" : "\n" + fence)
    }
    var parts = [help.what]
    if !help.forms.isEmpty { parts.append(block(help.forms)) }
    parts.append("Example:\n" + block([help.example]))
    if !help.undo.isEmpty {
      parts.append("How far it can be undone: \(help.undo.joined(separator: "; "))")
    }
    return parts.joined(separator: "\n\n")
  }
}
