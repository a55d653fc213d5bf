import ArgumentParser
import FlexConsole
import FlexScript
import FlexStorage
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
      let file = name == "-" ? nil : try content(of: name)
      let bytes = try file?.bytes ?? ScriptOpening.bytes(of: ScriptOpening.open(name))
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
        } else if let file {
          if formatted != bytes { try write(formatted, to: file, name) }
        } else {
          output.write(formatted)
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

  private func content(of name: String) throws -> FileContent {
    do throws(FileProblem) {
      return try FileContent(of: name, atMost: StatementReader.maximumLength)
    } catch {
      throw Exit(status: ExitStatus.noInput, message: "\(name) cannot be read: \(error.reason)")
    }
  }

  private func write(_ bytes: [UInt8], to file: FileContent, _ name: String) throws {
    do throws(FileProblem) {
      try AtomicFile.rewrite(file, with: bytes)
    } catch {
      throw Exit(
        status: ExitStatus.outputFailed, message: "\(name) cannot be written: \(error.reason)")
    }
  }
}
