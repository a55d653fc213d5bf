import FlexAPI
import FlexConsole
import FlexScript
import FlexStorage

/// What `check` is asked for.
package struct CheckRequest: Sendable {
  /// The forms of diagnostics.
  package enum Format: String, CaseIterable, Sendable {
    case text, json
  }

  /// The scripts; `-` is standard input.
  package var files: [String]
  /// The form of diagnostics.
  package var format = Format.text
  /// Whether warnings fail, too.
  package var isStrict = false
  /// Whether nothing is said of a script that checks.
  package var isQuiet = false

  /// Checks these files.
  package init(files: [String]) {
    self.files = files
  }
}

extension Commands {
  /// Reports every diagnostic of every file; sends nothing.
  package static func check(
    _ request: CheckRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of { try check(request, context) }
  }

  /// Opens a script; a value for a parameter is no script, and says where it belongs.
  private static func opening(_ name: String) throws(CommandEnd) -> OpenedFile {
    do {
      return try ScriptOpening.open(name, isRecorded: false)
    } catch {
      guard name.contains("=") else { throw error }
      throw CommandEnd(
        status: error.status, message: error.message,
        help: "check takes scripts only; to check their values, too: "
          + "flexsh run --dry-run FILE name=value")
    }
  }

  private static func check(
    _ request: CheckRequest, _ context: CommandContext
  ) throws -> CommandEnd {
    var lists: [DiagnosticList] = []
    for name in request.files {
      let session = CheckSession(files: Files(root: name == "-" ? nil : name, isRecording: false))
      let file = try opening(name)
      do throws(SourceFailure) {
        try session.check(file, arguments: nil)
      } catch {
        throw CommandEnd(
          status: ExitStatus.noInput, message: "\(name) cannot be read: \(error.reason)")
      }
      lists += session.lists
    }
    let fails = lists.contains { $0.hasErrors || (request.isStrict && $0.hasWarnings) }
    switch request.format {
    case .text:
      DiagnosticOutput.write(lists, context)
      if !fails, !request.isQuiet {
        let count = request.files.count
        context.say(count == 1 ? "1 script checks\n" : "\(count) scripts check\n")
      }
    case .json:
      var stream = context.outputStream()
      stream.write(DiagnosticOutput.json(lists).serialized + "\n")
      stream.flush()
      if stream.failure != nil { throw CommandEnd(status: ExitStatus.outputFailed) }
    }
    return CommandEnd(status: fails ? ExitStatus.checkFailed : ExitStatus.success)
  }

  /// Describes the values that a script takes, for `flexsh run FILE --help`.
  package static func describe(
    script name: String, in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of {
      let file = try ScriptOpening.open(name)
      let parameters: [Parameter]
      do throws(SourceFailure) {
        parameters = try CheckSession(files: Files(root: name, isRecording: false)).check(
          file, arguments: nil)
      } catch {
        throw CommandEnd(
          status: ExitStatus.noInput, message: "\(name) cannot be read: \(error.reason)")
      }
      var output = context.outputStream()
      output.write(ScriptHelp.text(name, parameters))
      output.flush()
      return CommandEnd(
        status: output.failure == nil ? ExitStatus.success : ExitStatus.outputFailed)
    }
  }
}
