import ArgumentParser
import FlexAPI
import FlexConsole
import FlexScript
import FlexStorage
import SystemPackage

/// Reports every diagnostic of every file, and sends nothing.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Report every mistake of every script; nothing is sent.")

  /// The forms of diagnostics.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: ArgumentHelp("Scripts; `-` is standard input.", valueName: "file"))
  var files: [String]

  @Option(name: .shortAndLong, help: "How diagnostics are printed: text or json.")
  var output = Format.text

  @Flag(help: "Warnings fail too.")
  var strict = false

  @Flag(name: .shortAndLong, help: "Tell less: no word of a script that checks.")
  var quiet = false

  func run() throws {
    var lists: [DiagnosticList] = []
    for name in files {
      let session = CheckSession(files: Files(root: name == "-" ? nil : name))
      do {
        try session.check(ScriptOpening.open(name), arguments: nil)
      } catch let failure as SourceFailure {
        throw Exit(
          status: ExitStatus.noInput, message: "\(name) cannot be read: \(failure.reason)")
      }
      lists += session.lists
    }
    let fails = lists.contains { $0.hasErrors || (strict && $0.hasWarnings) }
    switch output {
    case .text:
      DiagnosticOutput.write(lists)
      if !fails, !quiet {
        var errors = OutputStream(.standardError, isBuffered: false)
        errors.write(files.count == 1 ? "1 script checks\n" : "\(files.count) scripts check\n")
      }
    case .json:
      var stream = OutputStream(.standardOutput, isBuffered: true)
      stream.write(DiagnosticOutput.json(lists).serialized + "\n")
      stream.flush()
      if stream.failure != nil { throw Exit(status: ExitStatus.outputFailed, message: "") }
    }
    throw Exit(status: fails ? ExitStatus.checkFailed : ExitStatus.success, message: "")
  }
}
