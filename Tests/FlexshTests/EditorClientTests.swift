import FlexTestSupport
import Foundation
import Testing

/// The language server, driven by editors.
struct EditorClientTests {
  @Test(.enabled(if: Programs.have("nvim"), "Neovim is not installed, so it is not tried"))
  func neovim() async throws {
    let folder = try TemporaryFolder()
    let sid = Sample.expand("UO1")
    let script = try folder.write(
      "param chat: channel = \(sid)\nclsoe channel $chat in \(Sample.expand("KD1")) # 😀\n",
      to: "night.flex")
    let out = folder.file("out")
    try await Programs.run(
      [
        "nvim", "--headless", "-u", "NONE", "-i", "NONE", "-S",
        ProjectFiles.root + "Tests/FlexshTests/Editors/session.lua",
      ],
      environment: [
        "FLEXSH_FILE": script, "FLEXSH_OUT": out, "FLEXSH_BINARY": Executable.path,
        "HOME": folder.path, "XDG_STATE_HOME": folder.path, "XDG_CACHE_HOME": folder.path,
      ], folder: folder.path)
    let shown = try #require(
      JSONSerialization.jsonObject(with: Data(folder.text("out").utf8)) as? [String: Any])
    #expect(shown["problem"] == nil, "\(shown)")
    #expect(shown["diagnostics"] as? [String] == ["1:0 unknown-command"])
    #expect(shown["action"] as? String == "write `close`")
    #expect((shown["fixed"] as? [String])?.last?.hasPrefix("close channel $chat") == true)
    #expect((shown["none"] as? [String]) == [])
    #expect(shown["completion"] as? [String] == ["wrapup"])
    #expect((shown["hover"] as? String)?.contains("close every agent") == true)
    let renamed = [
      "param talk: channel = \(sid)", "close channel $talk in \(Sample.expand("KD1")) # 😀",
    ]
    #expect(shown["renamed"] as? [String] == renamed)
    let formatted = [renamed[0], renamed[1].replacing(" #", with: "  #"), "echo 1"]
    #expect(shown["formatted"] as? [String] == formatted)
  }

  @Test(.enabled(if: Programs.have("nvim"), "Neovim is not installed, so its files are not tried"))
  func neovimKnowsTheFiles() async throws {
    let folder = try TemporaryFolder()
    _ = try await Executable.run(["help", "editor", "vim", "--out", folder.path])
    let script = try folder.write("close UT1\n", to: "x.flex")
    let shown = try await Programs.run(
      [
        "nvim", "--headless", "-u", "NONE", "-i", "NONE", "--cmd", "set rtp^=\(folder.path)",
        "--cmd", "filetype plugin on", script, "-c",
        "call writefile([&filetype, &formatexpr], '\(folder.file("out"))')", "-c", "qa!",
      ], environment: ["HOME": folder.path, "XDG_STATE_HOME": folder.path])
    #expect(shown == "")
    #expect(try folder.text("out") == "flexsh\nFlexshFormat()\n")
  }
}
