package import FlexAPI

/// What can be typed at the end of a text: the grammar determines what is expected, and the checker
/// determines which names fit.
package struct CompletionContext: Hashable, Sendable {
  /// Something that the word being typed can become.
  package enum Due: Hashable, Sendable {
    case keyword(Keyword)
    /// A SID of this kind; of any kind if `nil`.
    case sid(SIDType?)
    /// The name of a worker, queue, workflow or workspace, in quotes.
    case name(SIDType)
    /// A word to insert as it is (a name with its `$`, or a field), and what it stands for.
    case word(String, meaning: String)
    /// The name of a parameter, after which `=` and a value follow, and what it takes.
    case parameter(String, meaning: String)
    /// The path of a script, in quotes.
    case scriptFile
    /// The path of a data file, in quotes.
    case dataFile
  }

  /// The UTF-8 offset in the text at which the word being typed begins.
  package let start: Int
  /// The part of it that has been typed, with its quote if that is open.
  package let word: String
  /// What the word can become.
  package let due: [Due]
}

extension PromptChecker {
  /// Returns what can be typed at the end of a text; sends nothing.
  package func completion(of text: String) -> CompletionContext {
    let bytes = Array(text.utf8)
    let start = Self.startOfWord(in: bytes)
    let word = String(decoding: bytes[start...], as: UTF8.self)
    guard !isInComment(bytes[..<start]) else {
      return CompletionContext(start: start, word: word, due: [])
    }
    let (expectations, environment) = expectations(after: Array(bytes[..<start]))
    var due: [CompletionContext.Due] = []
    if word.first == "$", let dot = word.lastIndex(of: ".") {
      due = environment.fields(after: String(word[..<dot]))
    } else {
      for expectation in narrowed(expectations) {
        for candidate in candidates(for: expectation, environment) where !due.contains(candidate) {
          due.append(candidate)
        }
      }
      due = due.filter { $0.canBegin(with: word) }
      // If no place for a value was found, as inside JSON, any name may be meant.
      if word.first == "$", due.isEmpty { due = environment.names { _ in true } }
    }
    return CompletionContext(start: start, word: word, due: due)
  }

  /// The expectations without what a more exact one makes superfluous.
  private func narrowed(_ expectations: [Expectation]) -> [Expectation] {
    let isExact = expectations.contains { expectation in
      guard case .parameterValue(let path, let name) = expectation else { return false }
      return parameters(of: path).contains { $0.name == name }
    }
    return isExact ? expectations.filter { $0 != .value(.argument) } : expectations
  }

  private func candidates(
    for expectation: Expectation, _ environment: Environment
  ) -> [CompletionContext.Due] {
    switch expectation {
    case .parameterName(let path, let given):
      return parameters(of: path).filter { !given.contains($0.name) }.map {
        .parameter($0.name, meaning: $0.type.word + ($0.defaultText == nil ? "" : ", optional"))
      }
    case .parameterValue(let path, let name):
      guard let parameter = parameters(of: path).first(where: { $0.name == name }) else {
        return []
      }
      return environment.candidates(for: parameter.type)
    case .keyword, .value, .field, .count, .word:
      return environment.candidates(for: expectation, checker.session.vocabulary.catalog)
    }
  }

  /// The parameters of a script; none if it cannot be read.
  private func parameters(of path: String) -> [Parameter] {
    let session = CheckSession(
      files: checker.session.files, vocabulary: checker.session.vocabulary)
    guard !path.isEmpty, let file = try? session.openScript(path, from: checker.file) else {
      return []
    }
    return (try? session.check(file, arguments: nil, data: [:])) ?? []
  }

