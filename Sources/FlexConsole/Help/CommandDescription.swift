import FlexAPI

/// A command with its arguments, as `--help` lists them: for manual pages and for completion.
package struct CommandDescription: Sendable {
  /// An option, a flag or an argument.
  package struct Argument: Sendable {
    /// Whether it is one, two or neither of them.
    package enum Kind: String, Sendable {
      case positional, option, flag
    }

    /// What it is.
    package let kind: Kind
    /// Its names with their dashes, the long one first; none for an argument.
    package let names: [String]
    /// What its value is called: `file`.
    package let value: String
    /// What it does.
    package let abstract: String
    /// The value that it has otherwise, if that is a plain word.
    package let defaultValue: String?
    /// The words that it takes; empty if it takes others.
    package let choices: [String]
    /// Whether it can be left out.
    package let isOptional: Bool
    /// Whether it can be given several times.
    package let isRepeating: Bool
    /// The heading under which it is listed; `nil` for none.
    package let section: String?
  }

  /// The name, without those of the commands that hold it.
  package let name: String
  /// What it does, in a sentence.
  package let abstract: String
  /// More about it; empty if there is nothing.
  package let discussion: String
  /// Its arguments, in the order of `--help`.
  package let arguments: [Argument]
  /// The commands in it, without `help`.
  package let subcommands: [CommandDescription]
  /// The command in it that is meant if none is named.
  package let defaultSubcommand: String?

  /// Reads what ArgumentParser tells of a command; `nil` if that is not as expected.
  ///
  /// Source: swift-argument-parser 1.8, `ArgumentParserToolInfo`, serialization version 0.
  package init?(toolInfo: String) {
    guard let info = try? JSONReader.read(toolInfo).object,
      info["serializationVersion"]?.integer == 0, let command = info["command"]?.object
    else { return nil }
    self.init(command)
  }

  private init?(_ command: JSONObject) {
    guard let name = command["commandName"]?.text else { return nil }
    self.name = name
    abstract = command["abstract"]?.text ?? ""
    discussion = command["discussion"]?.text ?? ""
    defaultSubcommand = command["defaultSubcommand"]?.text
    arguments = (command["arguments"]?.array ?? []).compactMap { $0.object.flatMap(Argument.init) }
    subcommands = (command["subcommands"]?.array ?? []).compactMap(\.object)
      .filter { $0["commandName"] != .string("help") }.compactMap(CommandDescription.init)
  }
}

extension CommandDescription.Argument {
  fileprivate init?(_ argument: JSONObject) {
    guard argument["shouldDisplay"] != .bool(false),
      let kind = argument["kind"]?.text.flatMap(Kind.init)
    else { return nil }
    self.kind = kind
    let spellings = (argument["names"]?.array ?? []).compactMap(\.object).compactMap { name in
      name["name"]?.text.map { name["kind"] == .string("long") ? "--" + $0 : "-" + $0 }
    }
    names = spellings.filter { $0.hasPrefix("--") } + spellings.filter { !$0.hasPrefix("--") }
    value = argument["valueName"]?.text ?? ""
    abstract = argument["abstract"]?.text ?? ""
    defaultValue = argument["defaultValue"]?.text
    choices = (argument["allValues"]?.array ?? []).compactMap(\.text)
    isOptional = argument["isOptional"] == .bool(true)
    isRepeating = argument["isRepeating"] == .bool(true)
    section = argument["sectionTitle"]?.text
  }
}
