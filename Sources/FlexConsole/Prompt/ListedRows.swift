package import FlexAPI
import FlexScript

/// The rows of the last listing, which `@1`, `@2`, … name.
package struct ListedRows: Sendable {
  /// A row that cannot be meant.
  struct Missing: Error, Equatable {
    let reason: String
  }

  private struct Row {
    let sid: AnySID
    /// The SIDs of what it belongs to, by kind, as far as it names them.
    let scope: [SIDType: AnySID]
    let meaning: String
  }

  private var rows: [Row?] = []
  private var isListed = false
  private var hasFailed = false

  /// After a listing that failed no row has a name: an older listing's rows may not be there any more.
  static var afterFailure: ListedRows {
    var rows = ListedRows()
    rows.hasFailed = true
    return rows
  }

  /// Begins without a listing.
  package init() {}

  /// Takes the items of a listing.
  package init(_ items: [JSON]) {
    isListed = true
    rows = items.map { item in
      guard let fields = item.object, let sid = fields["sid"]?.text.flatMap({ AnySID($0) }) else {
        return nil
      }
      return Row(
        sid: sid, scope: Self.scope(of: sid, fields),
        meaning: ["type", "status"].compactMap { fields[$0]?.text }.joined(separator: ", "))
    }
  }

  /// What Tab offers behind `@`.
  var candidates: [Completion.Candidate] {
    rows.enumerated().compactMap { index, row in
      row.map { Completion.Candidate(text: "@\(index + 1)", meaning: "\($0.sid)  \($0.meaning)") }
    }
  }

  /// A text with the SIDs of the rows that it names, and with their place where it needs one.
  ///
  /// `place`: what `use` set, so that nothing is said twice; `nil` where no place is wanted.
  func expand(
    _ text: String, place: [SIDType: AnySID]?
  ) throws(Missing) -> String {
    guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
    let bytes = Array(text.utf8)
    let (marks, isBehindListing) = Self.marks(in: bytes)
    // Whoever typed it may mean either listing, and has seen one of them only.
    guard !isBehindListing else {
      throw Missing(reason: "@ names a row of a listing that was shown: let `list` run by itself")
    }
    var result: [UInt8] = []
    var end = 0
    for mark in marks {
      let row = try row(mark.number)
      result += bytes[end..<mark.range.lowerBound]
      result += Array(
        (row.sid.description + (place.map { missingPlace(of: row, mark, $0) } ?? "")).utf8)
      end = mark.range.upperBound
    }
    return String(decoding: result + bytes[end...], as: UTF8.self)
  }

  private func row(_ number: Int) throws(Missing) -> Row {
    if hasFailed { throw Missing(reason: "the last listing failed, so it has no rows") }
    guard isListed else { throw Missing(reason: "nothing has been listed yet: list participants") }
    guard number >= 1, number <= rows.count, let row = rows[number - 1] else {
      throw Missing(
        reason: rows.isEmpty
          ? "the last listing was empty" : "the last listing has rows @1 to @\(rows.count)")
    }
    return row
  }

  private static func scope(of sid: AnySID, _ fields: JSONObject) -> [SIDType: AnySID] {
    var scope: [SIDType: AnySID] = [:]
    for outer in sid.type.flatMap({ Catalog.standard.resource($0) })?.scope ?? [] {
      scope[outer.type] = fields.anySID(outer.scopeField)
    }
    return scope
  }

  /// The `on` and `in` that a row needs in its sentence, and the sentence does not say.
  private func missingPlace(
    of row: Row, _ mark: Mark, _ place: [SIDType: AnySID]
  ) -> String {
    guard !mark.isFollowed, let type = row.sid.type, let word = mark.before,
      let resource = Catalog.standard.resource(type), Self.takesPlace(word, resource)
    else { return "" }
    var missing = ""
    // What differs from the place in use has to be said, and everything inside it.
    let firstElsewhere = resource.scope.firstIndex { row.scope[$0.type] != place[$0.type] }
    guard let firstElsewhere else { return "" }
    for outer in resource.scope[firstElsewhere...].reversed() {
      guard let sid = row.scope[outer.type] else { return "" }
      missing += " \(outer.preposition) \(sid)"
    }
    return missing
  }

  /// Whether a resource after this word needs a place: as an object, or as a place itself.
  private static func takesPlace(_ word: Keyword, _ resource: ResourceDefinition) -> Bool {
    if word.rawValue == resource.preposition || word.rawValue == resource.noun { return true }
    return Catalog.standard.actions(verb: word.rawValue).contains {
      $0.resource == resource && $0.form.words.count == 1
    }
  }

  // MARK: Marks

  private struct Mark {
    let number: Int
    let range: Range<Int>
    /// The keyword that the mark, or the list of marks, stands behind.
    let before: Keyword?
    /// Whether a place follows, or another one of the list.
    var isFollowed = false
  }

  /// The marks of a text, and whether one stands behind a `list`; those in texts and comments are
  /// none.
  private static func marks(in bytes: [UInt8]) -> (marks: [Mark], isBehindListing: Bool) {
    var lexer = Lexer(window: SourceWindow(bytes: bytes))
    var marks: [Mark] = []
    var before: Keyword?
    var at: Int?
    var isBehindMark = false
    var (listsNow, hasListing, isBehindListing) = (false, false, false)
    while true {
      let token = lexer.next()
      let range = token.range.start.offset..<token.range.end.offset
      if token.kind == .end { return (marks, isBehindListing) }
      if token.kind == .invalid, bytes[range] == [UInt8(ascii: "@")] {
        at = range.lowerBound
        continue
      }
      let digits = String(decoding: bytes[range], as: UTF8.self)
      if token.kind == .number, let start = at, start + 1 == range.lowerBound,
        let number = Int(digits)
      {
        marks.append(Mark(number: number, range: start..<range.upperBound, before: before))
        isBehindMark = true
        isBehindListing = isBehindListing || hasListing
      } else if token.kind != .space {
        if isBehindMark, token.kind == .comma || token.keyword == .on || token.keyword == .in {
          marks[marks.count - 1].isFollowed = true
        }
        if token.kind == .newline || token.kind == .semicolon {
          hasListing = hasListing || listsNow
          listsNow = false
        }
        if token.keyword == .list { listsNow = true }
        if token.kind != .comma { before = token.keyword }
        isBehindMark = false
      }
      at = nil
    }
  }
}
