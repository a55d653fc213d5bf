package import FlexAPI
package import FlexScript

/// The value of a name while a script runs.
package enum Value: Sendable {
  case sid(AnySID)
  case text(String)
  case number(Number)
  /// A number of seconds, which compares with durations, too.
  case seconds(Number)
  case duration(Duration)
  case rate(RequestRate)
  case list([Value])
  case resource(ResourceValue)
  /// A record of a data file.
  case row(DataRow)
  /// A cell of a table: a text that in JSON is a number if it is written as one.
  case cell(String)
  /// The path of a data file, relative to the current folder.
  case file(String)
  case json(JSON)
  /// A field that is null or absent.
  case empty
  /// A value that only a response could provide, and nothing was asked: in a dry run.
  case unanswered
  /// As ``unanswered``, with the words that stand for it: `‹worker "asha@example.org"›`.
  case placeholder(String)
  /// A value that an earlier step of a plan returns when the plan is applied.
  case pending(PendingValue)
}

/// A resource that the API returned.
package struct ResourceValue: Sendable {
  /// What is known of its kind.
  package let definition: ResourceDefinition
  /// The object as returned.
  package let fields: JSONObject
  /// What returned it, if nothing was sent: then other fields are not known.
  var prediction: Prediction?

  /// What stands for an answer that does not exist yet.
  enum Prediction: Hashable {
    /// A dry run.
    case dryRun
    /// The action of a plan with this number.
    case planned(Int)
  }

  /// A resource that the API returned.
  init(definition: ResourceDefinition, fields: JSONObject, prediction: Prediction? = nil) {
    self.definition = definition
    self.fields = fields
    self.prediction = prediction
  }

  /// The value of a field.
  ///
  /// `besideSID`: whether it is compared with a SID, so that a short name is the SID beside the name.
  func value(_ name: String, besideSID: Bool = false) -> Value {
    if let alias = definition.alias(named: name) {
      return value(besideSID ? alias.sidField?.name ?? alias.field : alias.field)
    }
    if definition.derivedField(named: name) != nil {
      return definition.sid(name, in: fields).map { .sid($0) } ?? .empty
    }
    if let json = fields[name] {
      switch definition.field(named: name)?.kind {
      case .jsonText?: return Value(json.jsonOfText)
      case .seconds?:
        if case .number(let number) = Value(json) { return .seconds(number) }
      case .sid?, .text?, .word?, .number?, .flag?, .date?, .json?, nil: break
      }
      return Value(json)
    }
    switch prediction {
    case nil: return .empty
    case .dryRun?: return .unanswered
    case .planned(let action)?: return .pending(PendingValue(action: action, path: [name]))
    }
  }

  /// Its own SID, if it has one.
  var sid: AnySID? { fields.anySID("sid") }

  /// The SID of a kind that it stands for: its own, or one that a row of `find` names.
  func sid(as type: SIDType) -> AnySID? {
    let sid = definition.type == .finding ? fields.anySID(type.noun) : sid
    return sid?.of(type)
  }

  /// The workspace that it is in, as far as it says so.
  var workspace: AnySID? {
    let name = definition.type == .finding ? "workspace" : Workspace.resource.scopeField
    return fields.anySID(name)?.of(.workspace)
  }

  /// What TaskRouter knows of it, if it is a participant with a task.
  var trail: Operation.Trail? {
    var trail = Operation.Trail(routing: fields["routing_properties"])
    if definition.type == .finding {
      trail = Operation.Trail()
      trail?.task = sid(as: .task)
      trail?.reservation = sid(as: .reservation)
      trail?.worker = sid(as: .worker)
    }
    trail?.workspace = workspace
    return trail
  }

  /// Whether its attributes were left out, as they may be in a listing.
  var lacksAttributes: Bool {
    guard definition.field(named: "attributes") != nil, prediction == nil else { return false }
    return fields["attributes"] == nil || fields["attributes"] == .null
  }

  /// Whether a field is read from the attributes.
  func isInAttributes(_ name: String) -> Bool {
    name == "attributes" || definition.derivedField(named: name) != nil
  }

  /// Its own SID if it is of this kind, or that of the resource of this kind above it, if it says so.
  func sid(of outer: ResourceDefinition) -> AnySID? {
    if definition.type == .finding { return sid(as: outer.type) }
    if outer.type == .workspace { return workspace }
    let sid = definition == outer ? sid : fields.anySID(outer.scopeField)
    return sid?.of(outer.type)
  }
}

extension Value {
  /// Takes a JSON value apart: null is empty, strings are texts, numbers that are not negative
  /// count.
  init(_ json: JSON) {
    switch json {
    case .null: self = .empty
    case .string(let text): self = .text(text)
    case .number(let spelling): self = Number(json: spelling).map(Value.number) ?? .json(json)
    case .array(let elements): self = .list(elements.map { Value($0) })
    case .bool, .object: self = .json(json)
    }
  }

  /// Takes the value of a field of a record.
  private init(_ field: DataRow.Field, isCell: Bool) {
    if isCell, case .string(let text) = field.value {
      self = .cell(text)
    } else {
      self.init(field.value)
    }
  }

  /// Whether comparisons take it for a SID.
  var isSID: Bool {
    switch self {
    case .sid, .resource: true
    case .text(let text), .cell(let text): AnySID(text) != nil
    case .list(let values): values.contains(where: \.isSID)
    default: false
    }
  }

