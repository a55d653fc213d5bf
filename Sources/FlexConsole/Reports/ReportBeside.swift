import FlexAPI
package import FlexRuntime

/// Reports to people what a table or a script on standard output does not have.
package final class ReportBeside: RunReport {
  private let text: TextReport
  private let shape: TableShape?

  /// `shape`: the table on standard output; `nil` for listings as a script.
  package init(_ text: TextReport, _ shape: TableShape?) {
    self.text = text
    self.shape = shape
  }

  package func emit(_ event: RunEvent) {
    switch event {
    case .query(let record):
      switch record.result {
      case .item, .items: if shape.map({ $0.hasRows(of: record) }) ?? true { return }
      case .failure, .notAsked: break
      }
      text.emit(event)
    case .action(let record):
      // A row has it; what went wrong is explained all the same.
      if shape?.rows == .actions, record.error == nil { return }
      text.emit(event)
    case .echo, .expectation, .failure, .fileChanged, .note, .noPasses, .unexpanded, .diagnostic,
      .sentence:
      text.emit(event)
    }
  }

  package func flush() { text.flush() }

  package func end(_ end: RunEnd) { text.end(end) }
}

extension TableShape {
  /// Whether the items of a look-up are rows of the table.
  fileprivate func hasRows(of record: QueryRecord) -> Bool {
    switch rows {
    case .actions, .objects: false
    case .resources(let resource, let line, let column):
      record.definition.resource == resource
        && (line == 0 || (record.place.line == line && record.place.column == column))
    }
  }
}
