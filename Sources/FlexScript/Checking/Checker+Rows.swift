import FlexAPI

/// A use of a cell, and what the cell must hold for it.
struct CellUse: Hashable {
  /// What a cell must hold.
  enum Need: Hashable {
    /// A SID of a kind; of any kind if `nil`.
    case sid(SIDType?)
    /// A participant, or in JSON a list of participants.
    case participants
    /// A SID with a prefix that the language does not know; the noun is for messages.
    case prefixedSID(String, noun: String)
    /// A SID of one of these kinds.
    case sidOf([SIDType])
    /// A name, or a SID of a kind.
    case nameOf(SIDType)
    /// A time, if the cell is not empty.
    case date
    /// A text that is not empty.
    case text
    case duration
    case number
    /// A number, a duration or either, if the cell is not empty: it is compared with one.
    case compared(with: Comparison)
    /// A list, in JSON.
    case list

    /// What a cell is compared with.
    enum Comparison: Hashable {
      case number, duration, quantity
      /// Another cell of the same row.
      case cell([String])
    }
  }

  /// The path to the cell; `*` stands for each element of a list.
  let path: [String]
  let need: Need
  /// The word that takes it, such as `close` or `on`.
  let verb: String
  /// Whether it is part of the loop's own `where`, which examines every row.
  let isInFilter: Bool
}

/// What a loop over a data file does with its cells.
struct RowUses {
  var uses: [CellUse] = []
  /// Whether the `where` of the loop is being read.
  var readsFilter = false

  mutating func note(_ path: [String], _ need: CellUse.Need, _ verb: String) {
    let use = CellUse(path: path, need: need, verb: verb, isInFilter: readsFilter)
    if !uses.contains(use) { uses.append(use) }
  }
}

extension Checker {
  /// Checks what follows `rows of`; opens the file if its path is already known.
  mutating func rows(_ value: ValueSyntax, _ data: inout OpenedFile?) -> Expression? {
    guard let (expression, type) = expression(value) else { return nil }
    var path: String?
    // A path that was given as an argument is relative to the current folder.
    var origin = file
    switch (value.kind, type) {
    case (.text(let text), _): path = text.literal
    case (.reference(let reference), .file), (.reference(let reference), .text):
      guard reference.path.isEmpty, let entry = environment[reference.name.text] else { break }
      path = entry.constant
      if entry.isArgument { origin = "-" }
    case (_, .anything), (_, .json), (_, .column): break
    default:
      mismatch(type.description, "a data file", at: value.range)
      return nil
    }
    guard let path else { return expression }
    do throws(FileProblem) {
      data = try session.openData(path, from: origin)
    } catch {
      errorCount += 1
      noteChange(of: path, error)
      if session.reportedData.insert("\(origin)\n\(path)").inserted {
        var problem = error
        if origin == "-", problem.help == nil {
          problem = FileProblem(
            reason: error.reason,
            help: "the path of an argument is relative to the folder in which flexsh is run")
        }
        report(.fileNotFound(path: path, problem), at: value.range)
      }
      return nil
    }
    return expression
  }

  /// Returns the type of the rows of a file: its columns, if they are known.
  mutating func rowType(_ data: inout OpenedFile?, at range: SourceRange) -> ValueType {
    rowUses.append(RowUses())
    let number = rowUses.count - 1
    guard let file = data else { return .row(RowType(header: nil, uses: number)) }
    do throws(DataProblem) {
      return .row(RowType(header: try DataReader(file).header, uses: number))
    } catch {
      report(error, in: file.name)
      data = nil
      return .anything
    }
  }

  /// Checks every row of a file against what the loop does with its cells.
  ///
  /// A row that the loop's `where` excludes is checked only for the cells of the `where`.
  mutating func checkRows(
    _ file: OpenedFile, _ type: RowType, named name: String, where filter: Condition?,
    _ body: [Command]
  ) {
    let uses = rowUses[type.uses].uses
    let actions = RowActions(body, of: name, in: environment)
    let key =
      file.identity + "\n\(uses.map { "\($0)" }.sorted())\n\(actions.key)"
      + (filter.map { "\n\($0)" } ?? "")
    guard session.checkedRows.insert(key).inserted else { return }
    var mistakes = DiagnosticList(file: file.name)
    defer { if mistakes.hasErrors || mistakes.hasWarnings { session.add(mistakes) } }
    var reader: DataReader
    do throws(DataProblem) { reader = try DataReader(file) } catch { return }
    let rowFilter = filter.map { RowFilter(name: name, condition: $0) }
    var history = RowHistory(actions)
    var count = 0
    while true {
      do throws(DataProblem) {
        guard let row = try reader.next() else {
          session.annotations?.counts[file.identity] = count
          return
        }
        count += 1
        let mayPass = rowFilter?.mayPass(row) ?? true
        check(row, uses.filter { mayPass || $0.isInFilter }, file, &mistakes)
        guard mayPass else { continue }
        history.note(row) { message, field in
          note(message, field.line, field.column, field.length, file, &mistakes)
        }
      } catch {
        if error.isChange { session.noteChange(of: file.name, error.reason) }
        note(Checker.message(for: error), error.line, error.column, 1, file, &mistakes)
        if error.extent != .row { return }
      }
    }
  }