  /// The service that returned it, if it is a resource.
  var service: Service? {
    if case .resource(let resource) = self { resource.definition.service } else { nil }
  }

  /// Whether it is not known yet: in a dry run or a plan.
  var isUnknown: Bool {
    switch self {
    case .unanswered, .pending, .placeholder: true
    default: false
    }
  }

  /// What distinguishes the pass of a loop for this item; `nil` if only its position does.
  var passKey: String? {
    switch self {
    case .resource(let resource) where resource.definition.type == .finding:
      [resource.sid(as: .reservation), resource.sid(as: .participant)].compactMap(\.self)
        .map(\.description).first
    case .sid, .resource: text.isEmpty ? nil : text
    default: nil
    }
  }

  /// The value as comparisons see it.
  var compared: ComparedValue {
    switch self {
    case .sid(let sid): .sid(sid)
    case .text(let text), .cell(let text), .file(let text): .text(text)
    case .number(let number): .number(number.value, spelling: number.spelling)
    case .seconds(let number): .seconds(number.value, spelling: number.spelling)
    case .duration(let duration): .duration(duration)
    case .list(let values): .list(values.map(\.compared))
    case .resource(let resource): resource.sid.map { .sid($0) } ?? .other("")
    case .json(let json): ComparedValue(json)
    case .empty: .empty
    case .rate, .row, .unanswered, .pending, .placeholder: .other(text)
    }
  }

  /// How long a text may become, and how much a list may hold, in bytes.
  package static let maximumSize = 1 << 20

  /// The length of the value's text in bytes, or more than `limit`, without making it.
  ///
  /// It visits at most `limit` values: lists of lists grow quickly.
  func size(upTo limit: Int) -> Int {
    var (size, count, rest) = (0, 0, [self][...])
    while size <= limit, count <= limit, let value = rest.popLast() {
      count += 1
      switch value {
      case .list(let values):
        size += 2 * max(0, values.count - 1)
        if size <= limit { rest.append(contentsOf: values) }
      case .sid, .resource: size += 34
      default: size += value.text.utf8.count
      }
    }
    return count > limit ? limit + 1 : size
  }

  /// The value as text, for `echo` and inside texts.
  package var text: String {
    switch self {
    case .sid(let sid): sid.description
    case .text(let text): text
    case .number(let number), .seconds(let number): number.spelling
    case .duration(let duration): duration.flexSpelling
    case .rate(let rate): rate.spelling
    case .list(let values): values.map(\.text).joined(separator: ", ")
    case .resource(let resource): resource.sid?.description ?? ""
    case .row(let row): JSON.object(row.object).serialized
    case .cell(let text), .file(let text): text
    case .json(let json): json.serialized
    case .empty: ""
    case .unanswered: "‹unknown›"
    case .placeholder(let words): words
    case .pending(let value): value.token
    }
  }

  /// The value as JSON, for the bodies that sentences take.
  var json: JSON {
    switch self {
    case .sid, .text, .file, .duration, .rate, .unanswered, .pending, .placeholder: .string(text)
    case .cell(let text): JSON.number(inCell: text) ?? .string(text)
    case .resource(let resource): .string(orNull: resource.sid?.description)
    case .number(let number), .seconds(let number): .number(number.spelling)
    case .list(let values): .array(values.map(\.json))
    case .row(let row): .object(row.object)
    case .json(let json): json
    case .empty: .null
    }
  }

  /// The same value; a resource without the page that it was on.
  var detached: Value {
    guard case .resource(let resource) = self else { return self }
    return .resource(
      ResourceValue(
        definition: resource.definition, fields: resource.fields.detached,
        prediction: resource.prediction))
  }

  /// What messages call it.
  var description: String {
    switch self {
    case .sid(let sid): "\(sid)"
    case .text(let text), .cell(let text), .file(let text): JSON.string(text).serialized
    case .resource(let resource):
      resource.sid?.description ?? resource.definition.type.nounWithArticle
    case .empty: "empty"
    default: text
    }
  }

  var isEmpty: Bool {
    switch self {
    case .empty: true
    case .text(let text), .cell(let text): text.isEmpty
    case .list(let values): values.isEmpty
    default: false
    }
  }

  /// The value at the end of a path of fields; what is absent is empty.
  func following(_ path: some Sequence<String>) -> Value {
    var value = self
    for name in path {
      switch value {
      case .resource(let resource): value = resource.value(name)
      case .pending(let pending):
        value = .pending(PendingValue(action: pending.action, path: pending.path + [name]))
      case .row(let row):
        value = row.field(name).map { Value($0, isCell: row.header != nil) } ?? .empty
      case .json(.object(let object)): value = object[name].map { Value($0) } ?? .empty
      case .list(let values) where name == "count": value = .number(Number(values.count))
      case .unanswered, .placeholder: return .unanswered
      default: return .empty
      }
    }
    return value
  }
}

extension JSON {
  /// The number that a cell spells: a JSON number without an exponent, of at most 15 digits.
  fileprivate static func number(inCell text: String) -> JSON? {
    guard text.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x2D }),
      text.utf8.count(where: { $0 >= 0x30 && $0 <= 0x39 }) <= 15,
      case .number(let spelling)? = try? JSONReader.read(text)
    else { return nil }
    return .number(spelling)
  }
}
