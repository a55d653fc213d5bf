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
  package var format = OutputSettings.Format.text
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
    var output = context.outputStream()
    let selection = RunSelection(request.journal, context)
    let shown = selection.entries.prefix(request.limit ?? .max)
    switch request.format {
    case .text:
      for line in table(shown, selection) { output.write(VisibleText.escaped(line) + "\n") }
      if shown.isEmpty {
        output.write("there are no runs in \(VisibleText.escaped(selection.folder))\n")
      } else if shown.count < selection.entries.count {
        output.write("and \(selection.entries.count - shown.count) more: flexsh runs --all\n")
      }
    case .ndjson:
      for entry in shown {
        if var object = object(entry) {
          var line = object.close()
          line.append(UInt8(ascii: "\n"))
          output.write(line)
        }
      }
    }
    output.flush()
    return CommandEnd(
      status: output.failure == nil ? ExitStatus.success : ExitStatus.outputFailed)
  }

  /// The lines of the list, their columns aligned.
  private static func table(
    _ entries: ArraySlice<RunSelection.Entry>, _ selection: RunSelection
  ) -> [String] {
    var rows: [[String]] = []
    for entry in entries {
      let suffix = selection.suffix(of: entry.name)
      do throws(RecordedRun.Problem) {
        let past = try entry.directory.read(entry.name)
        let isRunning = entry.directory.isInUse(entry.name)
        let counts = past.recap(isRunning: isRunning)
        rows.append([
          suffix, past.startedText, past.scriptsText + (entry.isSimulated ? " (simulated)" : ""),
          isRunning ? "running" : past.state, counts.isEmpty ? "nothing sent" : counts,
        ])
      } catch {
        if error == .noBeginning { continue }
        rows.append([suffix, "", "", "the journal cannot be read: \(error.reason)", ""])
      }
    }
    guard !rows.isEmpty else { return [] }
    rows.insert(["RUN", "BEGAN", "SCRIPT", "RESULT", "ACTIONS"], at: 0)
    let widths = (0..<5).map { column in
      rows.map { VisibleText.width($0[column]) }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (cell, width) in zip(row, widths) {
        line += cell + String(repeating: " ", count: width - VisibleText.width(cell) + 2)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// A run for programs; `nil` for one whose journal has no beginning.
  private static func object(_ entry: RunSelection.Entry) -> JSONObjectWriter? {
    var object = JSONObjectWriter()
    object.add("run", entry.name)
    object.add("simulated", entry.isSimulated)
    do throws(RecordedRun.Problem) {
      let past = try entry.directory.read(entry.name)
      object.add("began", past.startedText)
      object.add("ended", orNothing: past.end?.time.map { UTCTime.text(milliseconds: $0) })
      object.add("scripts", .array(past.header.scripts.map { .string($0.name) }))
      object.add("account", past.header.account)
      object.add("base_url", past.header.baseURL)
      object.add("running", entry.directory.isInUse(entry.name))
      object.add("result", past.state)
      object.add("exit", past.end.map { .number("\($0.exit)") } ?? .null)
      for (outcome, count) in past.counts.counts {
        object.add(named: outcome.rawValue.replacing("-", with: "_"), .number("\(count)"))
      }
    } catch {
      if error == .noBeginning { return nil }
      object.add("problem", error.reason)
    }
    return object
  }
}
