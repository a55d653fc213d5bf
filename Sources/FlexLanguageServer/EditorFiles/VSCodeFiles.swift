import FlexAPI

/// The folder of an extension for Visual Studio Code, with the TextMate grammar.
enum VSCodeFiles {
  static func files(version: String) -> [EditorFiles.File] {
    [
      EditorFiles.File(path: "syntaxes/flexsh.tmLanguage.json", text: IndentedJSON.text(grammar)),
      EditorFiles.File(path: "package.json", text: IndentedJSON.text(package(version))),
      EditorFiles.File(
        path: "language-configuration.json", text: IndentedJSON.text(configuration)),
      EditorFiles.File(path: "extension.js", text: script),
      EditorFiles.File(path: "README.md", text: readme),
    ]
  }

  private typealias Pattern = GrammarTables.Expressions

  private static func rule(_ name: String, _ match: String) -> JSON {
    .object(["name": .string(name + ".flexsh"), "match": .string(match)])
  }

  private static func captures(_ names: [String]) -> JSON {
    .object(
      JSONObject(
        names.enumerated().map { index, name in
          JSONObject.Member(
            name: String(index + 1), value: .object(["name": .string(name + ".flexsh")]))
        }))
  }

  private static func include(_ names: [String]) -> JSON {
    .array(names.map { .object(["include": .string("#" + $0)]) })
  }

  private static let grammar: JSON = .object([
    "comment": .string("Made by `flexsh help editor vscode` from the grammar of the language."),
    "name": .string("flexsh"), "scopeName": .string("source.flexsh"),
    "fileTypes": .array([.string("flex")]),
    "firstLineMatch": .string("^#!.*\\bflexsh\\b"),
    "patterns": include([
      "comment", "verb", "text", "plain-text", "reference", "sid", "number", "word",
      "continuation",
    ]),
    "repository": .object([
      "comment": rule("comment.line.number-sign", "#.*$"),
      "verb": .object([
        "match": .string(
          "(?:^|(?<=[;{=]))\\s*(?:(try)\\s+)?(\(Pattern.verbs))\(Pattern.wordEnd)"),
        "captures": captures(["keyword.control", "keyword.control"]),
      ]),
      "text": .object([
        "name": .string("string.quoted.double.flexsh"), "begin": .string("\""),
        "end": .string("\"|$"),
        "patterns": .array([
          rule("constant.character.escape", Pattern.escape),
          rule("variable.other", Pattern.interpolation),
        ]),
      ]),
      "plain-text": rule("string.quoted.single", "'[^'\\n]*'"),
      "reference": rule("variable.other", Pattern.reference),
      "sid": rule(
        "constant.other.sid", Pattern.wordStart + Pattern.sid + Pattern.wordEnd),
      "number": rule(
        "constant.numeric", Pattern.wordStart + Pattern.number + Pattern.wordEnd),
      "word": rule(
        "keyword.other", "\(Pattern.wordStart)(?:\(Pattern.words))\(Pattern.wordEnd)"),
      "continuation": rule("constant.character.escape", "\\\\$"),
    ]),
  ])

  private static func package(_ version: String) -> JSON {
    .object([
      "name": .string("flexsh"), "displayName": .string("flexsh"),
      "description": .string("Scripts of flexsh, the shell for Twilio Flex interactions"),
      "version": .string(version), "publisher": .string("flexsh"),
      "license": .string("Apache-2.0"), "engines": .object(["vscode": .string("^1.60.0")]),
      "categories": .array([.string("Programming Languages")]),
      "main": .string("./extension.js"),
      "activationEvents": .array([.string("onLanguage:flexsh")]),
      "contributes": .object([
        "languages": .array([
          .object([
            "id": .string("flexsh"), "aliases": .array([.string("flexsh")]),
            "extensions": .array([.string(".flex")]),
            "firstLine": .string("^#!.*\\bflexsh\\b"),
            "configuration": .string("./language-configuration.json"),
          ])
        ]),
        "grammars": .array([
          .object([
            "language": .string("flexsh"), "scopeName": .string("source.flexsh"),
            "path": .string("./syntaxes/flexsh.tmLanguage.json"),
          ])
        ]),
      ]),
    ])
  }

