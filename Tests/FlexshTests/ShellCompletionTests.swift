import FlexCommands
import FlexSimulator
import FlexTestSupport
import Foundation
import Testing

/// What can be typed next, in real shells and without one.
struct ShellCompletionTests {
  private static let files = [
    "night.flex": """
    # the night shift
    param from: interaction = KD1 "where it is: now"
    param list_of: file = "people.csv"
    param why: text = 'a b'
    close UT1 on UO1 in $from
    param late: text
    """,
    "other one.flex": "echo 1\n", "people.csv": "a\n1\n", "people.txt": "x\n", "world.json": "{}",
    "sub/inner.flex": "echo 1\n", "sub/people.csv": "a\n1\n",
  ]

  /// What the program answers for words, without descriptions.
  private func words(
    _ words: [String], in folder: String, environment: [String: String] = [:]
  ) async throws -> [String] {
    let result = try await Executable.run(
      ["---complete", "fish"] + words,
      environment: environment.merging(["HOME": folder]) { a, _ in a },
      folder: folder)
    #expect(result.status == 0)
    #expect(result.errors == "")
    return result.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
  }

  @Test(arguments: [
    (["ni"], ["night.flex"]), (["sub/"], ["sub/inner.flex"]), (["night.flex", "fr"], ["from="]),
    (["night.flex", "from=x", "li"], ["list_of="]), (["run", "night.flex", "late"], []),
    (["night.flex", "list_of="], ["list_of=people.csv", "list_of=sub/", "list_of=world.json"]),
    (["night.flex", "list_of=sub/p"], ["list_of=sub/people.csv"]),
    (["night.flex", "why="], ["why=a b"]),
    (["check", ""], ["night.flex", "other one.flex", "sub/"]), (["check", "p"], []),
    (["check", "night.flex", "fr"], []), (["run", "--fixture", ""], ["sub/", "world.json"]),
    (["run", "--report-html", "peo"], ["people.csv", "people.txt"]),
    (["run", "--color", ""], ["auto", "always", "never"]),
    (["run", "--progress=n"], ["--progress=never"]),
    (["check", "-o", ""], ["text", "json", "ndjson", "tsv", "csv"]),
    (["run", "-o", "f"], ["flex"]), (["runs", "show", "-o", "f"], ["flex"]),
    (["--fault", "ref"], ["refuse"]), (["help", "exit-"], ["exit-codes"]),
    (["help", "editor", "v"], ["vim", "vscode"]), (["runs", "ver"], ["verify"]),
    (["plan", "--stri"], ["--strict"]), (["plan", "--", "--stri"], []), (["lsp", ""], []),
    (["--profile", ""], []), (["nosuch.flex", "a"], []), (["sub", "fr"], []),
  ])
  func words(_ words: [String], _ expected: [String]) async throws {
    try await Executable.withFolder(Self.files) { folder in
      let found = try await self.words(words, in: folder)
      #expect(found.sorted() == expected.sorted())
    }
  }

  @Test(arguments: [
    ("", ["all", "eu", "us", "ap"]), ("u", ["us"]), ("us,", ["us,ap", "us,eu"]),
    ("us,e", ["us,eu"]),
  ])
  func severalProfilesAreNamed(_ word: String, _ expected: [String]) async throws {
    let profiles = ["ap", "eu", "us"].map { "[profiles.\($0)]\n" }.joined()
    try await Executable.withFolder([".config/flexsh/config.toml": profiles]) { folder in
      let found = try await self.words(["run", "--profiles", word], in: folder)
      #expect(found.sorted() == expected.sorted())
    }
  }

  @Test func groupsAndTheirShardsAreNamed() async throws {
    try await Executable.withFolder(["s.flex": "echo 1\n"]) { folder in
      let environment = ["XDG_STATE_HOME": folder]
      let run = try await Executable.run(
        ["run", "--simulate", "--shard", "1/2", "--group", "evening", "s.flex"],
        environment: environment, folder: folder)
      #expect(run.status == 0)
      for (words, expected) in [
        (["runs", "merge", "ev"], ["evening"]), (["runs", "show", "ev"], ["evening/1-of-2"]),
        (["run", "--shard", ""], ["auto"]),
      ] {
        #expect(try await self.words(words, in: folder, environment: environment) == expected)
      }
    }
  }

