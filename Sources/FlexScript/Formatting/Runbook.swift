import FlexAPI

/// Creates a script from the sentences of a session.
///
/// Names that were declared again are numbered, lookups that nothing needs and places in which
/// nothing happened are left out, and SIDs that occur more than once become the defaults of
/// parameters. The script does what the sentences did.
package enum Runbook {
  /// A part of a session.
  package enum Entry: Hashable, Sendable {
    /// One or more sentences that passed the check.
    case sentence(String)
    /// A remark, without its `#`.
    case remark(String)
  }

  /// Creates a script from what a session did, in the same order.
  ///
  /// `title`: the comment with which the script begins.
  package static func script(from session: [Entry], title: String) -> [UInt8] {
    // Names are numbered twice, so that what is left out leaves no gap.
    let kept = pruned(Sentence.all(of: session)).map(\.source)
    let (entries, taken) = Sentence.numbered(kept)
    var lifting = SIDLifting(taken: taken)
    for entry in entries { lifting.count(entry.text) }
    let lines = entries.map { lifting.lift($0.text) }
    let parts =
      ["# " + title] + lifting.parameters + (lifting.parameters.isEmpty ? [] : [""]) + lines
    let text = Array((parts.joined(separator: "\n") + "\n").utf8)
    // A script that cannot be read stays unchanged: checking it reports what is wrong with it.
    return (try? Formatter.format(text, file: "-")) ?? text
  }

  /// One sentence with its names numbered.
  fileprivate struct Sentence {
    /// The sentence as it was.
    let source: Entry
    /// The text with its new names.
    let text: String
    let role: Role
    /// The names that it uses.
    let uses: Set<String>

    enum Role {
      /// Sets a place; `isWhole`: whether it replaces everything that was in use.
      case use(SIDType, isWhole: Bool)
      /// Stores something under a name, and changes nothing.
      case keeps(String)
      /// `stop` and `fail`, which would end the script here.
      case ends
      case other
    }

    /// Returns the sentences of a session, one by one, with their names numbered.
    static func all(of session: [Entry]) -> [Sentence] { numbered(session).sentences }

    /// Numbers the names of sentences; also returns every name that is taken afterwards.
    static func numbered(_ session: [Entry]) -> (sentences: [Sentence], taken: Set<String>) {
      var names = NameNumbering()
      let sentences = session.flatMap { entry -> [Sentence] in
        switch entry {
        case .sentence(let text): all(in: text, &names)
        case .remark(let text):
          [Sentence(source: entry, text: "# " + text, role: .other, uses: [])]
        }
      }
      return (sentences, names.taken)
    }

    private static func all(in text: String, _ names: inout NameNumbering) -> [Sentence] {
      let window = SourceWindow(bytes: Array(text.utf8))
      var parser = Parser(lexer: Lexer(window: window))
      parser.readsPlainSentences = false
      var sentences: [Sentence] = []
      while true {
        switch parser.nextStatement() {
        case .endOfFile: return sentences
        case .plain, .skipped: preconditionFailure("the sentences of a session have checked")
        case .statement(let statement):
          let renaming = names.rename(statement)
          sentences.append(
            Sentence(
              source: .sentence(window.text(statement.range)),
              text: renaming.apply(to: window, statement.range),
              role: Role(statement, renaming), uses: renaming.uses))
        }
      }
    }
  }

  /// Removes what nothing needs, from the end to the beginning.
  private static func pruned(_ sentences: [Sentence]) -> [Sentence] {
    var kept: [Sentence] = []
    var needed: Set<String> = []
    for sentence in sentences.reversed() {
      switch sentence.role {
      case .ends: continue
      case .keeps(let name) where !needed.contains(name): continue
      case .use:
        if isUseless(sentence.role, before: kept.last?.role) { continue }
      case .keeps, .other: break
      }
      if case .keeps(let name) = sentence.role { needed.remove(name) }
      needed.formUnion(sentence.uses)
      kept.append(sentence)
    }
    return kept.reversed()
  }

  /// Whether a place is replaced before anything happens in it.
  private static func isUseless(_ role: Sentence.Role, before next: Sentence.Role?) -> Bool {
    switch (role, next) {
    case (_, nil), (_, .use(_, isWhole: true)): true
    case (.use(let type, _), .use(let next, _)): type == next
    default: false
    }
  }
}

extension Runbook.Sentence.Role {
  fileprivate init(_ statement: StatementSyntax, _ renaming: Renaming) {
    switch statement.kind {
    case .use(let type, _, let scope):
      let names = Catalog.standard.resource(type)?.scope.count ?? 0
      self = .use(type, isWhole: scope.parts.count == names || !scope.origins.isEmpty)
    case .bind(_, .action): self = .other
    case .bind(let name, _): self = .keeps(renaming.name(declaredAs: name))
    case .param(let param): self = .keeps(renaming.name(declaredAs: param.name))
    case .stop, .fail: self = .ends
    default: self = .other
    }
  }
}

/// SIDs that occur more than once, and the parameters that they become.
private struct SIDLifting {
  private var counts: [AnySID: Int] = [:]
  private var order: [AnySID] = []
  private var names: [AnySID: String] = [:]
  private var taken: Set<String>

  init(taken: Set<String>) {
    self.taken = taken
  }

  mutating func count(_ text: String) {
    for (sid, _, _) in Self.sids(in: text) {
      if counts[sid] == nil { order.append(sid) }
      counts[sid, default: 0] += 1
      if counts[sid] == 2 { names[sid] = "" }
    }
  }

  /// The declarations, in the order in which their SIDs first occur.
  var parameters: [String] {
    mutating get {
      for sid in order where names[sid] == "" { names[sid] = newName(for: sid) }
      return order.compactMap { sid in
        names[sid].map { "param \($0): \(sid.type?.noun ?? "sid") = \(sid)" }
      }
    }
  }

  private mutating func newName(for sid: AnySID) -> String {
    let noun = sid.type?.noun ?? "sid"
    let isFree = Keyword(rawValue: noun)?.isVerb != true
    var name = isFree ? noun : noun + "_1"
    var number = 2
    while taken.contains(name) {
      name = "\(noun)_\(number)"
      number += 1
    }
    taken.insert(name)
    return name
  }

  /// Returns a sentence with its SIDs replaced by their names.
  mutating func lift(_ text: String) -> String {
    _ = parameters
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var end = 0
    for (sid, range, isText) in Self.sids(in: text) {
      guard let name = names[sid] else { continue }
      result += bytes[end..<range.lowerBound]
      result += Array((isText ? "\"${\(name)}\"" : "$\(name)").utf8)
      end = range.upperBound
    }
    return String(decoding: result + bytes[end...], as: UTF8.self)
  }

  /// Returns the SIDs that are written out, and the texts that consist only of one.
  private static func sids(
    in text: String
  ) -> [(sid: AnySID, range: Range<Int>, isText: Bool)] {
    let window = SourceWindow(bytes: Array(text.utf8))
    var lexer = Lexer(window: window)
    var found: [(sid: AnySID, range: Range<Int>, isText: Bool)] = []
    while true {
      let token = lexer.next()
      let range = token.range.start.offset..<token.range.end.offset
      switch token.kind {
      case .end: return found
      case .word:
        if let sid = AnySID(bytes: window.slice(token.range)) { found.append((sid, range, false)) }
      case .text:
        let inner = window.slice(token.range).dropFirst().dropLast()
        if let sid = AnySID(bytes: inner) { found.append((sid, range, true)) }
      default: break
      }
    }
  }
}
