import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

/// What `runs` is asked for.
package struct RunListRequest: Sendable {
  /// The most runs that are listed; `nil` for all.
  package var limit: Int? = 20
  /// The form of the list.
  package var output = OutputSettings()
  /// Where the journals are.
  package var journal = JournalSettings()

  /// The defaults.
  package init() {}
}

extension Commands {
  /// Lists the runs, the latest first; simulated ones are among them, and marked.
  package static func listRuns(
    _ request: RunListRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CallReport.tellingFailure(request.output, context) {
      let selection = RunSelection(request.journal, context)
      let shown = selection.entries.prefix(request.limit ?? .max)
      var table = DataTable(columns: columns)
      for entry in shown { object(entry, selection).map { table.add($0) } }
      let rows = table.rows
      return try table.print(request.output, context) { output in
        context.write(lines(rows, request.output), to: &output)
        if rows.isEmpty {
          output.write("there are no runs in \(VisibleText.escaped(selection.folder))\n")
        } else if shown.count < selection.entries.count {
          output.write("and \(selection.entries.count - shown.count) more: flexsh runs --all\n")
        }
      }
    }
  }

  private static let columns =
    [
      "run", "suffix", "simulated", "began", "ended", "scripts", "account", "base_url", "running",
      "result", "exit",
    ] + Outcome.allCases.map { $0.rawValue.replacing("-", with: "_") }
    + ["tolerated", "look_ups_failed", "expectations_failed", "problem"]

  /// The lines of the list for people.
  private static func lines(_ rows: [JSONObject], _ settings: OutputSettings) -> [String] {
    guard !rows.isEmpty else { return [] }
    let cells = rows.map { row in
      func text(_ name: String) -> String { AlignedTable.text(row[name] ?? .null) }
      if row["problem"] != nil {
        return [text("suffix"), "", "", "the journal cannot be read: \(text("problem"))"]
      }
      let scripts = (row["scripts"]?.array ?? []).compactMap(\.text).joined(separator: ", ")
      let isSimulated = row["simulated"] == .bool(true)
      return [
        text("suffix"), text("began"),
        (scripts.isEmpty ? "at the prompt" : VisibleText.escaped(scripts))
          + (isSimulated ? " (simulated)" : ""),
        row["running"] == .bool(true) ? "running" : text("result"),
        text("recap").isEmpty ? "nothing sent" : text("recap"),
      ]
    }
    let header = ["RUN", "BEGAN", "SCRIPT", "RESULT", "ACTIONS"]
    return AlignedTable.lines(settings.hasHeader ? [header] + cells : cells)
  }

  /// A run as an object; `nil` for one whose journal has no beginning.
  private static func object(
    _ entry: RunSelection.Entry, _ selection: RunSelection
  ) -> JSONObject? {
    var object = JSONObject()
    object["run"] = .string(entry.name)
    object["suffix"] = .string(selection.suffix(of: entry.name))
    object["simulated"] = .bool(entry.isSimulated)
    do throws(RecordedRun.Problem) {
      let past = try entry.directory.read(entry.name)
      let isRunning = entry.directory.isInUse(entry.name)
      let counts = past.counts
      object["began"] = .string(past.startedText)
      object["ended"] = .string(orNull: past.end?.time.map { UTCTime.text(milliseconds: $0) })
      object["scripts"] = .array(past.header.scripts.map { .string($0.name) })
      object["account"] = .string(past.header.account)
      object["base_url"] = .string(past.header.baseURL)
      object["running"] = .bool(isRunning)
      object["result"] = .string(past.state)
      object["exit"] = past.end.map { .number($0.exit) } ?? .null
      for (outcome, count) in counts.counts {
        object[outcome.rawValue.replacing("-", with: "_")] = .number(count)
      }
      object["tolerated"] = .number(counts.tolerated)
      object["look_ups_failed"] = .number(counts.lookUpsFailed)
      object["expectations_failed"] = .number(counts.expectationsFailed)
      object["recap"] = .string(past.recap(isRunning: isRunning))
    } catch {
      if error == .noBeginning { return nil }
      object["problem"] = .string(error.reason)
    }
    return object
  }
}