  private static let configuration: JSON = {
    let pairs = [("{", "}"), ("[", "]"), ("(", ")")]
    let quotes = [("\"", "\""), ("'", "'")]
    return .object([
      "comments": .object(["lineComment": .string("#")]),
      "brackets": .array(pairs.map { .array([.string($0), .string($1)]) }),
      "autoClosingPairs": .array(
        pairs.map { .object(["open": .string($0), "close": .string($1)]) }
          + quotes.map {
            .object([
              "open": .string($0), "close": .string($1),
              "notIn": .array([.string("string"), .string("comment")]),
            ])
          }),
      "surroundingPairs": .array((pairs + quotes).map { .array([.string($0), .string($1)]) }),
      "wordPattern": .string("\\$?[A-Za-z_][A-Za-z0-9_-]*|[0-9][0-9A-Za-z./]*"),
      "indentationRules": .object([
        "increaseIndentPattern": .string("^.*[{\\[(]\\s*(#.*)?$"),
        "decreaseIndentPattern": .string("^\\s*[}\\])]"),
      ]),
    ])
  }()

  private static let script = #"""
    // Made by `flexsh help editor vscode` from the grammar of the language.
    // lex and its successors name their files like this, too: the content decides.
    'use strict';

    const verbs = /^(?:\#(Pattern.verbs))\#(Pattern.wordEnd)/;

    // Whether a text is a script of flexsh: its first line names the program, its first sentence begins
    // with a verb, or it is nothing but comments.
    function isScript(text) {
      const lines = text.split(/\r\n|\r|\n/, 100);
      if (/^#!.*\bflexsh\b/.test(lines[0])) return true;
      const first = lines.map((line) => line.trim()).find((line) => line && !line.startsWith('#'));
      return first === undefined || verbs.test(first);
    }

    function activate(context) {
      const vscode = require('vscode');
      const look = (document) => {
        if (document.languageId !== 'flexsh' || isScript(document.getText())) return;
        vscode.languages.getLanguages().then((known) => {
          const other = ['lex', 'jflex'].find((name) => known.includes(name)) || 'plaintext';
          vscode.languages.setTextDocumentLanguage(document, other);
        });
      };
      context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(look));
      vscode.workspace.textDocuments.forEach(look);
    }

    module.exports = { activate, isScript };

    """#

  private static let readme = """
    # flexsh for Visual Studio Code

    Colours, brackets and comments for scripts of flexsh. Copy this folder to
    `~/.vscode/extensions/flexsh` and restart the editor.

    Diagnostics, completion, renaming and the rest come from `flexsh lsp`: any extension that starts a
    language server for a language can start it, for the language `flexsh`, with the command
    `flexsh lsp` and no arguments besides.

    """
}

/// JSON with a line for each member, as people write it.
enum IndentedJSON {
  static func text(_ json: JSON) -> String { text(json, indent: "") + "\n" }

  private static func text(_ json: JSON, indent: String) -> String {
    let inner = indent + "  "
    switch json {
    case .array(let elements) where !elements.isEmpty:
      let texts = elements.map { text($0, indent: inner) }
      let line = "[" + texts.joined(separator: ", ") + "]"
      if line.count <= 60, !line.contains("\n") { return line }
      return "[\n" + texts.map { inner + $0 }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let object) where !object.isEmpty:
      let members = object.members.map { member in
        inner + JSON.string(member.name).serialized + ": " + text(member.value, indent: inner)
      }
      return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
    case .array, .object, .string, .number, .bool, .null: return json.serialized
    }
  }
}
