import ArgumentParser
import FlexCommands
import FlexConsole

/// What is shown, and how.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Print this table of the script: `actions`, or L:C for the sentence at line L, column C.",
      valueName: "table"), transform: { try OutputOptions.table($0) })
  var table: OutputSettings.Table?

  @Flag(help: "Never shorten SIDs to fit the terminal.")
  var wide = false

  @Option(
    help: "When to show progress: auto (on a terminal), always or never.")
  var progress = OutputSettings.Progress.auto

  @Flag(name: .shortAndLong, help: "Print less: results and failures only.")
  var quiet = false

  @Flag(
    name: .shortAndLong,
    help: "Print requests as curl lines; twice: complete requests and answers. Never secrets.")
  var verbose: Int

  @Option(help: "When to use colour: auto, always or never.")
  var color = Palette.Choice.auto

  /// What they say.
  func settings(_ format: FormatOptions, _ reports: ReportOptions? = nil) -> OutputSettings {
    var settings = format.settings
    settings.reports = reports?.requests ?? []
    settings.isShared = reports?.share ?? false
    settings.table = table
    settings.isWide = wide
    settings.progress = progress
    settings.isQuiet = quiet
    settings.verbosity = verbose
    settings.color = color
    return settings
  }

  /// Refuses a table where none is printed.
  func validate(with format: FormatOptions) throws {
    if table != nil, !format.output.isTable {
      throw ValidationError("--table goes with -o tsv and -o csv")
    }
  }

  private static func table(_ text: String) throws -> OutputSettings.Table {
    if text == "actions" { return .actions }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let line = parts[0], let column = parts[1], line > 0, column > 0 else {
      throw ValidationError(
        "`\(text)` is not a table: `actions`, or the line and column of a sentence, such as 4:1")
    }
    return .sentence(line: line, column: column)
  }
}

/// The form of what a command prints.
struct FormatOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The format of results: text, json, ndjson, tsv, csv; flex for listings as a script.",
      valueName: "format"))
  var output = OutputSettings.Format.text

  @Option(
    help: ArgumentHelp("Print these columns, in this order, separated by commas.", valueName: "a,b")
  )
  var columns: String?

  @Flag(help: "Print no header above a table.")
  var noHeader = false

  @Flag(help: "In csv, do not protect cells that a spreadsheet would execute.")
  var rawCells = false

  /// What they say.
  var settings: OutputSettings {
    var settings = OutputSettings()
    settings.format = output
    settings.columns = columns.map { $0.split(separator: ",").map(String.init) }
    settings.hasHeader = !noHeader
    settings.hasRawCells = rawCells
    return settings
  }

  func validate() throws {
    if noHeader, output != .text, !output.isTable {
      throw ValidationError("--no-header goes with text, tsv and csv")
    }
    if rawCells, output != .csv { throw ValidationError("--raw-cells goes with -o csv") }
    guard let columns else { return }
    if output != .text, !output.isTable {
      throw ValidationError("--columns goes with text, tsv and csv")
    }
    if columns.isEmpty || columns.hasPrefix(",") || columns.hasSuffix(",") || columns.contains(",,")
    {
      throw ValidationError("--columns takes names separated by commas: sid,type")
    }
  }

  /// The format that arguments ask for, of a command that reports a run; `nil` if they ask for none.
  static func asked(for arguments: [String]) -> OutputSettings.Format? {
    let others = ["check", "fmt", "runs", "whoami", "help", "simulator", "lsp"]
    if let command = arguments.first, others.contains(command) { return nil }
    for (index, argument) in arguments.enumerated() {
      let value: String
      if argument == "-o" || argument == "--output" {
        guard index + 1 < arguments.count else { return nil }
        value = arguments[index + 1]
      } else if argument.hasPrefix("--output=") {
        value = String(argument.dropFirst("--output=".count))
      } else if argument.hasPrefix("-o"), !argument.hasPrefix("--") {
        value = String(argument.dropFirst(2))
      } else {
        continue
      }
      return OutputSettings.Format(rawValue: value)
    }
    return nil
  }

  /// Refuses a format that a command does not support.
  func require(_ formats: [OutputSettings.Format], of command: String) throws {
    guard !formats.contains(output) else { return }
    throw ValidationError(
      "\(command) does not print \(output.rawValue); it prints "
        + formats.map(\.rawValue).joined(separator: ", "))
  }
}

extension OutputSettings.Format: ExpressibleByArgument {
  /// What a command supports that prints one table of its own.
  static let ofData: [OutputSettings.Format] = [.text, .json, .ndjson, .tsv, .csv]
}

extension OutputSettings.Progress: ExpressibleByArgument {}
extension Palette.Choice: ExpressibleByArgument {}

/// The reports that are written to files.
struct ReportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write a JUnit report for CI systems.", valueName: "file"))
  var reportJunit: String?

  @Option(help: ArgumentHelp("Write a report as one HTML page.", valueName: "file"))
  var reportHtml: String?

  @Option(help: ArgumentHelp("Write everything that happened as JSON.", valueName: "file"))
  var reportJson: String?

  @Option(help: ArgumentHelp("Write a summary in Markdown.", valueName: "file"))
  var reportMd: String?

  @Flag(help: "Make reports safe to share: identifiers become pseudonyms, text is left out.")
  var share = false

  /// What they say.
  var requests: [ReportRequest] {
    [
      reportJson.map { ReportRequest(.json, $0) }, reportJunit.map { ReportRequest(.junit, $0) },
      reportMd.map { ReportRequest(.md, $0) }, reportHtml.map { ReportRequest(.html, $0) },
    ].compactMap(\.self)
  }

  func validate() throws {
    let files = requests.map(\.file)
    if let twice = files.first(where: { name in files.count { $0 == name } > 1 }) {
      throw ValidationError("two reports have the same file: \(twice)")
    }
  }

  /// Refuses a copy to share of nothing.
  func requireReport() throws {
    if share, requests.isEmpty {
      throw ValidationError(
        "--share makes reports copies to share: name one, such as --report-html F")
    }
  }
}
