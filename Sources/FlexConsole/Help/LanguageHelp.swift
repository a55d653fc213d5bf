import FlexAPI
package import FlexScript

/// The help on each word of the language, and on each topic.
package enum LanguageHelp {
  /// What a word does, and a sentence that contains it.
  package struct Entry: Sendable {
    /// The explanation, in one or two sentences.
    package let what: String
    /// A sentence, with SIDs shortened to their prefix and `…`.
    package let example: String
  }

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
      let entry = entry(for: keyword)
      parts.append("\(topic)\n  \(entry.what)")
      if let forms = LanguageForms.forms[keyword] {
        parts.append("Forms:\n" + forms.map { "  " + $0 }.joined(separator: "\n"))
      }
      parts.append("Example:\n  \(entry.example)")
      let undo = undo(of: topic)
      if !undo.isEmpty {
        parts.append("How far it can be undone:\n" + undo.joined(separator: "\n"))
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
      let entry = entry(for: keyword)
      object["summary"] = .string(entry.what)
      object["forms"] = .array((LanguageForms.forms[keyword] ?? []).map { .string($0) })
      object["example"] = .string(entry.example)
      object["undo"] = .array(
        undo(of: topic).map { .string(String($0.drop { $0 == " " })) })
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

  /// What a word does, and a sentence that contains it.
  package static func entry(for keyword: Keyword) -> Entry {
    if let entry = actionEntry(keyword.rawValue) ?? resourceEntry(keyword.rawValue) {
      return entry
    }
    guard let (what, example) = LanguageWords.entries[keyword] else {
      preconditionFailure("every keyword is explained: \(keyword.rawValue)")
    }
    return Entry(what: what, example: example)
  }

  /// How far the sentences of a verb can be undone, a line each.
  private static func undo(of verb: String) -> [String] {
    Catalog.standard.actions(verb: verb).map { definition in
      let words = definition.form.words.joined(separator: " ")
      let suffix =
        definition.form.suffix.isEmpty ? "" : " … " + definition.form.suffix.joined(separator: " ")
      return "  \(words)\(suffix): \(definition.undo.extent.rawValue); \(definition.undo.advice)"
    }
  }

  /// The help on a verb whose sentences change something.
  private static func actionEntry(_ word: String) -> Entry? {
    let helps = Catalog.standard.actions(verb: word).compactMap(\.help)
    guard let first = helps.first else { return nil }
    return Entry(what: helps.map(\.summary).joined(separator: " "), example: first.example)
  }

  /// The help on a noun for one resource, or for several.
  private static func resourceEntry(_ word: String) -> Entry? {
    if let help = Catalog.standard.list(named: word)?.help {
      return Entry(what: help.summary, example: help.example)
    }
    guard let resource = Catalog.standard.resources.first(where: { $0.noun == word }) else {
      return nil
    }
    return Entry(what: resource.help.summary, example: resource.help.example)
  }
}
