import ArgumentParser
import FlexConsole
import FlexScript
import SystemPackage

/// Lays scripts out in the canonical way.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Rewrite scripts in the canonical layout.",
    discussion: "With `-` it reads standard input and writes standard output.")

  @Argument(help: ArgumentHelp("Scripts; `-` filters.", valueName: "file"))
  var files: [String]

  @Flag(help: "Change nothing: print what would change, and exit 1 if anything would.")
  var check = false

  func run() throws {
    var output = OutputStream(.standardOutput, isBuffered: true)
    var status = ExitStatus.success
    for name in files {
      let bytes = try content(of: name)
      do {
        let formatted = try Formatter.format(bytes, file: name)
        if check {
          let difference = TextDifference.unified(
            String(decoding: bytes, as: UTF8.self), String(decoding: formatted, as: UTF8.self),
            name: name, change: "formatted")
          if formatted != bytes { status = max(status, ExitStatus.failed) }
          // Line ends and a byte-order mark do not show as lines.
          output.write(
            difference.isEmpty && formatted != bytes
              ? "\(VisibleText.escaped(name)): line ends or a byte-order mark would change\n"
              : difference)
        } else if name == "-" {
          output.write(formatted)
        } else if formatted != bytes {
          try write(formatted, to: name)
        }
      } catch let error as UnreadableScript {
        DiagnosticOutput.write([error.diagnostics])
        status = ExitStatus.checkFailed
      }
    }
    output.flush()
    throw Exit(
      status: output.failure == nil ? status : ExitStatus.outputFailed, message: "")
  }

  private func content(of name: String) throws -> [UInt8] {
    try ScriptOpening.bytes(of: ScriptOpening.open(name))
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    do throws(FileProblem) {
      try FileReplacing.replace(name, with: bytes)
    } catch {
      throw Exit(
        status: ExitStatus.outputFailed, message: "\(name) cannot be written: \(error.reason)")
    }
  }
}
