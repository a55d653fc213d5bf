package import FlexAPI

/// Something that can come next in a script, as the parser sees it at the end of a text.
package enum Expectation: Hashable, Sendable {
  case keyword(Keyword)
  case value(ValueRole)
  /// A field of a resource; of an unknown one if `nil`.
  case field(of: SIDType?)
  /// `count`, after a listing in parentheses.
  case count
  /// The name of a parameter of a script, other than those that are given.
  case parameterName(of: String, given: [String])
  /// The value of a parameter of a script.
  case parameterValue(of: String, name: String)
  /// A word on the right of `is`, after a field of a resource that is known.
  case word(of: SIDType?, field: String)
}

/// The purpose of a value, at the place where it is expected.
package enum ValueRole: Hashable, Sendable {
  /// A SID of this kind only.
  case sid(SIDType)
  /// Participants, or `every agent`.
  case participants
  /// A value that is sent, with its description in messages.
  case parameter(String)
  /// A duration, with an example of one.
  case duration(String)
  case number, rate
  /// A time, on the right of `before` or `after`.
  case time
  /// What `find` looks for.
  case sought
  /// A resource of one of these kinds, after `of`.
  case origin([SIDType])
  /// A number or a duration, on the right of an operator such as `<`.
  case quantity
  /// A value that `echo` prints.
  case printed
  /// A value that `let` stores.
  case kept
  /// A value that `for` iterates over.
  case iterated
  case listElement
  case parameterDefault
  case argument
  /// The start of a condition; with `inWhere`, a field is also possible.
  case subject(inWhere: Bool)
  case comparand
  /// The path of a data file.
  case dataFile
  /// The path of another script.
  case scriptFile
  /// A text in quotes.
  case text

  /// The description of the value in messages.
  var description: String {
    switch self {
    case .sid(let type): "\(type.nounWithArticle) (\(type.rawValue)…)"
    case .participants: "a participant (UT…) or `every agent`"
    case .parameter(let description): description
    case .duration(let example): "a duration, for instance \(example)"
    case .number: "a number"
    case .rate: "a rate, for instance 20/s"
    case .time: "a time in quotes, for instance \"2026-11-26T10:00:00Z\""
    case .sought: "a SID, a name, an address or a number to find"
    case .origin(let kinds):
      SyntaxError.list(kinds.map { "\($0.nounWithArticle) (\($0.rawValue)…)" })
    case .quantity: "a number or a duration"
    case .printed: "a value to print"
    case .kept: "a value, a look-up or an action"
    case .iterated: "a list, a listing or `rows of` a file"
    case .listElement: "a value or `]`"
    case .parameterDefault: "a default value"
    case .argument: "a value"
    case .subject(inWhere: true): "a field or a value"
    case .subject(inWhere: false): "a value or a look-up in parentheses"
    case .comparand: "`empty`, a word or a value"
    case .dataFile: "a data file, for instance \"stuck.csv\""
    case .scriptFile: "the script's path in quotes"
    case .text: "a text in quotes"
    }
  }
}

extension Expectation {
  /// A few words for what is expected: a word of the language, or what it is in angle quotes.
  var placeholder: String {
    switch self {
    case .keyword(let keyword): keyword.rawValue
    case .field: "‹field›"
    case .count: "count"
    case .word: "‹word›"
    case .parameterName: "‹parameter›"
    case .parameterValue(_, let name): "‹\(name)›"
    case .value(let role): "‹\(role.shortDescription)›"
    }
  }
}

extension ValueRole {
  /// The kinds of SID that it can be; `nil` for any kind.
  var kinds: [SIDType]? {
    switch self {
    case .sid(let type): [type]
    case .participants: [.participant]
    case .origin(let kinds): kinds
    case .duration, .number, .rate, .time, .quantity, .iterated, .dataFile, .scriptFile, .text: []
    case .sought, .subject, .parameter, .printed, .kept, .comparand, .listElement,
      .parameterDefault, .argument:
      nil
    }
  }

  fileprivate var shortDescription: String {
    switch self {
    case .sid(let type): type.noun
    case .participants: "participant"
    case .duration: "duration"
    case .number: "number"
    case .rate: "rate"
    case .time: "time"
    case .sought: "SID, name or number"
    case .origin(let kinds): kinds.map(\.noun).joined(separator: " or ")
    case .quantity: "number or duration"
    case .iterated: "list"
    case .subject: "condition"
    case .dataFile: "data file"
    case .scriptFile: "script"
    case .text: "text"
    case .parameter, .printed, .kept, .comparand, .listElement, .parameterDefault, .argument:
      "value"
    }
  }
}

extension Parser {
  /// Records what can come here, if the text ends here and completion needs it.
  mutating func note(_ expectation: Expectation) {
    if current.kind == .end, expectations != nil { expectations?.append(expectation) }
  }

  mutating func note(_ keywords: [Keyword]) {
    guard current.kind == .end, expectations != nil else { return }
    for keyword in keywords { note(.keyword(keyword)) }
  }

  /// Records that a sentence can begin here, unless one has begun on this line.
  mutating func noteSentence() {
    guard current.kind == .end, expectations != nil else { return }
    let before = lexer.window.bytes.last { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    switch before {
    case nil, UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "{"):
      // Parameters are declared at the beginning of a script, never in a block.
      note(depth == 0 ? Keyword.verbs : Keyword.verbs.filter { $0 != .param })
    default: break
    }
  }
}
