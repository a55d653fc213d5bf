import FlexAPI

/// What the client says it can do, as far as it matters here.
struct ClientCapabilities {
  /// The units of positions: UTF-8 if the client offers it.
  var encoding = PositionEncoding.utf16
  /// Whether symbols may contain others.
  var nestsSymbols = false
  /// Whether edits may name the version of a document.
  var knowsVersionedEdits = false
  /// Whether a code action may be more than a command.
  var knowsCodeActions = false
  /// Whether hovers may be Markdown.
  var showsMarkdown = false

  init() {}

  init(_ capabilities: Parameters) {
    let encodings = capabilities.optional("general").object["positionEncodings"]?.array ?? []
    if encodings.contains(.string(PositionEncoding.utf8.rawValue)) { encoding = .utf8 }
    let document = capabilities.optional("textDocument")
    nestsSymbols = document.optional("documentSymbol").flag("hierarchicalDocumentSymbolSupport")
    knowsVersionedEdits = capabilities.optional("workspace").optional("workspaceEdit").flag(
      "documentChanges")
    knowsCodeActions = document.optional("codeAction").object["codeActionLiteralSupport"] != nil
    let formats = document.optional("hover").object["contentFormat"]?.array ?? []
    showsMarkdown = formats.contains(.string("markdown"))
  }
}

/// What the server can do.
enum ServerCapabilities {
  static func json(encoding: PositionEncoding) -> JSON {
    .object([
      "positionEncoding": .string(encoding.rawValue),
      "textDocumentSync": .object([
        "openClose": .bool(true), "change": .number(1), "save": .bool(true),
      ]),
      "completionProvider": .object([
        "triggerCharacters": .array(["$", ".", "\"", "'", "/", " ", "="].map { .string($0) })
      ]),
      "hoverProvider": .bool(true),
      "definitionProvider": .bool(true),
      "referencesProvider": .bool(true),
      "documentHighlightProvider": .bool(true),
      "documentSymbolProvider": .bool(true),
      "foldingRangeProvider": .bool(true),
      "documentLinkProvider": .object(["resolveProvider": .bool(false)]),
      "documentFormattingProvider": .bool(true),
      "documentRangeFormattingProvider": .bool(true),
      "codeActionProvider": .object([
        "codeActionKinds": .array([.string("quickfix"), .string("refactor.extract")])
      ]),
      "semanticTokensProvider": .object([
        "legend": .object([
          "tokenTypes": .array(SemanticTokens.types.map { .string($0.rawValue) }),
          "tokenModifiers": .array(SemanticTokens.modifiers.map { .string($0) }),
        ]),
        "full": .bool(true),
      ]),
      "inlayHintProvider": .bool(true),
      "renameProvider": .object(["prepareProvider": .bool(true)]),
      "workspace": .object([
        "workspaceFolders": .object([
          "supported": .bool(true), "changeNotifications": .bool(true),
        ])
      ]),
    ])
  }
}
