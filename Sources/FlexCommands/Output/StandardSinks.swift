import FlexConsole

/// What writes the record of a run to standard output.
enum StandardSinks {
  /// The sinks for a format; `shape`: that of the table, if one is printed and known.
  static func make(
    _ settings: OutputSettings, _ context: CommandContext, _ shape: TableShape?
  ) -> [any RecordSink] {
    let output = context.outputStream(isBuffered: !context.writesToTerminal)
    switch settings.format {
    case .text: return []
    case .json: return [JSONStream(output, .array)]
    case .ndjson: return [JSONStream(output, .lines)]
    case .csv, .tsv:
      return shape.map {
        [TableSink(output, $0, settings.dialect, hasHeader: settings.hasHeader)]
      } ?? []
    case .flex: return [FlexSink(output)]
    }
  }
}
