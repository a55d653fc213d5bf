import FlexAPI
import FlexTestSupport
import Testing

/// The catalogue against the facts of Twilio's OpenAPI documents, which the simulator shares: so both
/// sides cannot be wrong together.
struct CatalogTests {
  private static let catalog = Catalog.standard

  /// The paths with their methods and fields, and the fields of the resources.
  ///
  /// A line for each, in the form of the facts: `*` marks a required field, `=` its values.
  private static var described: Set<String> {
    var lines: Set<String> = []
    var endpoints: [String: [OperationDefinition]] = [:]
    for operation in catalog.operations {
      endpoints[endpoint(of: operation), default: []].append(operation)
    }
    for (endpoint, operations) in endpoints {
      lines.insert(endpoint + body(of: operations))
    }
    for resource in catalog.resources {
      let fields = resource.fields.map { field -> String in
        if case .word(let words) = field.kind {
          return "\(field.name)=\(words.sorted().joined(separator: "|"))"
        }
        return field.name
      }
      lines.insert("fields \(resource.noun) \(fields.joined(separator: " "))")
    }
    return lines
  }

  private static func endpoint(of operation: OperationDefinition) -> String {
    var path = operation.isWrite ? "POST /v1" : "GET /v1"
    for resource in operation.scope { path += "/\(resource.segment)/{\(resource.type.rawValue)}" }
    path += "/\(operation.resource.segment)"
    return operation.address == .item ? path + "/{\(operation.resource.type.rawValue)}" : path
  }

  private static func body(of operations: [OperationDefinition]) -> String {
    guard operations.contains(where: \.isWrite) else {
      return operations.map { query(of: $0) }.first { !$0.isEmpty } ?? ""
    }
    var fields: [String: (count: Int, isRequired: Bool, values: Set<String>)] = [:]
    for operation in operations {
      for constant in operation.constants {
        fields[constant.field, default: (0, true, [])].count += 1
        // JSON is one field without a published set of values.
        if !constant.value.hasPrefix("{") {
          fields[constant.field]?.values.insert(constant.value)
        }
      }
      for parameter in operation.parameters {
        var isRequired = parameter.isRequired
        var values: Set<String> = []
        switch parameter.kind {
        case .jsonBody: return " json"
        case .word(let words): values = Set(words)
        // The API requires no webhook; a sentence that sets one does.
        case .text: isRequired = false
        case .json, .sid: break
        }
        fields[parameter.field] = (operations.count, isRequired, values)
      }
    }
    return " form "
      + fields.keys.sorted().map { name in
        guard let field = fields[name] else { return name }
        let star = field.isRequired && field.count == operations.count ? "*" : ""
        let values = field.values.sorted().joined(separator: "|")
        return name + star + (values.isEmpty ? "" : "=\(values)")
      }.joined(separator: " ")
  }

  /// The query parameters that a listing may send.
  private static func query(of operation: OperationDefinition) -> String {
    guard operation.kind == .list else { return "" }
    var names = operation.filters.map(\.parameter) + (operation.ordering.map { [$0.name] } ?? [])
    if operation == ParticipantConversation.list { names += ["Address", "Identity"] }
    if operation.resource.pageSize != nil { names.append("PageSize") }
    return names.isEmpty ? "" : " query " + names.sorted().joined(separator: " ")
  }

