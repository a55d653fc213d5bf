import FlexAPI
import FlexScript

/// The help on each word of the language, and on each topic.
package enum LanguageHelp {
  /// Every topic: the general topics, and the words of the language and of the prompt.
  package static let allTopics =
    HelpTopics.texts.keys.sorted() + Keyword.allCases.map(\.rawValue)
    + ConsoleCommand.words.map(\.word).filter { Keyword(rawValue: $0) == nil }

  /// The topics that are not words of the language.
  package static let topics = HelpTopics.texts.keys.sorted()

  /// The text on a topic or a word; `nil` if there is none.
  ///
  /// It does not end with a line end.
  package static func text(on topic: String) -> String? {
    var parts: [String] = []
    if let text = HelpTopics.texts[HelpTopics.synonyms[topic] ?? topic] { parts.append(text) }
    if let keyword = Keyword(rawValue: topic) {
      let help = WordHelp(on: keyword)
      parts.append("\(topic)\n  \(help.what)")
      if !help.forms.isEmpty {
        parts.append("Forms:\n" + help.forms.map { "  " + $0 }.joined(separator: "\n"))
      }
      parts.append("Example:\n  \(help.example)")
      if !help.undo.isEmpty {
        parts.append(
          "How far it can be undone:\n" + help.undo.map { "  " + $0 }.joined(separator: "\n"))
      }
    }
    if let command = ConsoleCommand.words.first(where: { $0.word == topic }) {
      parts.append("At the prompt: \(command.usage)\n  It \(command.meaning).")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
  }

  /// The topic that a name most likely means; `nil` if none is near.
  package static func nearest(to topic: String) -> String? {
    Suggestion.closest(to: topic, among: allTopics)
  }

  /// A topic as JSON for programs; every topic for `nil`.
  package static func json(on topic: String?) -> String? {
    if let topic { return object(on: topic).map { JSON.object($0).serialized } }
    let topics = allTopics.compactMap { object(on: $0).map { JSON.object($0) } }
    return JSON.object(["topics": .array(topics)]).serialized
  }

  private static func object(on topic: String) -> JSONObject? {
    guard let text = text(on: topic) else { return nil }
    var object = JSONObject()
    object["topic"] = .string(topic)
    if let keyword = Keyword(rawValue: topic) {
      let help = WordHelp(on: keyword)
      object["summary"] = .string(help.what)
      object["forms"] = .array(help.forms.map { .string($0) })
      object["example"] = .string(help.example)
      object["undo"] = .array(help.undo.map { .string($0) })
    }
    object["text"] = .string(text)
    return object
  }

  /// What `help` without a topic shows at the prompt.
  package static let overview: String = {
    let width = ConsoleCommand.words.map { $0.usage.count }.max() ?? 0
    let commands = ConsoleCommand.words.map { command in
      let padding = String(repeating: " ", count: width - command.usage.count + 2)
      return "  \(command.usage)\(padding)\(command.meaning)"
    }
    return """
      One sentence per line. An open {, [ or (, or a \\ at the end, continues on the next line.
        use channel UO… in KD…                  the place for what follows
        show channel; list participants         look; then @1, @2, … name the rows
        close UT…; wrapup @1; close every agent act
      Tab completes, also SIDs that were seen; a pasted text runs when you press Enter.
      Ctrl-C discards the line or stops the running sentence; Ctrl-D ends the session.

      The prompt's own words:
      \(commands.joined(separator: "\n"))

      help TOPIC: any word of the language, or one of
        \(topics.joined(separator: ", "))
      """
  }()
}
