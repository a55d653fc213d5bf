package import FlexAPI
import FlexScript

/// The rows of the last listing, named `@1`, `@2`, ….
package struct ListedRows: Sendable {
  /// The error for a row mark that names no row.
  struct Missing: Error, Equatable {
    let reason: String
  }

  private struct Row {
    let sid: AnySID
    /// The SIDs of the resources that contain it, by kind, as far as the row names them.
    let scope: [SIDType: AnySID]
    let meaning: String
    /// The fields of a row of `find`, which stands for each of the resources that it names.
    var found: FoundRow?
  }

  private var rows: [Row?] = []
  private var isListed = false
  private var hasFailed = false

  /// The state after a failed listing: no row has a name, as an older listing's rows may no longer
  /// exist.
  static var afterFailure: ListedRows {
    var rows = ListedRows()
    rows.hasFailed = true
    return rows
  }

  /// Creates the state before the first listing.
  package init() {}

  /// Creates the rows of a listing's items.
  package init(_ items: [JSON]) {
    isListed = true
    rows = items.map { item in
      guard let fields = item.object else { return nil }
      if let found = FoundRow(fields), let sid = found.main {
        return Row(sid: sid, scope: [:], meaning: found.meaning, found: found)
      }
      guard let sid = fields["sid"]?.text.flatMap({ AnySID($0) }) else { return nil }
      return Row(
        sid: sid, scope: Self.scope(of: sid, fields),
        meaning: ["type", "status"].compactMap { fields[$0]?.text }.joined(separator: ", "))
    }
  }

  /// The number of the row that stands for a SID.
  func number(of sid: AnySID) -> Int? {
    rows.firstIndex { $0?.sid == sid }.map { $0 + 1 }
  }

  /// What Tab offers after `@`.
  var candidates: [Completion.Candidate] {
    rows.enumerated().compactMap { index, row in
      row.map { Completion.Candidate(text: "@\(index + 1)", meaning: "\($0.sid)  \($0.meaning)") }
    }
  }

  /// Returns the SIDs of the rows that a text names, each with its place if one is needed.
  ///
  /// `place`: the place set by `use`, which is not repeated; `nil` if no place is to be added.
  func replacements(
    in text: String, place: [SIDType: AnySID]?
  ) throws(Missing) -> [TypedText.Replacement] {
    guard text.utf8.contains(UInt8(ascii: "@")) else { return [] }
    let bytes = Array(text.utf8)
    let (marks, isBehindListing) = Self.marks(in: bytes)
    // The user may mean either listing, and has seen only one of them.
    guard !isBehindListing else {
      throw Missing(
        reason: "@ names a row of a listing that was shown: run `list` or `find` by itself first")
    }
    var replacements: [TypedText.Replacement] = []
    for mark in marks {
      let row = try row(mark.number)
      let words =
        try row.found?.words(after: mark.before, mark.number, withPlace: place)
        ?? row.sid.description + (place.map { missingPlace(of: row, mark, $0) } ?? "")
      replacements.append(.init(range: mark.range, text: words))
    }
    return replacements
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

  /// The `on` and `in` that a row needs and its sentence does not contain.
  private func missingPlace(
    of row: Row, _ mark: Mark, _ place: [SIDType: AnySID]
  ) -> String {
    guard !mark.isFollowed, let type = row.sid.type, let word = mark.before,
      let resource = Catalog.standard.resource(type), Self.takesPlace(word, resource)
    else { return "" }
    var missing = ""
    // What differs from the place in use must be written, and everything inside it.
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
    /// The keyword before the mark, or before the list of marks.
    let before: Keyword?
    /// Whether a place, or another mark of the list, follows.
    var isFollowed = false
  }

  /// The marks of a text, and whether one follows a `list`; marks in texts and comments do not
  /// count.
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
        if isBehindMark, token.kind == .comma || [.on, .in, .of].contains(token.keyword) {
          marks[marks.count - 1].isFollowed = true
        }
        if token.kind == .newline || token.kind == .semicolon {
          hasListing = hasListing || listsNow
          listsNow = false
        }
        if token.keyword == .list || token.keyword == .find { listsNow = true }
        if token.kind != .comma { before = token.keyword }
        isBehindMark = false
      }
      at = nil
    }
  }
}
