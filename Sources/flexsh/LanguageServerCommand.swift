import ArgumentParser
import FlexCommands
import FlexLanguageServer
import SystemPackage

/// Serves an editor.
struct LanguageServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp", abstract: "Serve an editor (Language Server Protocol).",
    discussion: "It speaks version 3.17 of the protocol on standard input and output. "
      + "It reads no credentials, opens no socket and writes no file.")

  @Flag(help: "Accepted because editors pass it; there is no other way.")
  var stdio = false

  func run() throws {
    var loop = LanguageServerLoop(
      LanguageServer(version: Version.current), input: .standardInput, output: .standardOutput)
    let status = loop.run()
    throw CommandEnd(status: status, message: loop.problem ?? "")
  }
}
