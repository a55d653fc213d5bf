package import FlexAPI

/// What is known of a value before the script runs.
package indirect enum ValueType: Sendable {
  /// Nothing is known, or a mistake has been reported already.
  case anything
  /// A SID; of any kind when `nil`.
  case sid(SIDType?)
  case text
  case number
  case duration
  /// A rate: `20/s`.
  case rate
  /// A path of a data file.
  case file
  case list(of: ValueType)
  case resource(ResourceType)
  /// A line of a data file.
  case row(RowType)
  /// A column of a line of a data file: text, that may have to be a SID.
  case column(RowType, String)
  /// Free-form JSON: any path may be asked.
  case json

  /// What it is called in messages, with an article.
  var description: String {
    switch self {
    case .anything: "a value"
    case .sid(let type): type?.nounWithArticle ?? "a SID"
    case .text: "a text"
    case .number: "a number"
    case .duration: "a duration"
    case .rate: "a rate"
    case .file: "a file"
    case .list: "a list"
    case .resource(let resource): resource.sidType.nounWithArticle
    case .row: "a row"
    case .column(_, let name): "the column `\(name)`"
    case .json: "JSON"
    }
  }
}

/// A resource of the API, and what the script has made sure of.
package struct ResourceType: Sendable {
  /// What is known of it.
  let definition: ResourceDefinition
  /// Whether it is known to be an agent; `nil` if that does not matter, or nothing is known.
  var isAgent: Bool?

  init(_ definition: ResourceDefinition, isAgent: Bool? = nil) {
    self.definition = definition
    self.isAgent = isAgent
  }

  /// The kind of its SID.
  var sidType: SIDType { definition.type }

  /// What a field holds; `nil` for a field that Twilio does not name.
  func type(of field: String) -> ValueType? {
    switch definition.field(named: field)?.kind {
    case .sid(let type): .sid(type)
    case .text, .word: .text
    case .number: .number
    case .json: .json
    case nil: nil
    }
  }
}

/// A data file that a loop goes over.
package struct RowType: Sendable {
  /// Its columns, when it has a header that could be read; `nil` when any name may be asked.
  let columns: [String]?
  /// Where what the loop's body asks of the columns is gathered.
  let requirements: Int
}
