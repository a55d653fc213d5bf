package import FlexAPI
import FlexScript

/// Which table is printed, and with which columns.
package struct TableShape: Sendable {
  /// What its rows are.
  package enum Rows: Hashable, Sendable {
    /// The actions of a run.
    case actions
    /// What look-ups of one kind of resource show.
    ///
    /// `line`, `column`: those of one sentence; 0 for all of them.
    case resources(ResourceDefinition, line: Int, column: Int)
    /// Every object that a command prints.
    case objects
  }

  /// A column: a name with dots for nesting, and the path that it stands for.
  package struct Column: Hashable, Sendable {
    /// The name in the header.
    package let name: String
    let path: [String]

    init(_ name: String) {
      self.name = name
      path = TableShape.path(name)
    }

    /// The value in an object; null if there is none.
    package func value(in object: JSONObject) -> JSON {
      var value = object[path[0]] ?? .null
      for name in path.dropFirst() {
        // A text that holds JSON, as TaskRouter's attributes.
        if case .string = value { value = value.jsonOfText }
        value = value.object?[name] ?? .null
      }
      return value
    }
  }

  /// The path that a name stands for.
  static func path(_ name: String) -> [String] {
    name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  /// A column that the table does not have.
  package struct UnknownColumn: Error, Hashable, Sendable {
    /// The name as it was given.
    package let name: String
    /// The columns of the table.
    package let columns: [String]

    /// What is wrong, lower case, with the nearest name.
    package var reason: String {
      "there is no column `\(name)`"
        + (Suggestion.closest(to: name, among: columns).map { "; did you mean `\($0)`?" } ?? "")
    }
  }

  /// What its rows are.
  package let rows: Rows
  /// Its columns, in order.
  package private(set) var columns: [Column]
  /// Whether its rows are of several accounts, and say which.
  private(set) var hasProfiles = false

  /// The columns of a table of actions.
  package static let actionColumns = [
    "n", "at", "row", "verb", "interaction", "channel", "participant", "task", "reservation",
    "worker", "outcome", "settled", "tolerated", "effect", "status", "attempts", "duration_ms",
    "request_id", "created", "error.kind", "error.code", "error.message",
  ]
  /// What else an action's object has: only if it is asked for.
  private static let moreOfActions = [
    "invite", "transfer", "resource", "request", "forecast", "error.help", "error.more_info",
  ]

  /// A table of a run.
  ///
  /// `chosen`: the columns that are asked for; `nil` for all.
  package init(_ rows: Rows, choosing chosen: [String]?) throws(UnknownColumn) {
    switch rows {
    case .actions:
      try self.init(
        rows, Self.actionColumns, more: Self.moreOfActions,
        open: ["created", "resource", "request", "forecast"], chosen)
    case .resources(let resource, _, _):
      let open = resource.fields.filter { field in
        switch field.kind {
        case .json, .jsonText: true
        case .sid, .text, .word, .number, .flag, .seconds, .date: false
        }
      }
      try self.init(
        rows, resource.fields.map(\.name), more: [], open: open.map(\.name), chosen)
    case .objects: try self.init(objects: [], choosing: chosen)
    }
  }

  /// A table of the runs of several accounts: its first column is the profile, unless it is chosen for
  /// another place.
  package init(ofProfiles rows: Rows, choosing chosen: [String]?) throws(UnknownColumn) {
    let place = chosen?.firstIndex(of: Self.profile) ?? 0
    try self.init(rows, choosing: chosen?.filter { $0 != Self.profile })
    columns.insert(Column(Self.profile), at: place)
    hasProfiles = true
  }

  /// The column that tells accounts apart.
  package static let profile = "profile"

  /// A table of the objects that a command prints.
  package init(objects columns: [String], choosing chosen: [String]?) throws(UnknownColumn) {
    try self.init(.objects, columns, more: [], open: [], chosen)
  }

  /// `open`: columns of JSON, in which a path may be named.
  private init(
    _ rows: Rows, _ columns: [String], more: [String], open: [String], _ chosen: [String]?
  ) throws(UnknownColumn) {
    self.rows = rows
    for name in chosen ?? [] {
      let isInside = open.contains {
        name.hasPrefix($0 + ".") && name.utf8.count > $0.utf8.count + 1
      }
      guard columns.contains(name) || more.contains(name) || isInside else {
        throw UnknownColumn(name: name, columns: columns)
      }
    }
    self.columns = (chosen ?? columns).map { Column($0) }
  }
}
