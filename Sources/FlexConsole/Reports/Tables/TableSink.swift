package import FlexAPI

/// Writes one table: the actions of a run, or what its look-ups show.
package final class TableSink: RecordSink {
  private var output: OutputStream
  private let shape: TableShape
  private let dialect: TableDialect
  private let hasHeader: Bool
  private var isBegun = false

  /// Writes a table to a stream.
  package init(
    _ output: OutputStream, _ shape: TableShape, _ dialect: TableDialect, hasHeader: Bool
  ) {
    self.output = output
    self.shape = shape
    self.dialect = dialect
    self.hasHeader = hasHeader
  }

  package var isLost: Bool { output.failure != nil }

  package func flush() { output.flush() }

  package func take(_ object: [UInt8], _ part: RecordPart) {
    begin()
    guard part == .event, let event = (try? JSONReader.read(object))?.object else { return }
    for var row in shape.rows(in: event) {
      if shape.hasProfiles { row[TableShape.profile] = event[TableShape.profile] }
      write(row)
    }
  }

  /// Writes the header, if there is one, unless it has been written.
  package func begin() {
    guard !isBegun else { return }
    isBegun = true
    if hasHeader { output.write(dialect.row(shape.columns.map { .string($0.name) })) }
  }

  /// Writes a row.
  package func write(_ row: JSONObject) {
    begin()
    output.write(dialect.row(shape.columns.map { $0.value(in: row) }))
  }
}

extension TableShape {
  /// The rows that an event contributes.
  func rows(in event: JSONObject) -> [JSONObject] {
    switch rows {
    case .actions: return event["event"]?.text == "action" ? [event] : []
    case .resources(let resource, let line, let column):
      guard event["event"]?.text == "query", shows(resource, event),
        line == 0 || event["at"]?.text?.hasSuffix(":\(line):\(column)") == true
      else { return [] }
      if let items = event["items"]?.array { return items.compactMap(\.object) }
      return event["item"]?.object.map { [$0] } ?? []
    case .objects: return [event]
    }
  }

  private func shows(_ resource: ResourceDefinition, _ event: JSONObject) -> Bool {
    if resource == Finding.resource { return event["verb"]?.text == "find" }
    return event["collection"]?.text == resource.collection && resource.collection != nil
      || event["resource"]?.text == resource.noun
  }
}
