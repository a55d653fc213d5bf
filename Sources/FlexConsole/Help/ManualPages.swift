import FlexScript

/// The manual pages, made from the texts of `help` and of `--help`.
package struct ManualPages {
  /// A page.
  package struct Page: Sendable {
    /// Its name with its section: `flexsh-run.1`.
    package let name: String
    /// Its text, in the mdoc language.
    package let text: String

    /// Its path below a folder of manual pages: `man1/flexsh-run.1`.
    package var path: String { "man\(name.last.map(String.init) ?? "")/\(name)" }
  }

  private let program: CommandDescription
  /// The date of the version: `2026-11-26`.
  private let date: String

  /// Makes the pages of a program.
  package init(of program: CommandDescription, date: String) {
    self.program = program
    self.date = date
  }

  /// All pages, that of the program first.
  package var all: [Page] {
    [main] + program.subcommands.map { page(of: $0) } + [language]
  }

  // MARK: Pages

  private var main: Page {
    var page = ManualText(name: program.name, section: 1, date: date)
    page.name(program.abstract)
    page.section("SYNOPSIS")
    page.call(["Nm \(program.name)", "Op Ar options"])
    page.call(["Nm \(program.name)", "Op Ar options", "Ar file", "Op Ar name=value ..."])
    page.call(["Nm \(program.name)", "Op Ar options", "Fl c Ar text"])
    for command in program.subcommands {
      page.call(["Nm \(program.name)", "Cm \(command.name)"] + Self.usage(command))
    }
    page.call(["Nm \(program.name)", "Cm help", "Op Ar topic"])
    page.section("DESCRIPTION")
    describe(program, &page)
    page.section("COMMANDS")
    page.list(
      program.subcommands.map { command in
        (["Cm \(command.name)"], [command.abstract, "See \(program.name)-\(command.name)(1)."])
      })
    page.section("OPTIONS")
    options(program.arguments, &page)
    for (title, topic) in [
      ("ENVIRONMENT", "environment"), ("FILES", "profiles"), ("EXIT STATUS", "exit-codes"),
    ] {
      page.section(title)
      page.literal(HelpTopics.texts[topic] ?? "")
    }
    let shown = ["environment", "profiles", "exit-codes", "language", "reach", "data", "sids"]
    page.section("TOPICS")
    for topic in LanguageHelp.topics where !shown.contains(topic) {
      page.subsection(topic)
      page.literal(HelpTopics.texts[topic] ?? "")
    }
    page.seeAlso(
      program.subcommands.map { ("\(program.name)-\($0.name)", 1) }
        + [("\(program.name)-language", 5)])
    return Page(name: "\(program.name).1", text: page.text)
  }

  private func page(of command: CommandDescription) -> Page {
    let name = "\(program.name)-\(command.name)"
    var page = ManualText(name: name, section: 1, date: date)
    page.name(command.abstract)
    page.section("SYNOPSIS")
    let own = ["Nm \(program.name)", "Cm \(command.name)"]
    if command.subcommands.isEmpty || !command.arguments.allSatisfy(\.isGeneral) {
      page.call(own + Self.usage(command))
    }
    for inner in command.subcommands { page.call(own + ["Cm \(inner.name)"] + Self.usage(inner)) }
    page.section("DESCRIPTION")
    describe(command, &page)
    page.section("OPTIONS")
    options(command.arguments, &page)
    for inner in command.subcommands {
      page.section("\(program.name) \(command.name) \(inner.name)".uppercased())
      describe(inner, &page)
      options(inner.arguments, &page)
    }
    page.section("EXIT STATUS")
    if command.name == "lsp" {
      page.paragraph(
        "0 after the client has sent `shutdown` and `exit`. 1 if the client ends before, sends `exit` "
          + "without `shutdown`, or sends a message that is longer than 64 MiB.")
    } else {
      page.literal(HelpTopics.texts["exit-codes"] ?? "")
    }
    page.seeAlso([(program.name, 1), ("\(program.name)-language", 5)])
    return Page(name: "\(name).1", text: page.text)
  }

  private var language: Page {
    let name = "\(program.name)-language"
    var page = ManualText(name: name, section: 5, date: date)
    page.name("the language of \(program.name)'s scripts")
    page.section("DESCRIPTION")
    page.literal(HelpTopics.texts["language"] ?? "")
    for (title, topic) in [("REACH", "reach"), ("DATA FILES", "data"), ("SIDS", "sids")] {
      page.section(title)
      page.literal(HelpTopics.texts[topic] ?? "")
    }
    page.section("SENTENCES")
    for keyword in Keyword.verbs { explain(keyword, &page) }
    page.section("OTHER WORDS")
    for keyword in Keyword.allCases.filter({ !$0.isVerb })
      .sorted(by: { $0.rawValue < $1.rawValue })
    { explain(keyword, &page) }
    page.seeAlso([(program.name, 1), ("\(program.name)-run", 1)])
    return Page(name: "\(name).5", text: page.text)
  }

  private func explain(_ keyword: Keyword, _ page: inout ManualText) {
    let help = WordHelp(on: keyword)
    page.subsection(keyword.rawValue)
    page.paragraph(help.what)
    if !help.forms.isEmpty { page.literal(help.forms.joined(separator: "\n")) }
    page.paragraph("Example:")
    page.literal(help.example)
    for line in help.undo { page.paragraph("How far it can be undone: \(line).") }
  }

  // MARK: Parts

  private func describe(_ command: CommandDescription, _ page: inout ManualText) {
    page.paragraph(command.abstract)
    if !command.discussion.isEmpty { page.literal(command.discussion) }
  }

  /// The arguments of a command in short.
  private static func usage(_ command: CommandDescription) -> [String] {
    let arguments = command.arguments.filter { $0.kind == .positional }.map { argument in
      let value = "Ar " + ManualText.argument(argument.value)
      let dots = argument.isRepeating ? " ..." : ""
      return argument.isOptional ? "Op \(value)\(dots)" : value + dots
    }
    let hasOptions = command.arguments.contains { $0.kind != .positional && !$0.isGeneral }
    return (hasOptions ? ["Op Ar options"] : []) + arguments
  }

  private func options(
    _ arguments: [CommandDescription.Argument], _ page: inout ManualText
  ) {
    var sections: [(title: String?, arguments: [CommandDescription.Argument])] = []
    for argument in arguments {
      if sections.last?.title == argument.section, !sections.isEmpty {
        sections[sections.count - 1].arguments.append(argument)
      } else {
        sections.append((argument.section, [argument]))
      }
    }
    for section in sections {
      if let title = section.title { page.subsection(title) }
      page.list(section.arguments.map { ([Self.heading($0)], Self.explanation($0)) })
    }
  }

  /// `Fl \-output Ar format , Fl o Ar format`.
  private static func heading(_ argument: CommandDescription.Argument) -> String {
    let value = "Ar " + ManualText.argument(argument.value)
    guard argument.kind != .positional else { return value }
    return argument.names.map { name in
      let dashless = name.drop { $0 == "-" }
      let flag = name.hasPrefix("--") ? "Fl Fl \(dashless)" : "Fl \(dashless)"
      return argument.kind == .option ? "\(flag) \(value)" : flag
    }.joined(separator: " , ")
  }

  private static func explanation(_ argument: CommandDescription.Argument) -> [String] {
    var texts = [argument.abstract]
    if !argument.choices.isEmpty {
      texts.append("One of \(argument.choices.joined(separator: ", ")).")
    }
    if let value = argument.defaultValue { texts.append("The default is \(value).") }
    return texts
  }
}

