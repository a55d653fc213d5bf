import FlexAPI
import FlexLanguageServer
import FlexScript
import FlexStorage
import FlexTestSupport
import Foundation
import Testing

struct DiagnosticsTests {
  /// What a fresh check of a file says, as the server would.
  static func check(_ path: String, _ text: String) throws -> [String] {
    let session = CheckSession(files: Files(root: path, isRecording: false))
    try session.check(
      OpenedFile(identity: path, name: path, source: BytesSource(text)), arguments: nil)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      Array($0.unicodeScalars)
    }
    func position(_ position: SourcePosition) -> String {
      let scalars = lines[position.line - 1].prefix(position.column - 1)
      let mark = position.line == 1 && text.unicodeScalars.first == "\u{FEFF}" ? 1 : 0
      return "\(position.line - 1):\(scalars.reduce(mark) { $0 + ($1.value > 0xFFFF ? 2 : 1) })"
    }
    return session.lists.filter { $0.file == path }.flatMap(\.all).map { diagnostic in
      let range = diagnostic.range.map { "\(position($0.start))-\(position($0.end))" } ?? "0:0-0:0"
      let help = diagnostic.help.map { "\n" + $0 } ?? ""
      return
        "\(range) \(diagnostic.severity.rawValue) \(diagnostic.id.rawValue) "
        + diagnostic.message + help
    }
  }

  @Test(arguments: ProjectFiles.list("examples", suffix: ".flex"))
  func examplesAreWhatTheCheckSays(_ file: String) throws {
    let path = ProjectFiles.root + file
    let text = try ProjectFiles.text(file)
    var editor = try Editor()
    editor.open("file://" + path, text)
    #expect(try editor.diagnostics(of: "file://" + path) == Self.check(path, text))
  }

  @Test func aThousandEditsAreLikeFreshChecks() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/main.flex"
    let pieces = [
      "close UT1", " on UO1", " in KD1", "\n", "use interaction KD1\n", "# é 😀\n", "echo \"😀 $a\"",
      "let a = 3\n", "for a in participants on UO1 in KD1 {\n", "}\n", "}", "wrapup $a\n", "UT9",
      "param chat: channel = UO1\n", "\"", "{", "x", ";", "\\\n", "expect 1 < 2\n", "😀", "é",
      "run \"other.flex\"\n", "rows of \"d.csv\"", "stop\n", " ", "$", "'",
    ].map(Sample.expand)
    var generator = SeededGenerator(state: 20)
    var editor = try Editor()
    var scalars = Array("use interaction \(Sample.expand("KD1"))\n".unicodeScalars)
    editor.open("file://" + path, String(String.UnicodeScalarView(scalars)))
    var mistaken = 0
    for version in 2...1001 {
      let start = Int.random(in: 0...scalars.count, using: &generator)
      let isLong = scalars.count > 300
      let end = min(
        scalars.count, start + Int.random(in: 0...(isLong ? 60 : 6), using: &generator))
      let piece = pieces.randomElement(using: &generator) ?? ""
      scalars.replaceSubrange(start..<end, with: Array(piece.unicodeScalars))
      let text = String(String.UnicodeScalarView(scalars))
      editor.change("file://" + path, text, version: version)
      let found = try editor.diagnostics(of: "file://" + path)
      let expected = try Self.check(path, text)
      #expect(found == expected, "\(text)")
      if found != expected { return }
      if !found.isEmpty { mistaken += 1 }
    }
    #expect(mistaken > 100, "many of them have mistakes")
  }

  @Test func changesRestBeforeTheyAreChecked() throws {
    var editor = try Editor()
    editor.open("file:///x.flex", "clsoe")
    #expect(editor.wait(.zero).count == 1, "what is opened is checked at once")
    editor.change("file:///x.flex", "clos", version: 2)
    #expect(editor.wait(.milliseconds(99)).isEmpty)
    editor.change("file:///x.flex", "close", version: 3)
    #expect(editor.wait(.milliseconds(99)).isEmpty, "the last change counts")
    let published = editor.wait(.milliseconds(1))
    #expect(published.map(\.uri) == ["file:///x.flex"])
    #expect(published.first?.parameters["version"] == .number(3))
    #expect(editor.wait(.seconds(10)).isEmpty, "once")
  }

  @Test func whatIsOpenTakesPrecedenceOverTheDisk() throws {
    let folder = try TemporaryFolder()
    let main = "file://" + folder.path + "/main.flex"
    let sub = "file://" + folder.path + "/sub.flex"
    let data = "file://" + folder.path + "/rows.csv"
    try folder.write("echo 1\n", to: "sub.flex")
    try folder.write("who\n\(Sample.expand("UT1"))\n", to: "rows.csv")
    var editor = try Editor()
    editor.open(
      main,
      Sample.expand(
        """
        run "sub.flex" with chat = UO1
        for row in rows of "rows.csv" { close $row.who on UO1 in KD1 }
        """))
    let before = try editor.diagnostics(of: main)
    #expect(before.map { $0.prefix(30) } == ["0:20-0:24 error unknown-argume"])
    editor.open(sub, "param chat: channel\necho $chat\n")
    #expect(try editor.diagnostics(of: main) == [], "the open script has the parameter")
    editor.open(data, "who\nnobody\n", language: "csv")
    let published = editor.wait(.milliseconds(200))
    let found = try #require(published.first { $0.uri == data }).parameters
    #expect(Editor.lines(found).map { $0.prefix(19) } == ["1:0-1:6 error bad-r"])
    #expect(found["version"] == .number(1))
    editor.change(data, "who\n\(Sample.expand("UT2"))\n", version: 2)
    let after = editor.wait(.milliseconds(200))
    #expect(Editor.lines(try #require(after.first { $0.uri == data }).parameters) == [])
    editor.notify("textDocument/didClose", Editor.about(sub))
    #expect(try editor.diagnostics(of: main).count == 1, "the disk counts again")
  }

  @Test func scriptsThatAreNotOpenHaveTheirMistakesToo() throws {
    let folder = try TemporaryFolder()
    let main = "file://" + folder.path + "/main.flex"
    try folder.write("clsoe\n", to: "sub.flex")
    var editor = try Editor()
    editor.open(main, "run \"sub.flex\"\n")
    let published = editor.wait(.zero)
    #expect(published.map(\.uri) == [main, "file://" + folder.path + "/sub.flex"])
    #expect(Editor.lines(published[0].parameters) == [])
    #expect(Editor.lines(published[1].parameters).count == 1)
    editor.notify("textDocument/didClose", Editor.about(main))
    let after = editor.wait(.zero)
    #expect(after.map(\.uri) == [main, "file://" + folder.path + "/sub.flex"])
    #expect(after.allSatisfy { Editor.lines($0.parameters).isEmpty }, "nothing leads to it now")
  }

  @Test func aScriptThatWasNeverSavedHasNoFolder() throws {
    var editor = try Editor()
    editor.open("untitled:Untitled-1", "run \"a.flex\"\nfor r in rows of \"a.csv\" { echo $r.a }\n")
    let lines = try editor.diagnostics(of: "untitled:Untitled-1")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.contains("file-not-found") && $0.contains("no folder") })
    editor.change("untitled:Untitled-1", "close $x\n", version: 2)
    #expect(try !editor.diagnostics(of: "untitled:Untitled-1").isEmpty)
  }

  @Test func aFileMayBeOpenUnderTwoURIs() throws {
    let folder = try TemporaryFolder()
    let main = "file://" + folder.path + "/main.flex"
    try folder.write("param x: text\necho $x\n", to: "callee.flex")
    var editor = try Editor()
    editor.open("file://" + folder.path + "/callee.flex", "param y: text\necho $y\n")
    editor.open("file://" + folder.path + "/%63allee.flex", "param y: text\necho $y\n")
    editor.open(main, "run \"callee.flex\" with y = \"1\"\n")
    #expect(try editor.diagnostics(of: main) == [])
    editor.notify(
      "textDocument/didClose", Editor.about("file://" + folder.path + "/%63allee.flex"))
    #expect(try editor.diagnostics(of: main) == [], "the other one is still open")
  }

  @Test func positionsInUTF16DataAreThoseOfItsText() throws {
    let folder = try TemporaryFolder()
    let main = "file://" + folder.path + "/main.flex"
    let units = Array("\u{FEFF}n,who\r\nab,😀bad\r\n".utf16)
    try Data(units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }).write(
      to: URL(filePath: folder.file("rows.csv")))
    var editor = try Editor()
    editor.open(
      main,
      Sample.expand("for r in rows of \"rows.csv\" { close $r.who on UO1 in KD1 }\n"))
    let published = editor.wait(.zero).first { $0.uri.hasSuffix("rows.csv") }
    let lines = Editor.lines(try #require(published).parameters)
    #expect(lines.map { $0.prefix(7) } == ["1:3-1:8"])
  }

  @Test func filesOfOtherProgramsAreLeftAlone() throws {
    var editor = try Editor()
    editor.open("file:///scan.flex", "%{\n#include <x.h>\n%}\n", language: "lex")
    editor.open("file:///a.csv", "a,b\n", language: "csv")
    #expect(editor.wait(.seconds(1)).isEmpty)
    #expect(
      try editor.failure("textDocument/hover", Editor.at("file:///scan.flex", 0, 0)).code == -32803)
  }

  @Test func editsOfPartsAreTaken() throws {
    var editor = try Editor()
    editor.open("file:///x.flex", "echo \"😀\"\nclsoe\n")
    _ = editor.wait(.zero)
    editor.notify(
      "textDocument/didChange",
      """
      {"textDocument": {"uri": "file:///x.flex", "version": 2}, "contentChanges": [
        {"range": {"start": {"line": 0, "character": 8}, "end": {"line": 0, "character": 8}},
         "text": "!"},
        {"range": {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}},
         "text": "stop\\n"}]}
      """)
    #expect(try editor.diagnostics(of: "file:///x.flex") == [])
  }

  @Test func limitsAreThoseOfTheCheck() throws {
    var editor = try Editor()
    editor.open("file:///x.flex", String(repeating: "clsoe\n", count: 500))
    #expect(try editor.diagnostics(of: "file:///x.flex").count == DiagnosticList.maximumErrors)
  }
}

/// The same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) ^ state
  }
}
