package import FlexAPI
import Synchronization

/// An API whose answers differ from those of the simulator where it is not known what Twilio answers.
package final class AlteredTwilio: TwilioAPI {
  /// Changes an answer, or refuses.
  package typealias Change = @Sendable (Operation, Answer) async throws(APIError) -> Answer

  private let base: any TwilioAPI
  private let ignoresFilters: Bool
  private let change: Change
  private let log = Mutex<[Operation]>([])

  /// Wraps an API.
  ///
  /// `ignoresFilters`: whether listings are complete whatever they are asked for.
  package init(
    _ base: any TwilioAPI, ignoresFilters: Bool = false, _ change: @escaping Change = { $1 }
  ) {
    self.base = base
    self.ignoresFilters = ignoresFilters
    self.change = change
  }

  /// What was asked for, in order.
  package var asked: [Operation] { log.withLock { $0 } }

  /// The locations of what was asked for and starts with a text.
  package func locations(containing text: String) -> [String] {
    asked.map(\.location).filter { $0.contains(text) }
  }

  package func perform(
    _ operation: Operation, permission: SendPermission?
  ) async throws(APIError) -> Answer {
    log.withLock { $0.append(operation) }
    let isPlain =
      ignoresFilters && !operation.filters.isEmpty && operation.page == .first
      && operation.definition.resource.type != .chatParticipant
    let sent =
      isPlain
      ? Operation(operation.definition, in: operation.scope, sid: operation.sid) : operation
    return try await change(operation, try await base.perform(sent, permission: permission))
  }
}

extension Answer {
  /// The answer with a field of each item of its list set; `nil` sets null.
  package func settingInItems(_ name: String, _ value: JSON?) -> Answer {
    var answer = self
    for member in fields.members {
      guard let items = member.value.array else { continue }
      answer.fields[member.name] = .array(
        items.map { item in
          guard var object = item.object else { return item }
          object[name] = value ?? .null
          return .object(object)
        })
    }
    return answer
  }
}
