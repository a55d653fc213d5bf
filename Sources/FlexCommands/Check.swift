import FlexAPI
import FlexConsole
import FlexScript
import FlexStorage

/// What `check` is asked for.
package struct CheckRequest: Sendable {
  /// The scripts; `-` is standard input.
  package var files: [String]
  /// The form of diagnostics.
  package var output = OutputSettings()
  /// Whether warnings fail, too.
  package var isStrict = false
  /// Whether SIDs of another shape or kind are taken, with a warning.
  package var admitsOtherSIDs = false
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
    if request.admitsOtherSIDs { OtherSIDs.admit() }
    return await CommandEnd.of { try check(request, context) }
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
    // A missing file does not hide what is wrong with the others.
    var problems: [CommandEnd] = []
    for name in request.files {
      do {
        lists += try check(name)
      } catch let problem as CommandEnd {
        problems.append(problem)
      }
    }
    let fails = lists.contains { $0.hasErrors || (request.isStrict && $0.hasWarnings) }
    var status = fails ? ExitStatus.checkFailed : ExitStatus.success
    if let problem = problems.first { status = problem.status }
    let end = try write(lists, request, status, context)
    for problem in problems.dropLast() {
      context.say("flexsh: \(VisibleText.escaped(problem.message))\n")
    }
    guard end.status == status, let last = problems.last else { return end }
    return CommandEnd(status: status, message: last.message, help: last.help)
  }

  private static func check(_ name: String) throws -> [DiagnosticList] {
    let session = CheckSession(files: Files(root: name == "-" ? nil : name, isRecording: false))
    let file = try opening(name)
    do throws(SourceFailure) {
      try session.check(file, arguments: nil)
    } catch {
      throw CommandEnd(
        status: ExitStatus.noInput, message: "\(name) cannot be read: \(error.reason)")
    }
    return session.lists
  }

  private static func write(
    _ lists: [DiagnosticList], _ request: CheckRequest, _ status: Int32, _ context: CommandContext
  ) throws -> CommandEnd {
    let objects = lists.flatMap(\.all).map(DiagnosticOutput.object)
    switch request.output.format {
    case .json:
      var stream = context.outputStream()
      stream.write(
        JSON.object(["diagnostics": .array(objects.map { .object($0) })]).serialized + "\n")
      stream.flush()
      return CommandEnd(status: stream.failure == nil ? status : ExitStatus.outputFailed)
    case .text where request.output.columns == nil:
      DiagnosticOutput.write(lists, context)
      let totals = totals(lists, request)
      if !totals.isEmpty { context.say(totals + "\n") }
      return CommandEnd(status: status)
    case .text, .ndjson, .tsv, .csv, .flex:
      var table = DataTable(columns: [
        "file", "line", "column", "end_line", "end_column", "severity", "id", "message", "help",
        "fix.replacement",
      ])
      for object in objects { table.add(object) }
      return try table.print(request.output, context, status: status) { _ in }
    }
  }

  /// How many mistakes there are: `8 errors and 1 warning in 2 files`.
  private static func totals(_ lists: [DiagnosticList], _ request: CheckRequest) -> String {
    let all = lists.flatMap(\.all)
    let errors =
      all.count { $0.severity == .error } + lists.reduce(0) { $0 + $1.moreErrors }
    let warnings =
      all.count { $0.severity == .warning } + lists.reduce(0) { $0 + $1.moreWarnings }
    func counted(_ count: Int, _ noun: String) -> String {
      "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
    let faulty = lists.count { !$0.all.isEmpty }
    guard errors + warnings > 0 else {
      guard !request.isQuiet, !lists.isEmpty else { return "" }
      return counted(request.files.count, "script") + ", no errors"
    }
    let parts = [
      errors > 0 ? counted(errors, "error") : "", warnings > 0 ? counted(warnings, "warning") : "",
    ].filter { !$0.isEmpty }
    let isStrict = request.isStrict && errors == 0
    return parts.joined(separator: " and ") + " in " + counted(faulty, "file")
      + (isStrict ? "; --strict was given, so warnings fail" : "")
  }

  /// The first comment of a script, without its marks and the line for the system.
  private static func firstComment(_ file: OpenedFile) -> String {
    guard let bytes = (try? file.bytes(atMost: 1 << 20)).flatMap({ $0 }) else { return "" }
    var lines: [Substring] = []
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if line.hasPrefix("#!") { continue }
      guard line.hasPrefix("#") else {
        if lines.isEmpty, line.allSatisfy({ $0 == " " }) { continue }
        break
      }
      let words = line.drop { $0 == "#" }
      lines.append(words.first == " " ? words.dropFirst() : words)
    }
    return lines.joined(separator: "\n")
  }

  /// The parameters of a script, by their names; none if it cannot be read.
  package static func parameterNames(of script: String) -> [String] {
    guard let file = try? ScriptOpening.open(script, isRecorded: false) else { return [] }
    let session = CheckSession(files: Files(root: script, isRecording: false))
    return ((try? session.check(file, arguments: nil)) ?? []).map(\.name)
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
      output.write(ScriptHelp.text(name, parameters, comment: firstComment(file)))
      output.flush()
      return CommandEnd(
        status: output.failure == nil ? ExitStatus.success : ExitStatus.outputFailed)
    }
  }
}
