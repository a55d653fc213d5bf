import FlexAPI
import FlexScript

/// A value that an action of the same plan returns, and that does not exist before.
package struct PendingValue: Hashable, Sendable {
  /// The number of the action among the plan's actions, from 1.
  let action: Int
  /// The fields to follow from what it returns.
  let path: [String]

  /// What stands for the value in texts and bodies until it exists.
  ///
  /// The two characters around it are for private use, and no text of Twilio's has them.
  var token: String { "\u{F8FE}\(action).\(path.joined(separator: "."))\u{F8FF}" }
}

/// The values that steps of a plan return, and what stands for them before.
struct PlanBindings {
  /// The SIDs that stand for what actions create, with the numbers of the actions.
  private(set) var placeholders: [AnySID: Int] = [:]
  /// What the actions returned, by their numbers.
  private var answers: [Int: JSONObject] = [:]

  /// Notes what stands for what an action creates.
  mutating func note(_ placeholder: AnySID, action: Int) { placeholders[placeholder] = action }

  /// Notes what an action returned.
  mutating func note(_ answer: JSONObject, of action: Int) { answers[action] = answer }

  /// Whether something stands in a text for what does not exist yet.
  func isBound(_ text: String) -> Bool {
    text.unicodeScalars.contains("\u{F8FE}")
      || placeholders.keys.contains { text.contains($0.description) }
  }

  /// A text with every value in it that exists by now; `nil` if one does not.
  func filled(_ text: String) -> String? {
    var text = text
    for (placeholder, action) in placeholders where text.contains(placeholder.description) {
      guard let sid = answers[action]?["sid"]?.text else { return nil }
      text = text.replacing(placeholder.description, with: sid)
    }
    var parts = text.split(separator: "\u{F8FE}", omittingEmptySubsequences: false)[...]
    var filled = String(parts.removeFirst())
    for part in parts {
      guard let end = part.firstIndex(of: "\u{F8FF}"),
        let value = value(String(part[..<end]))
      else { return nil }
      filled += Value(value).text + part[part.index(after: end)...]
    }
    return filled
  }

  /// JSON with every value in it that exists by now; `nil` if one does not.
  func filled(_ json: JSON) -> JSON? {
    switch json {
    case .null, .bool, .number: return json
    case .string(let text):
      // A value that is all of a text keeps its type.
      if text.unicodeScalars.first == "\u{F8FE}", text.unicodeScalars.last == "\u{F8FF}",
        text.unicodeScalars.count(where: { $0 == "\u{F8FE}" }) == 1
      {
        return value(String(text.dropFirst().dropLast()))
      }
      return filled(text).map { .string($0) }
    case .array(let elements):
      let filled = elements.compactMap { self.filled($0) }
      return filled.count == elements.count ? .array(filled) : nil
    case .object(let object):
      let members = object.members.compactMap { member in
        filled(member.value).map { JSONObject.Member(name: member.name, value: $0) }
      }
      return members.count == object.members.count ? .object(JSONObject(members)) : nil
    }
  }

  /// The value that a token without its ends names: `3.status`.
  private func value(_ name: String) -> JSON? {
    let parts = name.split(separator: ".").map(String.init)
    guard let action = parts.first.flatMap({ Int($0) }), let answer = answers[action] else {
      return nil
    }
    return parts.dropFirst().reduce(JSON.object(answer)) { $0.object?[$1] ?? .null }
  }
}
