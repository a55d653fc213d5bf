package import FlexAPI

/// What is known about a value before the script runs.
package indirect enum ValueType: Sendable {
  /// Nothing is known, or a mistake has already been reported.
  case anything
  /// A SID; of any kind if `nil`.
  case sid(SIDType?)
  case text
  /// A text from a set that is known.
  case word([String])
  case number
  /// A number of seconds, which compares with durations, too.
  case seconds
  case duration
  /// Yes or no.
  case flag
  /// A time.
  case date
  /// A name; compared with a SID of a kind, the SID beside it.
  case nameOrSID(SIDType)
  /// A rate: `20/s`.
  case rate
  /// The path of a data file.
  case file
  case list(of: ValueType)
  case resource(ResourceType)
  /// A line of a data file.
  case row(RowType)
  /// A cell of a data file, and the path to it: text that may have to be a SID.
  case column(RowType, [String])
  /// Free-form JSON: any path is allowed.
  case json

  /// The description of the type in messages, with an article.
  var description: String {
    switch self {
    case .anything: "a value"
    case .sid(let type): type?.nounWithArticle ?? "a SID"
    case .text, .word, .nameOrSID: "a text"
    case .number: "a number"
    case .seconds: "a number of seconds"
    case .flag: "a yes or no"
    case .date: "a time"
    case .duration: "a duration"
    case .rate: "a rate"
    case .file: "a file"
    case .list: "a list"
    case .resource(let resource): resource.sidType.nounWithArticle
    case .row: "a row"
    case .column(_, let path): "the column `\(path.joined(separator: "."))`"
    case .json: "JSON"
    }
  }
}

/// A resource of the API, and what the script has established about it.
package struct ResourceType: Sendable {
  /// The definition of the resource.
  let definition: ResourceDefinition
  /// Whether it is known to be an agent; `nil` if that does not matter, or nothing is known.
  var isAgent: Bool?

  init(_ definition: ResourceDefinition, isAgent: Bool? = nil) {
    self.definition = definition
    self.isAgent = isAgent
  }

  /// The kind of its SID.
  var sidType: SIDType { definition.type }

  /// Returns what a field holds; `nil` for a field that Twilio does not name.
  func type(of field: String) -> ValueType? {
    if let alias = definition.alias(named: field) {
      if let sid = alias.sidField { return .nameOrSID(sid.type) }
      return type(of: alias.field)
    }
    if let derived = definition.derivedField(named: field) { return .sid(derived.type) }
    switch definition.field(named: field)?.kind {
    case .sid(let type): return .sid(type)
    case .text: return .text
    case .word(let words): return .word(words)
    case .number: return .number
    case .seconds: return .seconds
    case .flag: return .flag
    case .date: return .date
    case .json, .jsonText: return .json
    case nil: return nil
    }
  }

  /// The resource whose fields are reached through it: `task` and `worker` of a reservation.
  func related(_ name: String) -> ResourceType? {
    definition.related.first { $0.noun == name }
      .flatMap { Catalog.standard.resource($0) }.map { ResourceType($0) }
  }

  /// Whether one of them can stand for a SID of a kind.
  func standsFor(_ type: SIDType) -> Bool {
    sidType == type || (sidType == .finding && definition.field(named: type.noun) != nil)
  }
}

/// The rows of a data file that a loop iterates over.
package struct RowType: Sendable {
  /// Its columns, if it has a header that could be read; `nil` if any name is allowed.
  let header: TableHeader?
  /// The index in ``Checker/rowUses`` of what the loop does with its cells.
  let uses: Int
}