  @Test func profilesAreNamedAndNothingElse() async throws {
    try await Executable.withFolder([:]) { folder in
      let path = folder + "/flexsh/config.toml"
      try FileManager.default.createDirectory(
        atPath: folder + "/flexsh", withIntermediateDirectories: true)
      let text = """
        [profiles.staging]
        account_sid = "AC00000000000000000000000000000001"
        api_key = "SK00000000000000000000000000000001"
        credential_command = "touch \(folder)/ran"
        [profiles."a\\u001b]0;x\\u0007"]
        account_sid = "AC00000000000000000000000000000003"
        [profiles.live]
        account_sid = "AC00000000000000000000000000000002"
        auth_token = "\(Loopback.secret)"
        """
      try Data(text.utf8).write(to: URL(filePath: path))
      let variables = ["XDG_CONFIG_HOME": folder]
      for (mode, expected) in [(0o600, ["live", "staging"]), (0o644, []), (0o622, [])] {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let found = try await self.words(
          ["run", "--profile", ""], in: folder, environment: variables)
        #expect(found == expected, "\(String(mode, radix: 8))")
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/ran"))
    }
  }

  @Test func runsHaveTheirDatesAndScripts() async throws {
    try await Executable.withFolder(["a.flex": "echo 1\n"]) { folder in
      let variables = ["XDG_STATE_HOME": folder + "/state", "HOME": folder]
      let run = try await Executable.run(
        ["run", "--simulate", "-c", "close every agent on UO1 in KD1"].map(Sample.expand)
          + ["--journal-dir", folder + "/j"], environment: variables, folder: folder)
      #expect(run.status < 65, "\(run.errors)")
      let result = try await Executable.run(
        ["---complete", "zsh", "resume", "--journal-dir", folder + "/j", ""],
        environment: variables, folder: folder)
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines.first == "last:the most recent run")
      #expect(lines.last?.contains("-c (simulated)") == true, "\(result.output)")
    }
  }

  @Test func faultsAreFaults() throws {
    for (text, _) in Fault.examples { _ = try Fault(text) }
    for kind in Fault.forms.split(separator: " ") {
      let name = kind.prefix { $0 != "[" && $0 != ":" }
      #expect(Fault.examples.contains { $0.text.hasPrefix(name) }, "\(kind)")
    }
  }

  // MARK: bash's words

  @Test(arguments: [
    ("flexsh a b", ["a"], "b", "b"), ("flexsh a ", ["a"], "", ""),
    ("flexsh", [], "flexsh", "flexsh"),
    ("flexsh a\\ b", [], "a b", "a\\ b"), ("flexsh 'a b", [], "a b", "'a b"),
    ("flexsh \"a b\" c", ["a b"], "c", "c"), ("flexsh x=\"a $b", [], "x=a $b", "x=\"a $b"),
    ("flexsh \"a\\\"b", [], "a\"b", "\"a\\\"b"), ("flexsh \"a\\n", [], "a\\n", "\"a\\n"),
    ("flexsh a'b'\"c\"d e", ["abcd"], "e", "e"), ("flexsh '' x", [""], "x", "x"),
  ])
  func bashWords(_ line: String, _ before: [String], _ word: String, _ written: String) {
    let read = ShellLine(line)
    #expect(read.before == before)
    #expect(read.word == word)
    #expect(read.written == written)
  }

  @Test func bashWordsAreWrittenAsTheyWereBegun() {
    #expect(ShellLine("flexsh a").written(for: "a b$c") == "a\\ b\\$c")
    #expect(ShellLine("flexsh \"a").written(for: "a b$c") == "a b\\$c")
    #expect(ShellLine("flexsh 'a").written(for: "a b$c") == "a b$c")
    // What the shell would execute stays a name.
    #expect(ShellLine("flexsh 'z").written(for: "z';touch x;'") == "z'\\'';touch x;'\\''")
    #expect(ShellLine("flexsh z").written(for: "z;\u{301}x") == "z\\;\u{301}x")
    #expect(ShellLine("flexsh \"z").written(for: "z`\u{301}x") == "z\\`\u{301}x")
  }

  // MARK: In shells