extension CommandDescription.Argument {
  /// Whether every command has it.
  fileprivate var isGeneral: Bool { names.contains("--help") || names.contains("--version") }
}

/// A page in the mdoc language.
///
/// Source: mdoc(7).
struct ManualText {
  private(set) var text: String
  private let program: String
  /// The most bytes of a line.
  private static let width = 78

  init(name: String, section: Int, date: String) {
    program = name
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    let parts = date.split(separator: "-").compactMap { Int($0) }
    text = """
      .Dd \(months[parts[1] - 1]) \(parts[2]), \(parts[0])
      .Dt \(name.uppercased()) \(section)
      .Os

      """
  }

  /// An argument of a macro, on which nothing in it has an effect.
  static func argument(_ text: String) -> String {
    text.contains(" ") ? "\"\(escaped(text))\"" : escaped(text)
  }

  mutating func name(_ description: String) {
    var line = description
    if line.hasSuffix(".") { line.removeLast() }
    if line.dropFirst().first?.isLowercase == true {
      line = line.prefix(1).lowercased() + line.dropFirst()
    }
    add(".Sh NAME")
    add(".Nm \(program)")
    add(".Nd \(Self.escaped(line))")
  }

  mutating func section(_ title: String) { add(".Sh \(title)") }

  mutating func subsection(_ title: String) { add(".Ss \(Self.escaped(title))") }

  /// A call of a program, by its macros.
  mutating func call(_ macros: [String]) {
    for macro in macros { add("." + macro) }
  }

  /// Sentences, each on lines of its own.
  mutating func paragraph(_ sentences: String) {
    if isAfterText { add(".Pp") }
    addSentences(sentences)
  }

  /// Items and what they are.
  mutating func list(_ items: [(headings: [String], texts: [String])]) {
    add(".Bl -tag -width Ds")
    for item in items {
      for heading in item.headings { add(".It \(heading)") }
      for text in item.texts { addSentences(text) }
    }
    add(".El")
  }

  /// Lines that stay as they are.
  mutating func literal(_ lines: String) {
    add(".Bd -literal -offset 2n")
    for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
      add(Self.protected(Self.escaped(String(line))))
    }
    add(".Ed")
  }

  mutating func seeAlso(_ pages: [(name: String, section: Int)]) {
    section("SEE ALSO")
    let sorted = pages.sorted { ($0.section, $0.name) < ($1.section, $1.name) }
    for (index, page) in sorted.enumerated() {
      add(".Xr \(page.name) \(page.section)" + (index + 1 < sorted.count ? " ," : ""))
    }
  }

  /// Whether the last line is text, which a paragraph has to be separated from.
  private var isAfterText: Bool {
    let last = text.split(separator: "\n").last ?? ""
    return !last.hasPrefix(".") || last == ".Ed" || last == ".El"
  }

  private mutating func add(_ line: String) { text += line + "\n" }

  private mutating func addSentences(_ sentences: String) {
    var line = ""
    for word in Self.escaped(sentences).split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty, Self.length(line) + Self.length(String(word)) >= Self.width {
        add(Self.protected(line))
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
      if word.hasSuffix(".") || word.hasSuffix("!") || word.hasSuffix("?") {
        add(Self.protected(line))
        line = ""
      }
    }
    if !line.isEmpty { add(Self.protected(line)) }
  }

  /// The number of bytes of a text as mandoc counts them: it writes other letters as `\[u2026]`.
  private static func length(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 1 : 8) }
  }

  /// A text in which nothing has a meaning for the formatter.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
  }

  /// A line that the formatter does not take for a macro.
  private static func protected(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }
}
