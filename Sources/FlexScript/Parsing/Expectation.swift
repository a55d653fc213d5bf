package import FlexAPI

/// What may come next at a place of a script, as the parser sees it when a text ends there.
package enum Expectation: Hashable, Sendable {
  case keyword(Keyword)
  case value(ValueRole)
  /// A field of a resource; of an unknown one when `nil`.
  case field(of: SIDType?)
  /// `count`, behind a listing in parentheses.
  case count
  /// What stands right of `is`, behind a field of a resource that is known.
  case word(of: SIDType?, field: String)
}

/// What a value is for, at the place where it is due.
package enum ValueRole: Hashable, Sendable {
  /// A SID of this kind, and of no other.
  case sid(SIDType)
  /// Participants, or `every agent`.
  case participants
  /// A value that is sent; what messages call it.
  case parameter(String)
  /// A duration; the text is one, for instance.
  case duration(String)
  case number, rate
  /// A number or a duration, right of `<` and its like.
  case quantity
  /// What `echo` prints.
  case printed
  /// What `let` keeps.
  case kept
  /// What `for` goes over.
  case iterated
  case listElement
  case parameterDefault
  case argument
  /// What a condition begins with; `inWhere` also a field.
  case subject(inWhere: Bool)
  case comparand
  /// A path of a data file.
  case dataFile
  /// A path of another script.
  case scriptFile
  /// A text in quotes.
  case text

  /// What messages call it.
  var description: String {
    switch self {
    case .sid(let type): "\(type.nounWithArticle) (\(type.rawValue)…)"
    case .participants: "a participant (UT…) or `every agent`"
    case .parameter(let description): description
    case .duration(let example): "a duration, for instance \(example)"
    case .number: "a number"
    case .rate: "a rate, for instance 20/s"
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

extension Parser {
  /// Notes what may stand here, if the text ends here and completion asks for it.
  mutating func note(_ expectation: Expectation) {
    if current.kind == .end, expectations != nil { expectations?.append(expectation) }
  }

  mutating func note(_ keywords: [Keyword]) {
    guard current.kind == .end, expectations != nil else { return }
    for keyword in keywords { note(.keyword(keyword)) }
  }

  /// Notes that a sentence may begin here, unless one has begun on this line.
  mutating func noteSentence() {
    guard current.kind == .end, expectations != nil else { return }
    let before = lexer.window.bytes.last { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    switch before {
    case nil, UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "{"):
      // Parameters stand at the beginning of a script, and in no block.
      note(depth == 0 ? Keyword.verbs : Keyword.verbs.filter { $0 != .param })
    default: break
    }
  }
}
