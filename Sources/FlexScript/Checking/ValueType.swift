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

/// A resource of the API, and what the script made sure of.
package struct ResourceType: Sendable {
  /// Its schema, and by that its fields.
  let schema: ResourceSchema
  /// The kind of its SID.
  let sidType: SIDType
  /// Whether it is known to be an agent; `nil` where it does not matter or nobody asked.
  var isAgent: Bool?

  static let interaction = ResourceType(schema: Interaction.schema, sidType: .interaction)
  static let channel = ResourceType(schema: Channel.schema, sidType: .channel)
  static let participant = ResourceType(schema: Participant.schema, sidType: .participant)
  static let invite = ResourceType(schema: Invite.schema, sidType: .invite)
  static let transfer = ResourceType(schema: Transfer.schema, sidType: .transfer)

  /// What a field holds; `nil` for a field that the schema does not name.
  func type(of field: String) -> ValueType? {
    switch schema.type(of: field) {
    case .sid(let type): .sid(type)
    case .text: .text
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
