import FlexAPI
import FlexScript

/// Decides how a line is shown while it is typed: its words by the grammar, its mistakes, and what
/// could follow.
struct LineAdvisor {
  let checker: PromptChecker
  /// What the marks of rows and the short SIDs of a text stand for; `nil` if one stands for nothing.
  let expand: (String) -> TypedText?
  /// The lines of this session and of earlier ones.
  let history: HistorySearch
  /// Whether a line is no use any more: what it names is gone.
  let isOutOfDate: (String) -> Bool
  let showsHints: Bool

  /// How many lines of the history are checked for a hint.
  private static let mostChecked = 20

  /// Returns the look of a line.
  ///
  /// `earlier`: the previous lines of the open block.
  func appearance(of text: String, after earlier: String) -> LineAppearance {
    if earlier.isEmpty, let own = ConsoleCommand.ownWords(of: text) {
      return appearance(of: text, beginningWith: own)
    }
    let typed = expand(earlier + text)
    let whole = typed?.whole ?? earlier + text
    let skipped = earlier.utf8.count
    let spans = checker.highlights(of: whole).compactMap { highlight -> LineAppearance.Span? in
      let range = typed?.typedRange(of: highlight.range) ?? highlight.range
      guard range.lowerBound >= skipped,
        let look = Look.of(highlight.kind, isMistaken: highlight.isMistaken)
      else { return nil }
      return .init(range: range.lowerBound - skipped..<range.upperBound - skipped, look: look)
    }
    return LineAppearance(spans: Self.merged(spans), hint: hint(after: text, whole, earlier))
  }

  /// The look of one of the prompt's own commands; `own`: its first words.
  private func appearance(of text: String, beginningWith own: Range<Int>) -> LineAppearance {
    var spans = [LineAppearance.Span(range: own, look: Look.verb)]
    var hint = historyHint(after: text)
    if case .plan? = ConsoleCommand.parse(text),
      let sentence = String(
        text.utf8.dropFirst(own.upperBound))
    {
      let rest = appearance(of: sentence, after: "")
      spans += rest.spans.map {
        .init(
          range: $0.range.lowerBound + own.upperBound..<$0.range.upperBound + own.upperBound,
          look: $0.look)
      }
      hint = hint ?? rest.hint
    }
    return LineAppearance(spans: spans, hint: hint)
  }

  /// The parts in order, without those that a mark of a row has several of.
  private static func merged(_ spans: [LineAppearance.Span]) -> [LineAppearance.Span] {
    var result: [LineAppearance.Span] = []
    for span in spans where span.range.lowerBound >= result.last?.range.upperBound ?? 0 {
      if !span.range.isEmpty { result.append(span) }
    }
    return result
  }

  // MARK: Hints

  private func hint(
    after text: String, _ whole: String, _ earlier: String
  ) -> LineAppearance.Hint? {
    guard showsHints else { return nil }
    if earlier.isEmpty, let hint = historyHint(after: text) { return hint }
    guard text.last == " ", text.contains(where: { $0 != " " }) else { return nil }
    let expected = checker.expected(after: whole)
    guard !expected.isEmpty, expected.count <= Self.mostExpected else { return nil }
    return .init(text: expected.joined(separator: " | "), isInsertable: false)
  }

  /// How many alternatives are shown; more say nothing.
  private static let mostExpected = 4

  /// The rest of the newest line that begins like this and could be run now.
  private func historyHint(after text: String) -> LineAppearance.Hint? {
    guard showsHints, text.contains(where: { $0 != " " }) else { return nil }
    let line = history.lines(beginningWith: text).prefix(Self.mostChecked).first(where: isUsable)
    return line.flatMap { String($0.utf8.dropFirst(text.utf8.count)) }.map {
      .init(text: $0, isInsertable: true)
    }
  }

  private func isUsable(_ line: String) -> Bool {
    if let command = ConsoleCommand.parse(line) {
      if case .mistaken = command { return false }
      return true
    }
    return !isOutOfDate(line) && checker.accepts(line)
  }

  // MARK: Looks

  /// The parameters of escape sequences, by what a part of a line is.
  private enum Look {
    static let verb = "1"

    static func of(_ kind: Highlight.Kind, isMistaken: Bool) -> String? {
      let look = Self.look(of: kind)
      guard isMistaken else { return look }
      return look.map { $0 + ";4" } ?? "4"
    }

    private static func look(of kind: Highlight.Kind) -> String? {
      switch kind {
      case .verb: verb
      case .keyword: "36"
      case .word: nil
      case .text: "32"
      case .number: "33"
      case .comment: "2"
      case .reference: "35"
      case .sid(let type): sidLook(of: type)
      }
    }

    private static func sidLook(of type: SIDType?) -> String? {
      switch type {
      case .interaction?: "94"
      case .channel?: "96"
      case .participant?: "92"
      case .worker?: "95"
      case .task?: "93"
      case .reservation?: "33"
      case let type?: type.rawValue.isEmpty ? nil : "34"
      case nil: nil
      }
    }
  }
}