  /// Types lines in a shell, each up to a Tab, and looks at what becomes of them.
  private func type(
    _ shell: [String], set: String, _ lines: [(typed: String, becomes: String)]
  ) async throws {
    try await Executable.withFolder(Self.files) { folder in
      let program = URL(filePath: Executable.path).deletingLastPathComponent().path()
      let script = try await Executable.run(["--generate-completion-script", shell[0]])
      #expect(script.status == 0)
      try Data(script.output.utf8).write(to: URL(filePath: folder + "/completion"))
      let path = try #require(Programs.path(shell[0]))
      let terminal = try PseudoTerminal(
        [path] + shell.dropFirst(),
        environment: [
          "PATH": program + ":/usr/bin:/bin", "HOME": folder, "TERM": "xterm", "LC_ALL": "C.UTF-8",
          "XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder, "XDG_STATE_HOME": folder,
        ], columns: 120, lines: 50, folder: folder)
      terminal.type(set + "\n")
      try await terminal.wait(for: "ready%")
      for (typed, becomes) in lines {
        terminal.type(typed + "\t")
        try await terminal.wait(for: "`\(becomes)`") {
          $0.beforeCursor.hasSuffix("ready% " + becomes)
        }
        // Ctrl-U empties the line.
        terminal.type("\u{15}")
      }
      terminal.type("exit\n")
      _ = await terminal.end()
    }
  }

  @Test(.enabled(if: Programs.have("bash"), "bash is not installed, so its script is not tried"))
  func bash() async throws {
    try await type(
      ["bash", "--norc", "--noprofile", "-i"],
      set: "PS1='rea''dy% '; bind 'set bell-style none'; source ./completion",
      [
        ("flexsh ni", "flexsh night.flex "), ("flexsh night.flex fr", "flexsh night.flex from="),
        ("flexsh night.flex list_of=p", "flexsh night.flex list_of=people.csv "),
        ("flexsh night.flex list_of=sub/", "flexsh night.flex list_of=sub/people.csv "),
        ("flexsh night.flex 'list_of=sub/", "flexsh night.flex 'list_of=sub/people.csv' "),
        ("flexsh check oth", "flexsh check other\\ one.flex "),
        ("flexsh check \"oth", "flexsh check \"other one.flex\" "),
        ("flexsh run --color=al", "flexsh run --color=always "),
        ("flexsh run --fault 429:r", "flexsh run --fault 429:retry-after=1 "),
        ("flexsh run --dry", "flexsh run --dry-run "),
        ("flexsh help exit-", "flexsh help exit-codes "),
      ])
  }

  @Test(.enabled(if: Programs.have("zsh"), "zsh is not installed, so its script is not tried"))
  func zsh() async throws {
    try await type(
      ["zsh", "-f", "-i"],
      set:
        "PS1='rea''dy%% '; unsetopt beep; autoload -U compinit; compinit -u -D; source ./completion",
      [
        ("flexsh ni", "flexsh night.flex "), ("flexsh night.flex fr", "flexsh night.flex from="),
        ("flexsh night.flex list_of=p", "flexsh night.flex list_of=people.csv "),
        ("flexsh check oth", "flexsh check other\\ one.flex "),
        ("flexsh run --fault 429:r", "flexsh run --fault 429:retry-after=1 "),
        ("flexsh run --color al", "flexsh run --color always "),
        ("flexsh run --dry", "flexsh run --dry-run "),
        ("flexsh help exit-", "flexsh help exit-codes "),
      ])
  }

  @Test(.enabled(if: Programs.have("fish"), "fish is not installed, so its script is not tried"))
  func fish() async throws {
    try await type(
      ["fish", "--no-config", "-i"],
      set:
        "set -g fish_autosuggestion_enabled 0; function fish_prompt; echo -n 'rea''dy% '; end; source ./completion",
      [
        ("flexsh ni", "flexsh night.flex "), ("flexsh night.flex fr", "flexsh night.flex from="),
        ("flexsh night.flex list_of=p", "flexsh night.flex list_of=people.csv "),
        ("flexsh check oth", "flexsh check other\\ one.flex "),
        ("flexsh run --fault 429:r", "flexsh run --fault 429:retry-after=1 "),
        ("flexsh run --dry", "flexsh run --dry-run "),
        ("flexsh help exit-", "flexsh help exit-codes "),
      ])
  }
}