  /// Returns the start of the last word: a SID, a keyword, a reference with fields, an open text.
  private static func startOfWord(in bytes: [UInt8]) -> Int {
    var lexer = Lexer(window: SourceWindow(bytes: bytes))
    var start = bytes.count
    var isReference = false
    while true {
      let token = lexer.next()
      let range = token.range.start.offset..<token.range.end.offset
      switch token.kind {
      case .end: return start
      case .reference:
        start = range.lowerBound
        isReference = true
      case .dot where isReference: break
      case .word where isReference && bytes[range.lowerBound - 1] == UInt8(ascii: "."): break
      case .word, .foreignWord, .badNumber, .number, .duration, .rate:
        start = range.lowerBound
        isReference = false
      case .invalid
      where [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "$")]
        .contains(bytes[range.lowerBound]):
        start = range.lowerBound
        isReference = false
      default:
        start = bytes.count
        isReference = false
      }
    }
  }

  private func isInComment(_ bytes: ArraySlice<UInt8>) -> Bool {
    var lexer = Lexer(window: SourceWindow(bytes: Array(bytes)))
    var last = Token.Kind.newline
    while true {
      let token = lexer.next()
      if token.kind == .end { return last == .comment }
      last = token.kind
    }
  }

  /// Returns what can come at the end of a text, in a few words each: `on`, `‹participant›`; opens
  /// no file.
  package func expected(after text: String) -> [String] {
    var words: [String] = []
    for expectation in apart.expectations(after: Array(text.utf8)).0 {
      let word = expectation.placeholder
      if !words.contains(word) { words.append(word) }
    }
    return words
  }

  /// Returns what is expected at the end of a text, and the environment there.
  func expectations(after bytes: [UInt8]) -> ([Expectation], Environment) {
    var attempt = checker
    // What is found now is reported when the sentence is complete.
    attempt.session = CheckSession(
      files: checker.session.files, vocabulary: checker.session.vocabulary)
    attempt.diagnostics = DiagnosticList(file: "-")
    attempt.forgetEnding()
    attempt.end = SourceRange.last(of: bytes)
    let window = SourceWindow(bytes: bytes)
    var parser = Parser(
      lexer: Lexer(window: window), vocabulary: checker.session.vocabulary)
    parser.readsPlainSentences = false
    parser.expectations = []
    while true {
      let item = parser.nextStatement()
      let problems = parser.problems
      parser.problems.removeAll()
      if case .endOfFile = item { break }
      _ = attempt.check(
        StatementReader.StatementItem(item: item, problems: problems, window: window))
    }
    return (parser.expectations ?? [], attempt.environmentAtEnd ?? attempt.environment)
  }
}

extension CompletionContext.Due {
  /// Whether a word that begins like this can become it: names begin with `$`, paths with a quote.
  fileprivate func canBegin(with word: String) -> Bool {
    switch word.first {
    case "$":
      if case .word(let text, _) = self { return text.first == "$" }
      return false
    case "\"", "'":
      if case .name = self { return word.first == "\"" }
      return self == .scriptFile || self == .dataFile
    default: return true
    }
  }
}

extension SourceRange {
  /// Returns the offset just after the last byte that is neither a space nor a line feed.
  fileprivate static func last(of bytes: [UInt8]) -> Int {
    bytes.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }.map { $0 + 1 } ?? 0
  }
}

extension Environment {
  fileprivate func candidates(
    for expectation: Expectation, _ catalog: Catalog
  ) -> [CompletionContext.Due] {
    switch expectation {
    case .keyword(let keyword): [.keyword(keyword)]
    case .field(let type):
      type.flatMap { catalog.resource($0) }.map {
        ResourceType($0).fieldCandidates(after: "")
      } ?? []
    case .count: [.word("count", meaning: "how many there are")]
    case .word(let type, let field):
      (type.flatMap { catalog.resource($0)?.words(of: field) } ?? []).map { .word($0, meaning: "") }
    case .value(let role): candidates(for: role)
    case .parameterName, .parameterValue: []
    }
  }