  @Test func agreesWithTheOpenAPIDocuments() throws {
    let facts = try Self.facts()
    #expect(facts.count == 46)
    for line in Self.described {
      let parts = Fact(line)
      guard let fact = facts.first(where: { $0.head == parts.head }) else {
        Issue.record("\(parts.head) is in no document")
        continue
      }
      // What is sent is a part of what the API takes; what it returns is known completely.
      for (name, values) in parts.values {
        guard let known = fact.values[name] else {
          Issue.record("\(parts.head) has no \(name)")
          continue
        }
        #expect(Set(values).isSubset(of: known), "\(parts.head) \(name)")
      }
      if parts.head.hasPrefix("fields") || parts.isOfInteractions { #expect(parts == fact) }
    }
    let described = Set(Self.described.map { Fact($0).head })
    #expect(facts.map(\.head).filter { !described.contains($0) } == [])
  }

  private static func facts() throws -> [Fact] {
    var facts: [Fact] = []
    for path in ProjectFiles.list("Tests/FlexAPITests/Facts", suffix: ".txt") {
      facts += try ProjectFiles.text(path).split(separator: "\n").map { Fact(String($0)) }
    }
    return facts
  }

  /// A line of the facts: an endpoint with its parameters, or a resource with its fields.
  private struct Fact: Equatable {
    let head: String
    /// The values of each parameter or field, as far as they are named; `*` marks a required one.
    let values: [String: [String]]

    init(_ line: String) {
      let marks = [" query ", " form "]
      var (head, rest) = (line, "")
      for mark in marks {
        guard let range = line.firstRange(of: mark) else { continue }
        (head, rest) = (String(line[..<range.lowerBound]), String(line[range.upperBound...]))
      }
      if line.hasPrefix("fields ") {
        let words = line.split(separator: " ").map(String.init)
        // The noun of a conversation's participant has two words.
        let count = words[1] == "participant" && words[2] == "conversation" ? 3 : 2
        head = words[..<count].joined(separator: " ")
        rest = words[count...].joined(separator: " ")
      }
      self.head = head
      values = Dictionary(
        uniqueKeysWithValues: rest.split(separator: " ").map { word in
          let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
          let values = parts.count > 1 ? parts[1].split(separator: "|").map(String.init) : []
          // Which ones are required is known of the Interactions API.
          let isExact = head.contains("/v1/Interactions") || parts[0].last != "*"
          return (isExact ? parts[0] : String(parts[0].dropLast()), values)
        })
    }

    var isOfInteractions: Bool { head.contains("/v1/Interactions") }
  }

  /// Every action can be written to a plan and read back, and means the same.
  @Test func everyWriteIsReadBackFromAPlan() throws {
    var count = 0
    for definition in Self.catalog.operations where definition.isWrite {
      let operation = Self.sample(of: definition)
      var object = JSONObjectWriter()
      operation.write(into: &object, withBodies: true)
      let read = Operation(json: try JSONReader.read(object.close()))
      #expect(read == operation, "\(definition.form.words)")
      #expect(read?.sentence == operation.sentence)
      var withoutBodies = JSONObjectWriter()
      operation.write(into: &withoutBodies, withBodies: false)
      let bare = Operation(json: try JSONReader.read(withoutBodies.close()))
      let isWhole = definition.parameters.allSatisfy { !$0.isPrivate || !$0.isRequired }
      #expect((bare != nil) == isWhole)
      count += 1
    }
    #expect(count == 16)
  }

  /// What an operation predicts passes the check of responses; anything else does not.
  @Test func noOperationBelievesTheResponseToAnother() {
    for definition in Self.catalog.operations where definition != FlexConfiguration.fetch {
      let operation = Self.sample(of: definition)
      #expect(operation.mismatch(in: JSONObject()) != nil)
      let wrong = JSON.object(["sid": .string("XX" + String(repeating: "0", count: 32))])
      #expect(operation.mismatch(in: wrong.object ?? JSONObject()) != nil)
    }
  }

  @Test func aScopeFindsItsSIDsByKind() {
    let scope = Sample.path
    #expect(scope[.channel]?.description == Sample.channel)
    #expect(scope[.participant] == nil)
    #expect(scope.innermost == scope[.channel])
    #expect(Operation.close(Sample.participant(Sample.agent), on: scope).addressed.sids.count == 3)
  }

  /// An operation with a value for everything.
  private static func sample(of definition: OperationDefinition) -> Operation {
    func sid(_ type: SIDType) -> AnySID {
      guard let sid = AnySID(type.rawValue + String(repeating: "1", count: 32)) else {
        preconditionFailure("a prefix and 32 digits are a SID")
      }
      return sid
    }
    let arguments = definition.parameters.map { parameter -> Operation.Argument? in
      switch parameter.kind {
      case .json, .jsonBody: .json(.object(["a": .string("b")]))
      case .text: .text("text")
      case .sid(let prefix, _): AnySID(prefix + String(repeating: "2", count: 32)).map { .sid($0) }
      case .word(let words): .text(words[0])
      }
    }
    return Operation(
      definition, in: Scope(definition.scope.map { sid($0.type) }),
      sid: definition.address == .item ? sid(definition.resource.type) : nil, arguments)
  }
}
