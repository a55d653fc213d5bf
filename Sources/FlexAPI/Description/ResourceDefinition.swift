/// What the API and the language know of one kind of resource.
///
/// A definition is data: the client, the simulator, the checker, completion, the reports and help
/// all read it. There is one for each kind, in `Catalog/`, and it is never copied: two definitions
/// are equal if they are the same object.
package final class ResourceDefinition: Sendable {
  /// A field of the resource as the API returns it.
  package struct Field: Sendable {
    /// What a field holds.
    package enum Kind: Sendable {
      /// A SID; of several kinds if `nil`.
      case sid(SIDType?)
      case text
      /// A text from a set that Twilio names, and may extend without a new version of its API.
      case word([String])
      case number
      /// Yes or no.
      case flag
      /// A number of seconds.
      case seconds
      /// A time in the form of RFC 3339.
      case date
      /// A text that holds JSON without a published shape.
      case jsonText
      /// JSON without a published shape: a script may follow any path in it.
      case json
    }

    /// In snake case, as the API returns it.
    package let name: String
    /// What it holds.
    package let kind: Kind

    /// Describes a field.
    package init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }
  }

  /// A short name for a field; compared with a SID, it may be another one.
  package struct Alias: Sendable {
    /// The short name.
    package let name: String
    /// The field that it stands for.
    package let field: String
    /// The field that it stands for in a comparison with a SID of a kind; `nil` if there is none.
    package let sidField: (name: String, type: SIDType)?

    /// Names a field.
    package init(_ name: String, _ field: String, sid: (name: String, type: SIDType)? = nil) {
      self.name = name
      self.field = field
      sidField = sid
    }
  }

  /// A field that the API does not return as such: a SID inside JSON.
  package struct DerivedField: Sendable {
    /// Its name.
    package let name: String
    /// The kind of SID that it holds; a value of another kind counts as absent.
    package let type: SIDType
    /// Where the SID may be; the first place that has one counts.
    package let paths: [[String]]

    /// Describes a field.
    package init(_ name: String, _ type: SIDType, _ paths: [String]...) {
      self.name = name
      self.type = type
      self.paths = paths
    }
  }

  /// How the sentences about what is in a resource get to know which one it is.
  package enum PlaceRule: Sendable {
    /// The sentence names it, or a `use` before it.
    case named
    /// As ``named``; otherwise it belongs to the account.
    case ofAccount
    /// The sentence names it, or it is searched for.
    case found
  }

  /// A column of a listing as people see it.
  package struct Column: Sendable {
    /// The header, in capitals.
    package let title: String
    /// The path to the value in an item.
    package let path: [String]

    /// Describes a column.
    package init(_ title: String, _ path: String...) {
      self.title = title
      self.path = path
    }
  }

  /// A word of the language, explained.
  package struct Help: Sendable {
    /// One or two sentences.
    package let summary: String
    /// A sentence that contains the word, SIDs shortened to their prefix and `…`.
    package let example: String

    /// Explains a word.
    package init(_ summary: String, example: String) {
      self.summary = summary
      self.example = example
    }
  }

  /// The kind of its SID.
  package let type: SIDType
  /// The word for one of them, in scripts and messages: `participant`.
  package let noun: String
  /// The service that has it.
  package let service: Service
  /// The resources above it, the outermost first: their SIDs are part of its path.
  package let scope: [ResourceDefinition]
  /// Its segment of the path: `Participants`.
  package let segment: String
  /// The word before it if it is the place of a sentence: `on` a channel, `in` an interaction.
  package let preposition: String
  /// How the sentences about what is in it get to know which one it is.
  package let placeRule: PlaceRule
  /// The plural, as in `participants`; `nil` if scripts do not list them.
  package let collection: String?
  /// The member of a page that holds the items.
  package let pageKey: String?
  /// The number of items to request per page; `nil` for what the API chooses.
  package let pageSize: Int?
  /// The field of an item that identifies it.
  package let sidField: String
  /// Its fields, in the order of Twilio's OpenAPI document.
  package let fields: [Field]
  /// Short names of fields.
  package let aliases: [Alias]
  /// Fields that the API returns only inside others.
  package let derivedFields: [DerivedField]
  /// The kinds of resources whose fields can be reached through it: `task.…` of a reservation.
  package let related: [SIDType]
  /// The kinds that lead to one of them, after `of`.
  package let itemOrigins: [SIDType]
  /// The kinds that lead to a listing of them, after `of`, if they are others.
  package let listOrigins: [SIDType]
  /// The columns of a listing, the most important first.
  package let columns: [Column]
  /// What the word for one of them means.
  package let help: Help

  /// Describes a kind of resource.
  package init(
    _ type: SIDType, of service: Service, in parent: ResourceDefinition?, segment: String,
    preposition: String, placeRule: PlaceRule = .named, collection: String? = nil,
    pageKey: String? = nil, pageSize: Int? = nil, sidField: String = "sid", fields: [Field],
    aliases: [Alias] = [], derivedFields: [DerivedField] = [], related: [SIDType] = [],
    itemOrigins: [SIDType] = [], listOrigins: [SIDType] = [],
    columns: [Column] = [], help: Help
  ) {
    self.type = type
    noun = type.noun
    self.service = service
    scope = parent.map { $0.scope + [$0] } ?? []
    self.segment = segment
    self.preposition = preposition
    self.placeRule = placeRule
    self.collection = collection
    self.pageKey = pageKey ?? collection
    self.pageSize = pageSize
    self.sidField = sidField
    self.fields = fields
    self.aliases = aliases
    self.derivedFields = derivedFields
    self.related = related
    self.itemOrigins = itemOrigins
    self.listOrigins = listOrigins
    self.columns = columns
    self.help = help
    segmentBytes = Array("/\(segment)".utf8)
    prepositionBytes = Array(preposition.utf8)
    scopeField = "\(type.noun)_sid"
  }

  /// The field of this name; `nil` if Twilio names no such field.
  package func field(named name: String) -> Field? {
    fields.first { $0.name == name }
  }

  /// The alias of this name; `nil` if there is none.
  package func alias(named name: String) -> Alias? {
    aliases.first { $0.name == name }
  }

  /// The derived field of this name; `nil` if there is none.
  package func derivedField(named name: String) -> DerivedField? {
    derivedFields.first { $0.name == name }
  }

  /// Every name that a script may use for a field of it, the fields of the API first.
  package var fieldNames: [String] {
    fields.map(\.name) + aliases.map(\.name) + derivedFields.map(\.name)
  }

  /// The field in which the resources below it name it: `channel_sid`.
  package let scopeField: String
  /// `/` and the segment.
  let segmentBytes: [UInt8]
  let prepositionBytes: [UInt8]
}

extension ResourceDefinition: Hashable {
  package static func == (left: ResourceDefinition, right: ResourceDefinition) -> Bool {
    left === right
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(self))
  }
}
