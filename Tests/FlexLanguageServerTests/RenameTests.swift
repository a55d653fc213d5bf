import FlexAPI
import FlexTestSupport
import Foundation
import Testing

struct RenameTests {
  private static let main = Sample.expand(
    """
    param chat: channel = UO1 "where"
    for agent in participants on $chat in KD1 {
      echo "😀 ${agent.type} $chat"
      run "sub/park.flex" with chat = $chat, who = $agent
    }

    """)
  private static let sub = Sample.expand(
    """
    param who: participant
    param chat: channel
    close $who on $chat in KD1

    """)

  private struct Files {
    let folder: TemporaryFolder
    let main, sub: String
    var editor: Editor

    init(main: String = RenameTests.main, sub: String = RenameTests.sub) throws {
      folder = try TemporaryFolder()
      try folder.makeFolder("sub")
      try folder.write(main, to: "main.flex")
      try folder.write(sub, to: "sub/park.flex")
      self.main = "file://" + folder.path + "/main.flex"
      self.sub = "file://" + folder.path + "/sub/park.flex"
      editor = try Editor(folder: folder.path)
    }
  }

  /// The texts of the files that an edit changes, by the ends of their names.
  private func changed(_ result: JSON, _ files: Files) throws -> [String: String] {
    let changes = try #require(result.object?["changes"]?.object)
    var texts: [String: String] = [:]
    for change in changes.members {
      let name = String(change.name.dropFirst("file://\(files.folder.path)/".count))
      texts[name] = try Editor.apply(change.value.array ?? [], to: files.folder.text(name))
    }
    return texts
  }