  /// What can be the value of a parameter.
  fileprivate func candidates(for type: ParameterType) -> [CompletionContext.Due] {
    switch type {
    case .sid(let kind): candidates(for: ValueRole.sid(kind))
    case .anySID: candidates(for: ValueRole.argument)
    case .file: candidates(for: ValueRole.dataFile)
    case .number: candidates(for: ValueRole.number)
    case .duration: candidates(for: ValueRole.duration(""))
    case .text: names { _ in true }
    }
  }

  private func candidates(for role: ValueRole) -> [CompletionContext.Due] {
    switch role {
    case .sid(let type):
      [.sid(type)] + (type.isNameable ? [.name(type)] : []) + names { $0.fits(type) }
    case .participants:
      [.sid(.participant)]
        + names { type in
          if case .list(let element) = type { return element.fits(.participant) }
          return type.fits(.participant)
        }
    case .listElement, .argument: [.sid(nil)] + names { _ in true }
    case .subject(inWhere: false):
      [.word("(", meaning: "a look-up: (participants).count is 0")] + names { _ in true }
    case .printed, .kept, .comparand, .subject, .parameter, .time: names { _ in true }
    case .sought: [.sid(nil), .name(.worker)] + names { _ in true }
    case .origin(let kinds):
      kinds.map { .sid($0) } + names { type in kinds.contains { type.fits($0) } }
        + kinds.filter(\.isNameable).compactMap { Keyword(rawValue: $0.noun).map { .keyword($0) } }
    case .parameterDefault: [.sid(nil)]
    case .iterated:
      names { type in
        switch type {
        case .list, .anything, .json: true
        default: false
        }
      }
    case .duration, .number, .rate, .quantity:
      names { type in
        switch (role, type) {
        case (_, .anything), (_, .json), (_, .column): true
        case (.duration, .duration), (.number, .number), (.rate, .rate): true
        case (.quantity, .duration), (.quantity, .number): true
        default: false
        }
      }
    case .scriptFile: [.scriptFile]
    case .dataFile:
      [.dataFile]
        + names { type in
          switch type {
          case .file, .text, .word, .anything: true
          default: false
          }
        }
    case .text: []
    }
  }

  /// Returns the names whose types fit, as references, and what each stands for.
  fileprivate func names(where fits: (ValueType) -> Bool) -> [CompletionContext.Due] {
    names.compactMap { name in
      guard let entry = self[name], fits(entry.type) else { return nil }
      return .word("$" + name, meaning: entry.type.description)
    }
  }

  /// Returns the fields after a reference such as `$row` or `$a.routing_properties`.
  fileprivate func fields(after reference: String) -> [CompletionContext.Due] {
    let path = reference.dropFirst().split(separator: ".").map(String.init)
    guard let name = path.first, var type = self[name]?.type else { return [] }
    for field in path.dropFirst() {
      guard case .resource(let resource) = type, let next = resource.type(of: field) else {
        return []
      }
      type = next
    }
    switch type {
    case .resource(let resource): return resource.fieldCandidates(after: reference + ".")
    case .row(let row):
      return (row.header?.segments ?? []).map {
        .word(reference + "." + $0, meaning: "a column")
      }
    case .list: return [.word(reference + ".count", meaning: "how many there are")]
    default: return []
    }
  }
}

extension ValueType {
  /// Whether it can stand for a SID of a kind.
  fileprivate func fits(_ expected: SIDType) -> Bool {
    switch self {
    case .anything, .json, .sid(nil), .column: true
    case .sid(let type?): type == expected
    case .resource(let resource): resource.standsFor(expected)
    default: false
    }
  }
}

extension ResourceType {
  fileprivate func fieldCandidates(after owner: String) -> [CompletionContext.Due] {
    definition.fieldNames.map { field in
      .word(owner + field, meaning: type(of: field)?.description ?? "")
    }
  }
}

extension ResourceDefinition {
  /// Returns the words that a field may hold, if Twilio names them.
  fileprivate func words(of field: String) -> [String] {
    if case .word(let words)? = self.field(named: alias(named: field)?.field ?? field)?.kind {
      words
    } else {
      []
    }
  }
}
