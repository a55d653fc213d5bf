import FlexAPI
import FlexConsole
import FlexScript

/// Which of the tables of a script is printed.
struct TableChoice {
  let settings: OutputSettings
  /// Whether its rows are of several accounts.
  private let isOfProfiles: Bool

  init(_ settings: OutputSettings, ofProfiles: Bool = false) {
    self.settings = settings
    isOfProfiles = ofProfiles
  }

  /// The table that is printed; a choice that there is none for ends the program.
  ///
  /// `tables`: what the script shows, in order.
  func shape(among tables: [ShownTable]) throws -> TableShape {
    do {
      let rows = try rows(tables)
      return try isOfProfiles
        ? TableShape(ofProfiles: rows, choosing: settings.columns)
        : TableShape(rows, choosing: settings.columns)
    } catch let error as TableShape.UnknownColumn {
      throw Self.unknown(error)
    }
  }

  /// The end of a command whose table does not have a column.
  static func unknown(_ error: TableShape.UnknownColumn) -> CommandEnd {
    CommandEnd(
      status: ExitStatus.usage, message: error.reason,
      help: "the columns are \(error.columns.joined(separator: ", "))")
  }

  private func rows(_ tables: [ShownTable]) throws -> TableShape.Rows {
    switch settings.table {
    case .actions?: return .actions
    case .sentence(let line, let column)?:
      guard let table = tables.first(where: { $0.line == line && $0.column == column }) else {
        throw CommandEnd(
          status: ExitStatus.usage, message: "there is no listing at \(line):\(column)",
          help: tables.isEmpty
            ? "the script has none; --table actions prints its actions" : Self.list(tables))
      }
      return .resources(table.resource, line: line, column: column)
    case nil: break
    }
    guard let first = tables.first else { return .actions }
    guard tables.allSatisfy({ $0.resource == first.resource }) else {
      if settings.format == .text { return .resources(first.resource, line: 0, column: 0) }
      throw CommandEnd(
        status: ExitStatus.usage,
        message: "-o \(settings.format.rawValue) prints one table, and the script has several with "
          + "different columns",
        help: "choose one with --table: \(Self.list(tables)); or --table actions")
    }
    return .resources(first.resource, line: 0, column: 0)
  }

  private static func list(_ tables: [ShownTable]) -> String {
    tables.map { "\($0.line):\($0.column) (\($0.words))" }.joined(separator: ", ")
  }
}
