import FlexAPI
import FlexScript
import FlexStorage

extension LanguageServer {
  /// What the word before the cursor can become: as at the prompt, with the SIDs of this file.
  mutating func completion(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    let end = document.lines.offset(try parameters.position())
    let before = String(decoding: document.bytes[..<end], as: UTF8.self)
    let checker = PromptChecker(
      session: CheckSession(files: document.files(workspace.buffers)), file: document.name)
    let context = checker.completion(of: before)
    let folder = document.path.map { $0.prefix(through: $0.lastIndex(of: "/") ?? $0.startIndex) }
    let source = CompletionSource(
      context: context, document: document, outline: outline, cursor: end,
      folder: folder.map(String.init))
    return .object([
      "isIncomplete": .bool(source.namesFiles), "items": .array(source.items),
    ])
  }
}

/// Makes the items of a completion.
private struct CompletionSource {
  let context: CompletionContext
  let document: Document
  let outline: ScriptOutline
  let cursor: Int
  /// The folder of the script, with its `/`; `nil` if it has none.
  let folder: String?

  /// The kinds of items.
  ///
  /// Source: Language Server Protocol 3.17, `CompletionItemKind`.
  private enum Kind: Int {
    case field = 5
    case variable = 6
    case property = 10
    case keyword = 14
    case file = 17
    case folder = 19
    case constant = 21
  }

  /// Whether the items change with what is typed next.
  var namesFiles: Bool { context.due.contains { $0 == .scriptFile || $0 == .dataFile } }

  var items: [JSON] {
    let range = document.range(context.start..<cursor)
    // An editor that closes quotes by itself has put the other one after the cursor.
    let isClosed =
      context.word.first.map { quote in
        (quote == "\"" || quote == "'") && cursor < document.bytes.count
          && document.bytes[cursor] == quote.asciiValue
      } ?? false
    let whole = document.range(context.start..<(isClosed ? cursor + 1 : cursor))
    var known: Set<String> = []
    let candidates = context.due.flatMap { self.candidates(for: $0) }.filter { candidate in
      Self.begins(candidate.text, with: context.word) && known.insert(candidate.text).inserted
    }
    let digits = String(candidates.count).count
    return candidates.enumerated().map { index, candidate in
      let number = String(index)
      let order = String(repeating: "0", count: digits - number.count) + number
      return .object([
        "label": .string(candidate.text), "kind": .number(candidate.kind.rawValue),
        "detail": .string(candidate.meaning), "sortText": .string(order),
        "filterText": .string(candidate.text),
        "textEdit": .object([
          "range": candidate.kind == .folder ? range : whole, "newText": .string(candidate.text),
        ]),
      ])
    }
  }

  /// Whether a word begins like what was typed; the digits of SIDs match in either case.
  private static func begins(_ text: String, with word: String) -> Bool {
    text.hasPrefix(word) || AnySID(text) != nil && text.lowercased().hasPrefix(word.lowercased())
  }

  private struct Item {
    let text: String
    let kind: Kind
    let meaning: String
  }

  private func candidates(for due: CompletionContext.Due) -> [Item] {
    switch due {
    case .keyword(let keyword):
      [Item(text: keyword.rawValue, kind: .keyword, meaning: WordHelp(on: keyword).what)]
    case .sid(let type): sids(of: type)
    case .name(let type): names(of: type)
    case .word(let text, let meaning):
      [Item(text: text, kind: text.first == "$" ? .variable : .field, meaning: meaning)]
    case .parameter(let name, let meaning):
      [Item(text: name + " = ", kind: .property, meaning: meaning)]
    case .scriptFile: files(["flex"])
    case .dataFile: files(["csv", "tsv", "jsonl", "ndjson", "json"])
    }
  }

  /// The SIDs of this file, the nearest to the cursor first.
  private func sids(of type: SIDType?) -> [Item] {
    let others = outline.sids.filter { sid in
      sid.sid.type != nil && (type == nil || sid.sid.type == type)
        && !(sid.range.start.offset < cursor && cursor <= sid.range.end.offset)
    }
    let near = others.sorted {
      abs($0.range.start.offset - cursor) < abs($1.range.start.offset - cursor)
    }
    return near.map { written in
      Item(
        text: written.sid.description, kind: .constant,
        meaning: "\(written.sid.type?.noun ?? "SID") on line \(written.range.start.line)")
    }
  }

  /// The names of workers, queues, workflows or workspaces in this file.
  private func names(of type: SIDType) -> [Item] {
    outline.named.filter { $0.type == type }.map {
      Item(text: "\"\($0.text)\"", kind: .constant, meaning: type.noun)
    }
  }

  private func files(_ kinds: [String]) -> [Item] {
    guard let folder else { return [] }
    let found = FileNames.candidates(for: context.word, kinds: kinds, isText: true) { name in
      FolderEntries.list(name.hasPrefix("/") ? name : folder + name)
    }
    return found.map {
      Item(text: $0.text, kind: $0.isPartial ? .folder : .file, meaning: $0.meaning)
    }
  }
}