  private mutating func check(
    _ row: DataRow, _ uses: [CellUse], _ file: OpenedFile, _ mistakes: inout DiagnosticList
  ) {
    if session.collectsSIDs {
      session.collect(
        Array(row.fields.map { $0.value.text ?? "" }.joined(separator: " ").utf8)[...])
    }
    if session.refusesLiteralSIDs {
      for (message, field) in row.literalSIDs {
        note(message, field.line, field.column, field.length, file, &mistakes)
      }
    }
    for use in uses {
      if case .nameOf(let type) = use.need, let text = row.value(use.path).text, !text.isEmpty {
        session.collect(text, for: type)
      } else if case .text = use.need, let text = row.value(use.path).text, !text.isEmpty {
        session.collect(text, for: .conversation)
      }
      guard let message = CellCheck(row: row, use: use).message else { continue }
      let field = use.path.first.flatMap { row.field($0) }
      note(
        message, field?.line ?? row.line, field?.column ?? 1, field?.length ?? 1, file, &mistakes)
    }
  }

  /// Reports a mistake in a data file, once.
  private mutating func note(
    _ message: DiagnosticMessage, _ line: Int, _ column: Int, _ length: Int, _ file: OpenedFile,
    _ mistakes: inout DiagnosticList
  ) {
    if message.severity == .error { errorCount += 1 }
    let key = "\(file.identity):\(line):\(column) \(message.message)"
    guard session.reportedData.insert(key).inserted else { return }
    mistakes.add(
      message.diagnostic(file: file.name, line: line, column: column, length: length))
  }

  /// Notes that a file which could be opened during the check cannot be opened any more.
  func noteChange(of path: String, _ problem: FileProblem) {
    guard session.wasChecked(path, from: file) else { return }
    session.noteChange(of: path, "it cannot be opened any more: \(problem.reason)")
  }

  private mutating func report(_ problem: DataProblem, in name: String) {
    errorCount += 1
    if problem.isChange { session.noteChange(of: name, problem.reason) }
    guard session.reportedData.insert("\(name)\n\(problem.reason)").inserted else { return }
    var list = DiagnosticList(file: name)
    list.add(
      Checker.message(for: problem).diagnostic(
        file: name, line: problem.line, column: problem.column, length: 1))
    session.add(list)
  }

  private static func message(for problem: DataProblem) -> DiagnosticMessage {
    switch problem.extent {
    case .file: CheckError.badFile(problem.reason, help: problem.help ?? "").message
    case .row, .rest: CheckError.badRow(problem.reason, help: problem.help).message
    }
  }
}

extension DataRow.Field {
  /// The number of scalars that a diagnostic underlines.
  fileprivate var length: Int { max(1, value.text?.unicodeScalars.count ?? 1) }
}

extension DiagnosticMessage {
  /// Creates a diagnostic at a position in a data file, whose line is not shown.
  fileprivate func diagnostic(file: String, line: Int, column: Int, length: Int) -> Diagnostic {
    let start = SourcePosition(offset: line, line: line, column: column)
    return Diagnostic(
      id: id, severity: severity, file: file,
      range: SourceRange(
        start: start,
        end: SourcePosition(offset: line, line: line, column: column + length)),
      message: message, label: label, help: help, fix: fix, excerpt: nil)
  }
}

/// Checks one use of a cell in one row.
private struct CellCheck {
  let row: DataRow
  let use: CellUse

  /// What is wrong; `nil` if nothing is.
  var message: DiagnosticMessage? {
    for value in values(row.field(use.path[0])?.value ?? .null, use.path.dropFirst()) {
      if let message = message(for: value) { return message }
    }
    return nil
  }

  /// The values at the end of a path; several if it goes through the elements of a list.
  private func values(_ value: JSON, _ path: ArraySlice<String>) -> [JSON] {
    guard let name = path.first else { return [value] }
    if name == "*" {
      return (value.array ?? []).flatMap { values($0, path.dropFirst()) }
    }
    if name == "count", case .array(let elements) = value { return [.number("\(elements.count)")] }
    return values(value.object?[name] ?? .null, path.dropFirst())
  }

