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
}

extension Operation {
  /// The request that performs the operation.
  package var request: OperationRequest {
    OperationRequest(
      method: isWrite ? .post : .get, service: definition.resource.service, path: path,
      query: page.text, body: body)
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
    var path: [UInt8] = []
    // The longest has three SIDs and four words.
    path.reserveCapacity(160)
    path.append(contentsOf: "/v1".utf8)
    for index in scope.sids.indices {
      path.append(contentsOf: definition.scope[index].segmentBytes)
      path.append(UInt8(ascii: "/"))
      scope.sids[index].write(into: &path)
    }
    path.append(contentsOf: definition.resource.segmentBytes)
    if let sid {
      path.append(UInt8(ascii: "/"))
      sid.write(into: &path)
    }
    return String(decoding: path, as: UTF8.self)
  }
}
