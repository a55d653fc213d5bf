import ArgumentParser
import FlexCommands
import FlexLanguageServer
import SystemPackage

/// Serves an editor.
struct LanguageServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp", abstract: "Serve an editor: the Language Server Protocol.",
    discussion: """
      It speaks the protocol's version 3.17 on standard input and output. It reads no credentials,
      opens no socket and writes no file.
      """)

  @Flag(help: "Accepted because editors pass it; there is no other way.")
  var stdio = false

  func run() throws {
    var loop = LanguageServerLoop(
      LanguageServer(version: Version.current), input: .standardInput, output: .standardOutput)
    throw CommandEnd(status: loop.run())
  }
}
