import FlexConsole
import FlexScript
import FlexStorage

/// What `fmt` is asked for.
package struct FormatRequest: Sendable {
  /// The scripts; `-` is standard input, written to standard output.
  package var files: [String]
  /// Whether nothing is written, and the differences are shown.
  package var onlyChecks = false

  /// Formats these files.
  package init(files: [String], onlyChecks: Bool) {
    self.files = files
    self.onlyChecks = onlyChecks
  }
}

extension Commands {
  /// Rewrites scripts in the canonical layout.
  package static func format(
    _ request: FormatRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of { try format(request, context) }
  }

  private static func format(
    _ request: FormatRequest, _ context: CommandContext
  ) throws -> CommandEnd {
    var output = context.outputStream()
    var status = ExitStatus.success
    for name in request.files {
      let file = name == "-" ? nil : try content(of: name)
      let bytes = try file?.bytes ?? ScriptOpening.bytes(of: ScriptOpening.open(name))
      do {
        let formatted = try Formatter.format(bytes, file: name)
        if request.onlyChecks {
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
        DiagnosticOutput.write([error.diagnostics], context)
        status = ExitStatus.checkFailed
      }
    }
    output.flush()
    return CommandEnd(status: output.failure == nil ? status : ExitStatus.outputFailed)
  }

  private static func content(of name: String) throws -> FileContent {
    do throws(FileProblem) {
      return try FileContent(of: name, atMost: StatementReader.maximumLength)
    } catch {
      throw CommandEnd(
        status: ExitStatus.noInput, message: "\(name) cannot be read: \(error.reason)")
    }
  }

  private static func write(_ bytes: [UInt8], to file: FileContent, _ name: String) throws {
    do throws(FileProblem) {
      try AtomicFile.rewrite(file, with: bytes)
    } catch {
      throw CommandEnd(
        status: ExitStatus.outputFailed, message: "\(name) cannot be written: \(error.reason)")
    }
  }
}
