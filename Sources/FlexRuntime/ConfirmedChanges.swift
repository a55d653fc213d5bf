import FlexAPI

/// The changes that were shown before a sentence ran; a change that is not among them is not made.
package struct ConfirmedChanges: Sendable {
  /// A change that was shown and has not been made.
  private struct Shown {
    let sentence: String
    var count: Int
  }

  /// What was shown, by verb and path.
  private var shown: [String: Shown] = [:]
  /// How many changes of a verb were shown whose path has a SID that did not exist yet.
  private var predicted: [String: Int] = [:]
  /// Takes what a rehearsal showed.
  package init(_ rehearsal: Rehearsal) {
    var created: Set<String> = []
    for record in rehearsal.actions {
      guard let operation = record.operation else { continue }
      let key = Self.key(of: operation)
      if operation.creates, let sid = record.answer?.fields["sid"]?.text {
        created.insert(sid.lowercased())
      }
      let path = operation.path.lowercased()
      if path.split(separator: "/").contains(where: { created.contains(String($0)) }) {
        predicted[operation.definition.verb, default: 0] += 1
      } else {
        shown[key, default: Shown(sentence: record.sentence, count: 0)].count += 1
      }
    }
  }

  /// Whether a change was shown; each one only as often as it was.
  mutating func take(_ operation: Operation) -> Bool {
    let key = Self.key(of: operation)
    if let entry = shown[key], entry.count > 0 {
      shown[key]?.count -= 1
      return true
    }
    let verb = operation.definition.verb
    guard let count = predicted[verb], count > 0 else { return false }
    predicted[verb] = count - 1
    return true
  }

  /// The sentences that were shown and whose changes have not been made.
  var left: [String] {
    shown.values.filter { $0.count > 0 }.map(\.sentence).sorted()
  }

  private static func key(of operation: Operation) -> String {
    "\(operation.definition.verb) \(operation.path.lowercased())"
  }
}
