package import FlexAPI

/// An API that sends nothing: writes are answered with what would be returned, reads with nothing.
///
/// A predicted SID is visibly not a real one: its digits are zeros and a count.
package actor DryRun: TwilioAPI {
  private var predictions = 0
  private let isRandom: Bool

  /// Begins with nothing predicted.
  ///
  /// `isRandom`: whether predicted SIDs have random digits, so that each can be told from every real
  /// one, and replaced when that is known.
  package init(isRandom: Bool = false) {
    self.isRandom = isRandom
  }

  package func perform(
    _ operation: Operation, permission: SendPermission?
  ) async throws(APIError) -> Answer {
    Answer(
      status: nil, fields: operation.isWrite ? prediction(of: operation) : JSONObject(),
      requestID: nil, attempts: 0)
  }

  private func prediction(of operation: Operation) -> JSONObject {
    let definition = operation.definition
    var fields = JSONObject()
    fields["sid"] =
      operation.sid.map { .string($0.description) } ?? newSID(definition.resource.type)
    for constant in definition.constants {
      if let field = constant.answerField { fields[field] = .string(constant.value) }
    }
    for (parameter, argument) in zip(definition.parameters, operation.arguments) {
      if let field = parameter.answerField, let argument { fields[field] = argument.json }
    }
    for (resource, sid) in zip(definition.scope, operation.scope.sids) {
      fields[resource.scopeField] = .string(sid.description)
    }
    return fields
  }

  private func newSID(_ type: SIDType) -> JSON {
    predictions += 1
    if isRandom {
      let digits = (0..<32).map { _ in Character(UInt8.random(in: 0..<16).hexadecimal) }
      return .string(type.rawValue + String(digits))
    }
    let digits = String(predictions)
    let zeros = String(repeating: "0", count: 32 - digits.utf8.count)
    return .string(type.rawValue + zeros + digits)
  }
}

extension UInt8 {
  /// A number below 16 as a digit.
  fileprivate var hexadecimal: Unicode.Scalar {
    Unicode.Scalar(self + (self < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
  }
}
