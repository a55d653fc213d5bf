import FlexAPI
import FlexConsole
import FlexScript

/// Objects that a command prints: as a table, or one by one for programs.
struct DataTable {
  /// Names of the members of an object; those of a table.
  let columns: [String]
  private(set) var rows: [JSONObject] = []

  init(columns: [String]) {
    self.columns = columns
  }

  mutating func add(_ row: JSONObject) { rows.append(row) }

  /// Prints the rows; the text for people is made by `text`, unless columns are chosen.
  func print(
    _ settings: OutputSettings, _ context: CommandContext, status: Int32 = ExitStatus.success,
    text: (inout OutputStream) -> Void
  ) throws -> CommandEnd {
    let shape: TableShape
    do {
      shape = try TableShape(objects: columns, choosing: settings.columns)
    } catch {
      throw TableChoice.unknown(error)
    }
    var output = context.outputStream()
    switch settings.format {
    case .text:
      if settings.columns == nil {
        text(&output)
      } else {
        let cells = rows.map { row in
          shape.columns.map { AlignedTable.text($0.value(in: row)) }
        }
        let header = shape.columns.map { $0.name.uppercased() }
        for line in AlignedTable.lines(settings.hasHeader ? [header] + cells : cells) {
          output.write(line + "\n")
        }
      }
    case .json, .ndjson:
      let stream = JSONStream(output, settings.format == .json ? .array : .lines)
      for row in rows {
        var bytes: [UInt8] = []
        row.write(into: &bytes)
        stream.write(bytes)
      }
      stream.close()
      return CommandEnd(status: stream.isLost ? ExitStatus.outputFailed : status)
    case .tsv, .csv, .flex:
      let table = TableSink(output, shape, settings.dialect, hasHeader: settings.hasHeader)
      table.begin()
      for row in rows { table.write(row) }
      table.flush()
      return CommandEnd(status: table.isLost ? ExitStatus.outputFailed : status)
    }
    output.flush()
    return CommandEnd(status: output.failure == nil ? status : ExitStatus.outputFailed)
  }
}
