import FlexScript
import FlexTestSupport
import Foundation
import Testing

/// The files of each editor, loaded by the editor itself, over the examples.
struct EditorFileTests {
  /// What the files are tried on besides the examples.
  private static let sample = Sample.expand(
    #"""
    #!/usr/bin/env flexsh
    # é 😀 what "is" $not coloured
    param chat: channel = UO1 "the 😀 chat"
    param limit: duration = 2h
    use channel $chat in KD1; let n = 3  # close
    let rows = list_of; for row in rows of "d.csv" where $row."Agent Name" is 'a $b' {
      try close $row.who; if $row.n >= 0.5 and not $row.x is empty { stop "no \"$row.n\" \u{1F600}" }
      else_not in-flight closes close-by
    } else { wrapup every agent }
    let found = find "+15550100"
    set rate 20/s; set on-error continue
    add customer on UO1 media {"type": "x", "n": [1, 2e3, true], "to": "${row.'A b'} $chat"} \
      routing {"properties": {}}
    wait until (channel).status is closed every 500ms timeout 1.5m
    let folder = 'C:\dir\'; echo "$folder"
    echo "open

    """#)

  /// The letters for the parts of a script, one for each scalar, by the language's own lexer: `?` for
  /// what editors may show in any way.
  private static func expected(_ script: String) -> [[Character]] {
    let bytes = Array(script.utf8)
    var letters = [Character](repeating: "-", count: bytes.count)
    for part in Highlight.parts(of: bytes) {
      let letter: Character =
        switch part.kind {
        case .verb: "v"
        case .keyword: "k"
        case .word: "?"
        case .text: "t"
        case .number: "n"
        case .comment: "c"
        case .reference: "r"
        case .sid: "s"
        }
      for index in part.range { letters[index] = letter }
    }
    var rows: [[Character]] = [[]]
    for (index, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
      if byte == 0x0A { rows.append([]) } else { rows[rows.count - 1].append(letters[index]) }
    }
    return rows
  }

  /// The scripts that editors are tried on, by a name.
  private static let scripts: [(name: String, text: String)] = {
    let examples = ProjectFiles.list("examples", suffix: ".flex")
    return examples.compactMap { path in
      (try? ProjectFiles.text(path)).map { (path, $0) }
    } + [("sample", sample)]
  }()

  /// Lets a program write its letters for each script, and compares them with the lexer's.
  ///
  /// `command`: its words for the files' folder, a script and the output. `letters`: what a letter of
  /// the lexer is for this program. `first`: the first line that it writes.
  private static func compare(
    _ editor: String, first: String, letters: [Character: Character] = [:],
    environment: (_ folder: String, _ script: String, _ out: String) -> [String: String] = {
      _, _, _ in [:]
    },
    _ command: (_ folder: String, _ script: String, _ out: String) -> [String]
  ) async throws {
    let folder = try TemporaryFolder()
    let written = try await Executable.run(["help", "editor", editor, "--out", folder.path])
    #expect(written.status == 0, "\(written.errors)")
    #expect(!scripts.isEmpty)
    for (name, text) in scripts {
      let script = try folder.write(text, to: "script.flex")
      let out = folder.file("out")
      try await Programs.run(
        command(folder.path, script, out), environment: environment(folder.path, script, out))
      var rows = try folder.text("out").split(separator: "\n", omittingEmptySubsequences: false)
        .map(Array.init)
      #expect(String(rows.removeFirst()) == first, "\(name)")
      for (number, row) in expected(text).enumerated() {
        let found = number < rows.count ? rows[number] : []
        let isSame =
          found.count == row.count
          && zip(row, found).allSatisfy { expected, found in
            expected == "?" || (letters[expected] ?? expected) == found
              // A text may show what is interpolated, and an unfinished one as nothing.
              || expected == "t"
                && (found == "r" || text.hasSuffix("\"open\n") && number == 15 && found == "-")
          }
        #expect(
          isSame,
          """
          \(editor), \(name):\(number + 1)
          \(String(row))
          \(String(found))
          """)
      }
    }
  }

  @Test(.enabled(if: Programs.have("vim"), "vim is not installed, so its files are not tried"))
  func vim() async throws {
    let script = ProjectFiles.root + "Tests/FlexshTests/Editors/classes.vim"
    try await Self.compare(
      "vim", first: "filetype flexsh, commentstring # %s",
      environment: { ["FLEXSH_RTP": $0, "FLEXSH_FILE": $1, "FLEXSH_OUT": $2] },
      { _, _, _ in ["vim", "-e", "-s", "-N", "-u", "NONE", "-S", script] })
  }

  @Test(.enabled(if: Programs.have("emacs"), "emacs is not installed, so its file is not tried"))
  func emacs() async throws {
    let probe = ProjectFiles.root + "Tests/FlexshTests/Editors/classes.el"
    try await Self.compare(
      "emacs", first: "mode flexsh-mode", letters: ["n": "x", "s": "x"],
      { ["emacs", "-Q", "--batch", "-l", probe, $0 + "/flexsh-mode.el", $1, $2] })
  }

  @Test(
    .enabled(
      if: Programs.havePython("pygments"), "Pygments is not installed, so its lexer is not tried"))
  func pygments() async throws {
    let probe = ProjectFiles.root + "Tests/FlexshTests/Editors/classes_pygments.py"
    for (first, isSample) in [("score 0.3", false), ("score 1.0", true)] {
      let scripts = Self.scripts.filter { ($0.name == "sample") == isSample }
      #expect(!scripts.isEmpty)
      let folder = try TemporaryFolder()
      _ = try await Executable.run(["help", "editor", "pygments", "--out", folder.path])
      let script = try folder.write(scripts[0].text, to: "script.flex")
      try await Programs.run(
        ["python3", probe, folder.path + "/flexsh_lexer.py", script, folder.file("out")])
      #expect(try folder.text("out").hasPrefix(first))
    }
    try await Self.compare(
      "pygments", first: "scored",
      { ["python3", probe, $0 + "/flexsh_lexer.py", $1, $2, "scored"] })
  }

  @Test(
    .enabled(
      if: Programs.havePython("onigurumacffi"),
      "Oniguruma is not installed, so the TextMate grammar is not tried"))
  func textMate() async throws {
    let probe = ProjectFiles.root + "Tests/FlexshTests/Editors/classes_textmate.py"
    try await Self.compare(
      "vscode", first: "source.flexsh",
      { ["python3", probe, $0 + "/syntaxes/flexsh.tmLanguage.json", $1, $2] })
  }

  /// Contents of files whose names end with `.flex`, and whether they are scripts of flexsh.
  private static let contents: [(text: String, isScript: Bool)] = [
    ("#!/usr/bin/env flexsh\n%%\n", true), ("\n# é\n\n  close UT1\n", true),
    ("# only this\n", true),
    ("", true), ("param x: text\n", true), ("wrapup\n", true),
    ("%{\n#include <stdio.h>\n%}\n%%\n", false), ("/* a scanner */\n%option noyywrap\n", false),
    ("package com.example;\n%%\n%class Scanner\n", false), ("closed: x\n", false),
    ("%%\n\nclose { return 1; }\n", false), ("close-by\n", false),
  ]

  @Test(.enabled(if: Programs.have("node"), "node is not installed, so the extension is not tried"))
  func theExtensionLooksAtTheContent() async throws {
    let folder = try TemporaryFolder()
    _ = try await Executable.run(["help", "editor", "vscode", "--out", folder.path])
    for (text, isScript) in Self.contents {
      try folder.write(text, to: "text")
      try await Programs.run([
        "node", "-e",
        """
        const { isScript } = require('\(folder.path)/extension.js');
        const text = require('fs').readFileSync('\(folder.file("text"))', 'utf8');
        process.exit(isScript(text) === \(isScript) ? 0 : 1);
        """,
      ])
    }
  }

  @Test(.enabled(if: Programs.have("vim"), "vim is not installed, so its files are not tried"))
  func vimLooksAtTheContent() async throws {
    let folder = try TemporaryFolder()
    _ = try await Executable.run(["help", "editor", "vim", "--out", folder.path])
    let probe = ProjectFiles.root + "Tests/FlexshTests/Editors/classes.vim"
    for (text, isScript) in Self.contents {
      let script = try folder.write(text, to: "x.flex")
      try await Programs.run(
        ["vim", "-e", "-s", "-N", "-u", "NONE", "-S", probe],
        environment: [
          "FLEXSH_RTP": folder.path, "FLEXSH_FILE": script, "FLEXSH_OUT": folder.file("out"),
        ])
      #expect(try folder.text("out").hasPrefix("filetype flexsh,") == isScript, "\(text)")
    }
  }

  @Test(.enabled(if: Programs.have("emacs"), "emacs is not installed, so its file is not tried"))
  func emacsLooksAtTheContent() async throws {
    let folder = try TemporaryFolder()
    _ = try await Executable.run(["help", "editor", "emacs", "--out", folder.path])
    let probe = ProjectFiles.root + "Tests/FlexshTests/Editors/classes.el"
    for (text, isScript) in Self.contents {
      let script = try folder.write(text, to: "x.flex")
      try await Programs.run([
        "emacs", "-Q", "--batch", "-l", probe, folder.path + "/flexsh-mode.el", script,
        folder.file("out"),
      ])
      #expect(try folder.text("out").hasPrefix("mode flexsh-mode") == isScript, "\(text)")
    }
  }

  @Test(.enabled(if: Programs.have("vim"), "vim is not installed, so its files are not tried"))
  func vimLaysOutWhatItCanAndLeavesTheRest() async throws {
    let folder = try TemporaryFolder()
    _ = try await Executable.run(["help", "editor", "vim", "--out", folder.path])
    let path = URL(filePath: Executable.path).deletingLastPathComponent().path()
    for (text, formatted) in [
      ("echo   1\nif 1 is 1 {\n}\n", "echo 1\nif 1 is 1 {\n}\n"),
      ("if 1   is 1 {\n}\n", "if 1   is 1 {\n}\n"),
    ] {
      let script = try folder.write(text, to: "x.flex")
      try await Programs.run(
        [
          "vim", "-e", "-s", "-N", "-u", "NONE", "--cmd", "set rtp^=\(folder.path)", "--cmd",
          "filetype plugin on", script, "-c", "normal 1Ggqq", "-c", "wq",
        ], environment: ["PATH": path + ":/usr/bin:/bin"])
      #expect(try folder.text("x.flex") == formatted)
    }
  }

  @Test(.enabled(if: Programs.have("emacs"), "emacs is not installed, so its file is not tried"))
  func emacsIndentsLikeFmt() async throws {
    let folder = try TemporaryFolder()
    _ = try await Executable.run(["help", "editor", "emacs", "--out", folder.path])
    let probe = ProjectFiles.root + "Tests/FlexshTests/Editors/classes.el"
    let text = Sample.expand(
      """
      let path = 'C:\\dir\\'
      if 1 < 2 {
        echo "$path", [
          1
        ]
        close UT1, \\
          UT2 on UO1 in KD1
      } else {
        stop
      }

      """)
    let script = try folder.write(text, to: "x.flex")
    #expect(try await Executable.run(["fmt", "--check", script]).status == 0)
    try await Programs.run([
      "emacs", "-Q", "--batch", "-l", probe, folder.path + "/flexsh-mode.el", script,
      folder.file("out"),
    ])
    #expect(try folder.text("out").hasSuffix("\nindented\n"))
  }

  // MARK: The command

  @Test func theMainFileIsPrinted() async throws {
    for (editor, part) in [
      ("vim", "syn match flexshVerb"), ("vscode", "\"scopeName\": \"source.flexsh\""),
      ("emacs", "(provide 'flexsh-mode)"), ("pygments", "class FlexshLexer(RegexLexer)"),
    ] {
      let result = try await Executable.run(["help", "editor", editor])
      #expect(result.status == 0)
      #expect(result.output.contains(part))
      #expect(Keyword.allCases.allSatisfy { result.output.contains($0.rawValue) })
    }
  }

  @Test func aChangedFileIsNeverOverwritten() async throws {
    let folder = try TemporaryFolder()
    let words = ["help", "editor", "vim", "--out", folder.path + "/new/vim"]
    #expect(try await Executable.run(words).status == 0)
    let again = try await Executable.run(words)
    #expect(again.status == 0)
    #expect(again.output.contains("unchanged: "))
    let syntax = "new/vim/syntax/flexsh.vim"
    let text = try folder.text(syntax)
    try folder.write(text + "\" mine\n", to: syntax)
    let changed = try await Executable.run(words)
    #expect(changed.status == 1)
    #expect(changed.output.contains("kept, because it was changed: "))
    #expect(changed.errors.contains("never overwritten"))
    #expect(try folder.text(syntax) == text + "\" mine\n")
    // One that an older version wrote, and nobody changed, is replaced.
    let list = "new/vim/.flexsh-vim.sha256"
    let older = "\" an older version\n"
    try folder.write(older, to: syntax)
    let digest = try await Programs.run(["sha256sum", folder.file(syntax)]).prefix(64)
    try folder.write("\(digest)  syntax/flexsh.vim\n", to: list)
    #expect(try await Executable.run(words).status == 0)
    #expect(try folder.text(syntax) == text)
  }

  @Test func wrongCalls() async throws {
    for (words, part) in [
      (["vmi"], "did you mean `vim`?"), (["notepad"], "vim, vscode, emacs, pygments"),
      (["vim", "--out"], "--out needs a folder"), (["vim", "x"], "cannot stand here"),
    ] {
      let result = try await Executable.run(["help", "editor"] + words)
      #expect(result.status == 64)
      #expect(result.errors.contains(part), "\(result.errors)")
    }
  }
}
