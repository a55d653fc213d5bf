import FlexAPI

/// A request as it came off the wire.
struct SimulatedRequest: Sendable {
  let method: String
  /// The path and the query.
  let target: String
  let contentType: String?
  let authorization: String?
  /// `Host`.
  let host: String?
  /// `If-Match`.
  let revision: String?
  let body: [UInt8]
}

/// Reads requests: finds the operation that a request asks for, by the paths and fields of the
/// catalogue.
///
/// It decodes with code of its own, so that client and simulator cannot agree on the same mistake; a
/// test compares the catalogue with Twilio's OpenAPI documents.
struct Routes {
  private let catalog: Catalog

  init(_ catalog: Catalog) {
    self.catalog = catalog
  }

  /// The operation that a request asks for.
  func operation(_ request: SimulatedRequest) throws(Refusal) -> Operation {
    let mark = request.target.utf8.firstIndex(of: UInt8(ascii: "?"))
    let path = String(request.target[..<(mark ?? request.target.endIndex)])
    let query = mark.map { String(request.target[request.target.utf8.index(after: $0)...]) }
    let (resource, scope, sid) = try resource(at: path)
    let endpoint = catalog.operations.filter {
      $0.resource == resource && ($0.address == .item) == (sid != nil)
        && $0.scope.count == scope.sids.count
        && zip($0.scope, scope.sids).allSatisfy { $0.type == $1.type }
    }
    switch request.method {
    case "GET":
      guard let definition = endpoint.first(where: { !$0.isWrite }) else {
        throw Self.methodNotAllowed
      }
      let page = query.flatMap { PageQuery(nextPageURL: "\(path)?\($0)", path: path) } ?? .first
      return Operation(definition, in: scope, sid: sid, page: page)
    case "POST":
      let candidates = endpoint.filter(\.isWrite)
      guard let first = candidates.first else { throw Self.methodNotAllowed }
      let isJSON = first.parameters.contains { if case .jsonBody = $0.kind { true } else { false } }
      if isJSON {
        return Operation(first, in: scope, sid: sid, [.json(try Self.jsonBody(request))])
      }
      let fields = try FormFields(request)
      let definition = try Self.choose(candidates, by: fields)
      return Operation(
        definition, in: scope, sid: sid, try fields.arguments(of: definition))
    default: throw Self.methodNotAllowed
    }
  }

  /// The resource at a path, the SIDs before it, and its own; `nil` for its collection.
  ///
  /// *Documented*: the segments of a path are case sensitive.
  private func resource(
    at path: String
  ) throws(Refusal) -> (ResourceDefinition, Scope, AnySID?) {
    var segments = path.split(separator: "/", omittingEmptySubsequences: false)[...]
    guard segments.popFirst() == "", segments.popFirst() == "v1" else { throw .notFound(path) }
    var scope = Scope()
    var parents: [ResourceDefinition] = []
    while let segment = segments.popFirst() {
      let found =
        catalog.resources.first { $0.scope == parents && $0.segment == segment }
        ?? catalog.operations.first { $0.scope == parents && $0.resource.segment == segment }?
        .resource
      guard let found else { break }
      guard let text = segments.popFirst() else { return (found, scope, nil) }
      guard let sid = AnySID(ofAnyShape: String(text))?.of(found.type) else { break }
      if segments.isEmpty { return (found, scope, sid) }
      scope = scope.appending(sid)
      parents.append(found)
    }
    throw .notFound(path)
  }

  /// *Documented*: code 20004.
  private static var methodNotAllowed: Refusal {
    Refusal(status: 405, code: 20004, message: "Method not allowed")
  }

  /// Chooses among operations at one endpoint by the values of their constants.
  private static func choose(
    _ candidates: [OperationDefinition], by fields: FormFields
  ) throws(Refusal) -> OperationDefinition {
    var left = candidates
    var position = 0
    var told = ""
    while true {
      let names = left.map {
        $0.constants.indices.contains(position) ? $0.constants[position] : nil
      }
      guard let name = names.compactMap({ $0?.field }).first else {
        guard let found = left.first else { preconditionFailure("an endpoint has operations") }
        return found
      }
      guard fields.optional(name) != nil else {
        // Those that do not need the field are left.
        let without = left.filter { !$0.constants.indices.contains(position) }
        if let found = without.first { return found }
        // *Documented*: the routing is required if the status is inactive.
        guard told.isEmpty else { throw .invalid("\(name) is required when \(told)") }
        throw FormFields.missing(name)
      }
      let matching = left.filter {
        $0.constants.indices.contains(position) && fields.matches($0.constants[position])
      }
      guard let first = matching.first else {
        let values = Set(names.compactMap { $0?.value }).sorted().joined(separator: ", ")
        throw .invalid("\(name) must be one of \(values)")
      }
      told = "\(name) is \(first.constants[position].value)"
      left = matching
      position += 1
    }
  }

  private static func jsonBody(_ request: SimulatedRequest) throws(Refusal) -> JSON {
    guard let body = try? JSONReader.read(request.body), body.object != nil else {
      throw .invalid("The body must be a JSON object")
    }
    return body
  }
}

/// The fields of a form.
private struct FormFields {
  private let fields: [(name: String, value: String)]

  /// *Assumed*: another content type is a bad request.
  ///
  /// Unknown fields are ignored, as 20001 says.
  init(_ request: SimulatedRequest) throws(Refusal) {
    let type = request.contentType?.lowercased() ?? ""
    guard type.hasPrefix("application/x-www-form-urlencoded") || request.body.isEmpty else {
      throw .invalid("The body must be application/x-www-form-urlencoded")
    }
    fields = FormDecoding.decode(request.body)
  }

  func optional(_ name: String) -> String? {
    fields.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  static func missing(_ name: String) -> Refusal {
    .invalid("Missing required parameter \(name) in the post body")
  }

  /// Whether a field has the value of a constant; JSON is compared as JSON.
  func matches(_ constant: OperationDefinition.Constant) -> Bool {
    guard let text = optional(constant.field) else { return false }
    if text == constant.value { return true }
    guard let found = (try? JSONReader.read(text))?.object,
      let wanted = (try? JSONReader.read(constant.value))?.object
    else { return false }
    return wanted.members.allSatisfy { found[$0.name] == $0.value }
  }

  /// The values of an operation's parameters.
  func arguments(
    of definition: OperationDefinition
  ) throws(Refusal) -> [Operation.Argument?] {
    var arguments: [Operation.Argument?] = []
    for parameter in definition.parameters {
      guard let text = optional(parameter.field) else {
        guard !parameter.isRequired else { throw Self.missing(parameter.field) }
        arguments.append(nil)
        continue
      }
      arguments.append(try argument(text, parameter))
    }
    return arguments
  }

  private func argument(
    _ text: String, _ parameter: OperationParameter
  ) throws(Refusal) -> Operation.Argument {
    switch parameter.kind {
    case .json, .jsonBody:
      guard let value = try? JSONReader.read(text), value.object != nil else {
        throw .invalid("\(parameter.field) must be a JSON object")
      }
      return .json(value)
    case .text: return .text(text)
    case .sid(let prefix, _):
      guard let sid = AnySID(ofAnyShape: text), sid.begins(with: prefix) else {
        throw .invalid("\(parameter.field) must match ^\(prefix)[0-9a-fA-F]{32}$")
      }
      return .sid(sid)
    case .word(let words):
      guard words.contains(text) else {
        throw .invalid(
          "\(parameter.field) must be one of \(words.sorted().joined(separator: ", "))")
      }
      return .text(text)
    }
  }
}
