/// The form of an operation on the wire, before any encoding.
///
/// Names, paths and bodies are those of Twilio's OpenAPI documents; the client encodes them.
package struct OperationRequest: Hashable, Sendable {
  /// The methods in use.
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  /// What follows the headers.
  package enum Body: Hashable, Sendable {
    case none
    /// `application/x-www-form-urlencoded` fields, in this order. An object is one field that
    /// holds JSON.
    case form([Field])
    /// `application/json`.
    case json(JSON)
  }

  /// A name and a value of a form.
  package struct Field: Hashable, Sendable {
    /// In Pascal case.
    package let name: String
    /// The value before percent-encoding.
    package let value: String

    /// Pairs a name with a value.
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The method.
  package let method: Method
  /// The service that it is sent to.
  package let service: Service
  /// The path, from `/v1/`: letters, digits and `/` only, so it needs no encoding.
  package let path: String
  /// The query without `?`; `nil` for none.
  package let query: String?
  /// The body.
  package let body: Body
  /// The `ETag` that the resource must still have; `nil` for none.
  package let revision: String?
}

extension Operation {
  /// The request that performs the operation.
  package var request: OperationRequest {
    OperationRequest(
      method: isWrite ? .post : .get, service: definition.resource.service, path: path,
      query: page.text ?? firstQuery, body: body, revision: revision)
  }

  /// The query of the first page: filters, order and size.
  private var firstQuery: String? {
    guard definition.kind == .list else { return nil }
    var fields = filters
    if let ordering = definition.ordering { fields.append(ordering) }
    if let size = definition.resource.pageSize {
      fields.append(OperationRequest.Field(name: "PageSize", value: "\(size)"))
    }
    return fields.isEmpty ? nil : Self.encoded(fields)
  }

  /// The path with the filters: what distinguishes a look-up from others.
  package var location: String {
    filters.isEmpty ? path : "\(path)?\(Self.encoded(filters))"
  }

  private static func encoded(_ fields: [OperationRequest.Field]) -> String {
    fields.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
  }

  /// Encodes every byte but unreserved ones.
  ///
  /// Source: RFC 3986, section 2.3.
  private static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private var body: OperationRequest.Body {
    guard isWrite else { return .none }
    var fields = definition.constants.map {
      OperationRequest.Field(name: $0.field, value: $0.value)
    }
    for (parameter, argument) in zip(definition.parameters, arguments) {
      guard let argument else { continue }
      switch parameter.kind {
      case .jsonBody: return .json(argument.json)
      case .json, .text, .sid, .word:
        fields.append(OperationRequest.Field(name: parameter.field, value: argument.text))
      }
    }
    return .form(fields)
  }

  /// The path, from `/v1/`.
  package var path: String {
    var path = OutputBytes()
    path.append("/v1" as StaticString)
    for index in scope.sids.indices {
      path.append(definition.scope[index].segmentBytes)
      path.append(UInt8(ascii: "/"))
      path.append(scope.sids[index])
    }
    path.append(definition.resource.segmentBytes)
    if let sid {
      path.append(UInt8(ascii: "/"))
      path.append(sid)
    }
    return path.text
  }
}
