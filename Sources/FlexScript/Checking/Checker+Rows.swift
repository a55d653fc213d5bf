import FlexAPI

extension Checker {
  /// Checks what follows `rows of`; opens the file if its path is already known.
  mutating func rows(_ value: ValueSyntax, _ data: inout OpenedFile?) -> Expression? {
    guard let (expression, type) = expression(value) else { return nil }
    var path: String?
    switch (value.kind, type) {
    case (.text(let text), _): path = text.literal
    case (.reference(let reference), .file), (.reference(let reference), .text):
      path = reference.path.isEmpty ? environment[reference.name.text]?.constant : nil
    case (_, .anything), (_, .json), (_, .column): break
    default:
      mismatch(type.description, "a data file", at: value.range)
      return nil
    }
    guard let path else { return expression }
    do throws(FileProblem) {
      data = try session.openData(path, from: file)
    } catch {
      errorCount += 1
      if session.reportedData.insert("\(file)\n\(path)").inserted {
        report(.fileNotFound(path: path, reason: error.reason), at: value.range)
      }
      return nil
    }
    return expression
  }

  /// Returns the type of the rows of a file: its columns, if they are known.
  mutating func rowType(_ data: inout OpenedFile?, at range: SourceRange) -> ValueType {
    requirements.append([:])
    let number = requirements.count - 1
    guard let file = data else { return .row(RowType(columns: nil, requirements: number)) }
    do throws(DataProblem) {
      let columns = try DataReader(file).columns
      return .row(RowType(columns: columns, requirements: number))
    } catch {
      report(error, in: file.name)
      data = nil
      return .anything
    }
  }

  /// Checks every row of a file against what the loop's body requires of its columns.
  mutating func checkRows(_ file: OpenedFile, _ type: RowType) {
    let asked = requirements[type.requirements]
    let key =
      file.identity
      + asked.sorted { $0.key < $1.key }.map { column, requirement in
        "\n\(column) \(requirement.type?.rawValue ?? "")"
      }.joined()
    guard session.checkedRows.insert(key).inserted else { return }
    var mistakes = DiagnosticList(file: file.name)
    defer { if mistakes.hasErrors { session.add(mistakes) } }
    var reader: DataReader
    do throws(DataProblem) { reader = try DataReader(file) } catch { return }
    while true {
      do throws(DataProblem) {
        guard let row = try reader.next() else { return }
        check(row, asked, file, &mistakes)
      } catch {
        let message = CheckError.badRow(error.reason, help: nil).message
        note(message, error.line, error.column, 1, file, &mistakes)
        if !error.isOfOneRow { return }
      }
    }
  }

  private mutating func check(
    _ row: DataRow, _ asked: [String: SIDRequirement], _ file: OpenedFile,
    _ mistakes: inout DiagnosticList
  ) {
    if session.collectsSIDs {
      session.collect(
        Array(row.fields.map { $0.value.text ?? "" }.joined(separator: " ").utf8)[...])
    }
    for field in row.fields {
      guard let requirement = asked[field.name],
        let message = Checker.message(for: field, requirement)
      else { continue }
      let length = max(1, field.value.text?.unicodeScalars.count ?? 1)
      note(message, field.line, field.column, length, file, &mistakes)
    }
    for column in asked.keys.sorted() where !row.fields.contains(where: { $0.name == column }) {
      let verb = asked[column]?.verb ?? ""
      let message = CheckError.badRow(
        "the row has no `\(column)`, and `\(verb)` needs it", help: nil
      ).message
      note(message, row.line, 1, 1, file, &mistakes)
    }
  }

  /// Reports a mistake in a data file, once.
  private mutating func note(
    _ message: DiagnosticMessage, _ line: Int, _ column: Int, _ length: Int, _ file: OpenedFile,
    _ mistakes: inout DiagnosticList
  ) {
    errorCount += 1
    let key = "\(file.identity):\(line):\(column) \(message.message)"
    guard session.reportedData.insert(key).inserted else { return }
    mistakes.add(
      message.diagnostic(file: file.name, line: line, column: column, length: length))
  }

  /// Returns what is wrong with a field that must be a SID.
  private static func message(
    for field: DataRow.Field, _ requirement: SIDRequirement
  ) -> DiagnosticMessage? {
    let due = requirement.type?.nounWithArticle ?? "a SID"
    guard let text = field.value.text else {
      return CheckError.badRow(
        "the column `\(field.name)` holds \(field.value.serialized), and `\(requirement.verb)` takes "
          + due, help: nil
      ).message
    }
    if let sid = AnySID(text) {
      guard let type = requirement.type, sid.type != type else { return nil }
      return CheckError.badRow(
        "the column `\(field.name)` holds `\(text)`, \(sid.type?.nounWithArticle ?? "another kind"),"
          + " and `\(requirement.verb)` takes \(due)", help: nil
      ).message
    }
    guard !text.isEmpty else {
      return CheckError.badRow(
        "the column `\(field.name)` is empty, and `\(requirement.verb)` takes \(due)", help: nil
      ).message
    }
    let defect = SIDDefect(word: text)?.message(text)
    return CheckError.badRow(
      "the column `\(field.name)` holds no SID: \(defect?.message ?? "`\(text)` is none")",
      help: defect?.help
    ).message
  }

  private mutating func report(_ problem: DataProblem, in name: String) {
    errorCount += 1
    var list = DiagnosticList(file: name)
    list.add(
      CheckError.badRow(problem.reason, help: nil).message.diagnostic(
        file: name, line: problem.line, column: problem.column, length: 1))
    session.add(list)
  }
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