  @Test func aNameIsRenamedWhereverItIs() throws {
    var files = try Files()
    files.editor.open(files.main, Self.main)
    let result = try files.editor.result(
      "textDocument/rename", Editor.at(files.main, 2, 27, more: ", \"newName\": \"talk\""))
    #expect(
      try changed(result, files) == [
        "main.flex": Sample.expand(
          """
          param talk: channel = UO1 "where"
          for agent in participants on $talk in KD1 {
            echo "😀 ${agent.type} $talk"
            run "sub/park.flex" with chat = $talk, who = $agent
          }

          """)
      ], "the parameter of the other script has the same name, and is another one")
    let loop = try files.editor.result(
      "textDocument/rename", Editor.at(files.main, 1, 5, more: ", \"newName\": \"close\""))
    #expect(
      try changed(loop, files)["main.flex"]?.contains("${close.type}") == true,
      "a verb is a name, too")
  }

  @Test(arguments: [true, false])
  func aParameterIsRenamedInItsCallersToo(_ isOpen: Bool) throws {
    var files = try Files()
    files.editor.open(files.sub, Self.sub)
    if isOpen { files.editor.open(files.main, Self.main) }
    let result = try files.editor.result(
      "textDocument/rename", Editor.at(files.sub, 0, 7, more: ", \"newName\": \"agent\""))
    let texts = try changed(result, files)
    #expect(texts.keys.sorted() == ["main.flex", "sub/park.flex"])
    #expect(texts["main.flex"]?.contains("with chat = $chat, agent = $agent") == true)
    #expect(texts["sub/park.flex"]?.hasPrefix("param agent: participant\n") == true)
    #expect(texts["sub/park.flex"]?.contains("close $agent on $chat") == true)
    // What is renamed is as right as before.
    for (name, text) in texts { try files.folder.write(text, to: name) }
    let path = files.folder.path + "/main.flex"
    #expect(try DiagnosticsTests.check(path, files.folder.text("main.flex")) == [])
  }

  @Test func aParameterIsRenamedFromItsCaller() throws {
    var files = try Files()
    files.editor.open(files.main, Self.main)
    let place = try files.editor.result("textDocument/prepareRename", Editor.at(files.main, 3, 43))
    #expect(Editor.range(place.object?["range"]) == "3:41-3:44")
    let result = try files.editor.result(
      "textDocument/rename", Editor.at(files.main, 3, 43, more: ", \"newName\": \"agent\""))
    #expect(try changed(result, files).keys.sorted() == ["main.flex", "sub/park.flex"])
    let definition = try files.editor.result(
      "textDocument/definition", Editor.at(files.main, 3, 43))
    #expect(definition.object?["uri"] == .string(files.sub))
    let references = try files.editor.result(
      "textDocument/references",
      Editor.at(files.main, 3, 43, more: ", \"context\": {\"includeDeclaration\": true}"))
    #expect(references.array?.count == 3)
  }

  @Test(arguments: ["", "Talk", "2", "a-b", "é", "a b", "$a", "agent"])
  func badNames(_ name: String) throws {
    var files = try Files()
    files.editor.open(files.main, Self.main)
    let failure = try files.editor.failure(
      "textDocument/rename", Editor.at(files.main, 0, 7, more: ", \"newName\": \"\(name)\""))
    #expect(failure.code == -32803)
    #expect(failure.message.contains(name == "agent" ? "already" : "is not a valid name"))
  }

  @Test func whatDoesNotCheckIsNotRenamed() throws {
    for (main, sub) in [(Self.main + "clsoe\n", Self.sub), (Self.main, Self.sub + "clsoe\n")] {
      var files = try Files(main: main, sub: sub)
      files.editor.open(files.sub, sub)
      let failure = try files.editor.failure(
        "textDocument/rename", Editor.at(files.sub, 0, 7, more: ", \"newName\": \"agent\""))
      #expect(failure.code == -32803)
      #expect(failure.message.contains("has errors"))
    }
  }

  @Test func linksThatLeadInCirclesAreFollowedOnce() throws {
    var files = try Files()
    for name in ["l1", "l2", "l3"] {
      try FileManager.default.createSymbolicLink(
        atPath: files.folder.path + "/\(name)", withDestinationPath: ".")
    }
    files.editor.open(files.sub, Self.sub)
    let result = try files.editor.result(
      "textDocument/rename", Editor.at(files.sub, 0, 7, more: ", \"newName\": \"agent\""))
    #expect(try changed(result, files).keys.sorted() == ["main.flex", "sub/park.flex"])
  }

  @Test func pathsInEditsAreNormal() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("sub")
    try folder.write("run \"sub/../a.flex\" with who = \"x\"\n", to: "b.flex")
    var editor = try Editor(folder: folder.path + "/")
    let uri = "file://\(folder.path)/a.flex"
    editor.open(uri, "param who: text\necho $who\n")
    let result = try editor.result(
      "textDocument/rename", Editor.at(uri, 0, 7, more: ", \"newName\": \"name\""))
    let changes = result.object?["changes"]?.object?.members.map(\.name)
    let caller = "file://\(folder.path)/b.flex"
    editor.open(caller, try folder.text("b.flex"))
    let links = try editor.result("textDocument/documentLink", Editor.about(caller))
    #expect(links.array?.first?.object?["target"] == .string(uri))
    #expect(changes?.sorted() == [uri, "file://\(folder.path)/b.flex"].sorted())
  }

  @Test func thereIsNothingToRename() throws {
    var files = try Files()
    files.editor.open(files.main, Self.main)
    for (line, character) in [(0, 1), (0, 20), (1, 14), (9, 9)] {
      #expect(
        try files.editor.failure(
          "textDocument/prepareRename", Editor.at(files.main, line, character)
        ).code == -32803,
        "\(line):\(character)")
    }
  }

  @Test func editsNameTheVersionForEditorsThatKnowIt() throws {
    var editor = try Editor(
      capabilities: #"{"workspace": {"workspaceEdit": {"documentChanges": true}}}"#)
    editor.open("file:///x.flex", "let a = 1\necho $a\n")
    editor.change("file:///x.flex", "let a = 2\necho $a\n", version: 7)
    let result = try editor.result(
      "textDocument/rename", Editor.at("file:///x.flex", 0, 4, more: ", \"newName\": \"b\""))
    let document = result.object?["documentChanges"]?.array?.first?.object?["textDocument"]
    #expect(document == .object(["uri": .string("file:///x.flex"), "version": .number(7)]))
  }
}