  private func message(for value: JSON) -> DiagnosticMessage? {
    switch use.need {
    case .compared(let other): return message(for: value, comparedWith: other)
    case .list:
      if case .array = value { return nil }
      return wrong(value, due: "a list")
    case .participants:
      if case .array(let elements) = value {
        return elements.lazy.compactMap { sidMessage(for: $0, .participant) }.first
      }
      return sidMessage(for: value, .participant)
    case .sid(let type): return sidMessage(for: value, type)
    case .sidOf(let kinds):
      guard let sid = value.text.flatMap({ AnySID(ofAnyShape: $0) }) else {
        return sidMessage(for: value, nil)
      }
      if let type = sid.type, kinds.contains(type) { return nil }
      return wrong(value, due: SyntaxError.list(kinds.map(\.nounWithArticle)))
    case .nameOf(let type):
      guard let text = value.text, !text.isEmpty, AnySID(text) == nil else {
        return sidMessage(for: value, type)
      }
      return nil
    case .text: return isEmpty(value) ? wrong(value, due: "a text") : nil
    case .date:
      if isEmpty(value) || value.text.flatMap({ Timestamp($0) }) != nil { return nil }
      return wrong(value, due: "a time such as 2026-11-26T10:00:00Z")
    case .prefixedSID(let prefix, let noun):
      if value.text.flatMap({ AnySID(ofAnyShape: $0) })?.begins(with: prefix) == true { return nil }
      return wrong(value, due: "a \(noun) (\(prefix)…)")
    case .duration:
      return ComparedValue(value).asDuration == nil ? wrong(value, due: "a duration") : nil
    case .number: return ComparedValue(value).asNumber == nil ? wrong(value, due: "a number") : nil
    }
  }

  /// What is wrong with a value that is compared; an empty one is never wrong.
  private func message(
    for value: JSON, comparedWith other: CellUse.Need.Comparison
  ) -> DiagnosticMessage? {
    let compared = ComparedValue(value)
    if isEmpty(value) { return nil }
    switch other {
    case .number: return compared.asNumber == nil ? wrong(value, due: "a number") : nil
    case .duration: return compared.asDuration == nil ? wrong(value, due: "a duration") : nil
    case .quantity:
      return compared.asNumber == nil && compared.asDuration == nil
        ? wrong(value, due: "a number or a duration") : nil
    case .cell(let path):
      let right = row.value(path)
      if isEmpty(right) || compared.difference(to: ComparedValue(right)) != nil { return nil }
      return CheckError.badRow(
        "the column \(name) holds \(spelled(value)), which cannot be compared with "
          + spelled(right), help: nil
      ).message
    }
  }

  /// What is wrong with a value that must be a SID.
  private func sidMessage(for value: JSON, _ type: SIDType?) -> DiagnosticMessage? {
    let due = type?.nounWithArticle ?? "a SID"
    guard let text = value.text, !text.isEmpty else { return wrong(value, due: due) }
    if let sid = AnySID(ofAnyShape: text) {
      if sid.isOfOtherShape {
        let message = CheckError.badRow(
          "the column \(name) holds `\(text)`, which is not shaped like a SID", help: nil
        ).message
        return warning(message)
      }
      guard let type, sid.type != type else { return nil }
      let message = CheckError.badRow(
        "the column \(name) holds `\(text)`, \(sid.type?.nounWithArticle ?? "another kind"),"
          + " and `\(use.verb)` takes \(due)", help: nil
      ).message
      return sid.of(type) == nil ? message : warning(message)
    }
    let defect = SIDDefect(word: text)?.message(text)
    return CheckError.badRow(
      "the column \(name) holds no SID: \(defect?.message ?? "`\(text)` is none")",
      help: defect?.help
    ).message
  }

  /// A mistake that is none where SIDs of another shape are admitted.
  private func warning(_ error: DiagnosticMessage) -> DiagnosticMessage {
    var message = error
    message.severity = .warning
    message.help = nil
    return message
  }

  private func wrong(_ value: JSON, due: String) -> DiagnosticMessage {
    if row.field(use.path[0]) == nil {
      return CheckError.badRow(
        "the row has no \(name), and `\(use.verb)` needs it", help: nil
      ).message
    }
    let found = isEmpty(value) ? "is empty" : "holds \(spelled(value))"
    return CheckError.badRow(
      "the column \(name) \(found), and `\(use.verb)` takes \(due)", help: nil
    ).message
  }

  private func isEmpty(_ value: JSON) -> Bool { value == .null || value == .string("") }

  private func spelled(_ value: JSON) -> String {
    if let text = value.text { "`\(text)`" } else { value.serialized }
  }

  /// The column as messages call it.
  private var name: String {
    let first = row.header?.index(of: use.path[0]).flatMap { row.header?.names[$0] }
    return "`" + ([first ?? use.path[0]] + use.path.dropFirst()).joined(separator: ".") + "`"
  }
}
