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
  /// The plural, as in `participants`; `nil` if the API does not list them.
  ///
  /// Scripts use it, and the member of a page that holds the items has this name.
  package let collection: String?
  /// Its fields, in the order of Twilio's OpenAPI document.
  package let fields: [Field]
  /// The columns of a listing, the most important first.
  package let columns: [Column]
  /// What the word for one of them means.
  package let help: Help

  /// Describes a kind of resource.
  package init(
    _ type: SIDType, of service: Service, in parent: ResourceDefinition?, segment: String,
    preposition: String, collection: String? = nil, fields: [Field], columns: [Column] = [],
    help: Help
  ) {
    self.type = type
    noun = type.noun
    self.service = service
    scope = parent.map { $0.scope + [$0] } ?? []
    self.segment = segment
    self.preposition = preposition
    self.collection = collection
    self.fields = fields
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
