import FlexAPI

/// Reads a table: RFC 4180 with a header, its fields separated by commas, semicolons or tabs.
///
/// In a `.tsv` file, nothing is quoted, and the escapes are those of PostgreSQL's `COPY`.
struct TableReader {
  /// The columns.
  private(set) var header = TableHeader([])

  private var lines: LineReader
  private let isTSV: Bool
  private var separator = UInt8(ascii: ",")

  private struct RawField {
    var text: String
    let line, column: Int
    /// Whether the field is `\N`, which stands for nothing in a `.tsv` file.
    var isNull = false
  }

  /// Reads the header of a table.
  init(_ source: any ByteSource, isTSV: Bool) throws(DataProblem) {
    lines = LineReader(source)
    self.isTSV = isTSV
    if isTSV { separator = UInt8(ascii: "\t") }
    guard var first = try nextLine() else { throw TableReader.empty(line: 1) }
    if let announced = TableReader.separator(announcedBy: first.bytes) {
      separator = announced
      guard let line = try nextLine() else { throw TableReader.empty(line: 2) }
      first = line
    } else if !isTSV {
      separator = TableReader.separator(in: first.bytes)
    }
    let fields: [RawField]
    do throws(DataProblem) {
      fields = try record(from: first)
    } catch {
      var problem = error
      problem.extent = .rest
      throw problem
    }
    try TableReader.check(fields)
    header = TableHeader(fields.map { TableReader.trimmed($0.text) })
  }

  private static func empty(line: Int) -> DataProblem {
    DataProblem(
      reason: "the file is empty, and its first line should name the columns", line: line,
      column: 1)
  }

  private static func check(_ header: [RawField]) throws(DataProblem) {
    var names: Set<String> = []
    for field in header {
      let name = trimmed(field.text)
      if name.isEmpty {
        throw DataProblem(
          reason: "a column has no name", line: field.line, column: field.column)
      }
      guard names.insert(name).inserted else {
        throw DataProblem(
          reason: "the column `\(name)` appears twice", line: field.line, column: field.column)
      }
    }
  }

  /// Returns the next row; `nil` at the end.
  mutating func next() throws(DataProblem) -> DataRow? {
    guard let line = try nextLine() else { return nil }
    let fields = try record(from: line)
    guard fields.count == header.names.count else {
      throw DataProblem(
        reason: "the row has \(fields.count) fields, and the header has \(header.names.count)",
        line: line.number, column: 1, extent: .row)
    }
    var cells: [DataRow.Field] = []
    cells.reserveCapacity(fields.count)
    for (index, field) in fields.enumerated() {
      cells.append(
        DataRow.Field(
          name: header.names[index], value: TableReader.value(of: field), line: field.line,
          column: field.column))
    }
    return DataRow(fields: cells, line: line.number, header: header)
  }

  /// Returns the value of a cell: `null` if it is empty.
  private static func value(of field: RawField) -> JSON {
    if field.isNull || field.text.isEmpty { return .null }
    // Spreadsheets write it before what they would take for a formula.
    let bytes = field.text.utf8
    if bytes.first == UInt8(ascii: "'"), let second = bytes.dropFirst().first,
      [UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@")].contains(second)
    {
      return .string(String(field.text.dropFirst()))
    }
    return .string(field.text)
  }

  // MARK: Separators

  /// Returns the separator that a line `sep=;` announces.
  private static func separator(announcedBy line: [UInt8]) -> UInt8? {
    guard line.count == 5, separators.contains(line[4]),
      String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep="
    else { return nil }
    return line[4]
  }

  private static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

  /// Returns the separator that a header has most of, outside quotes.
  private static func separator(in header: [UInt8]) -> UInt8 {
    var counts = [0, 0, 0]
    var isQuoted = false
    for byte in header {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, let index = separators.firstIndex(of: byte) { counts[index] += 1 }
    }
    let most = counts.max() ?? 0
    return separators[counts.firstIndex(of: most) ?? 0]
  }

  // MARK: Fields

  /// Returns the next line that does not consist only of blanks and separators.
  private mutating func nextLine() throws(DataProblem) -> LineReader.Line? {
    while let line = try lines.next() {
      let isBlank = line.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == separator }
      if !isBlank { return line }
    }
    return nil
  }

  private mutating func record(from line: LineReader.Line) throws(DataProblem) -> [RawField] {
    if isTSV { return try unquoted(line) }
    return try quoted(line)
  }

  /// Splits a line of a `.tsv` file.
  private func unquoted(_ line: LineReader.Line) throws(DataProblem) -> [RawField] {
    var fields: [RawField] = []
    var columns = ColumnCounter()
    var start = 0
    while true {
      let end = line.bytes[start...].firstIndex(of: separator) ?? line.bytes.count
      let column = columns.column(of: start, in: line.bytes)
      let raw = line.bytes[start..<end]
      guard let text = String(validating: TableReader.decoded(raw), as: UTF8.self) else {
        throw TableReader.notText(line.number, column)
      }
      fields.append(
        RawField(
          text: text, line: line.number, column: column, isNull: raw.elementsEqual(#"\N"#.utf8)))
      guard end < line.bytes.count else { return fields }
      start = end + 1
    }
  }

  /// Decodes the escapes of `COPY`.
  ///
  /// Source: PostgreSQL's documentation of COPY, "Text Format".
  private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "\\")) else { return Array(bytes) }
    var text: [UInt8] = []
    var isEscaped = false
    for byte in bytes {
      if isEscaped {
        isEscaped = false
        switch byte {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "v"): text.append(0x0B)
        default: text.append(byte)
        }
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        text.append(byte)
      }
    }
    return text
  }

  /// Splits a line of another table; a quoted field may span several lines.
  private mutating func quoted(_ line: LineReader.Line) throws(DataProblem) -> [RawField] {
    var current = line
    var fields: [RawField] = []
    var index = 0
    // Counted forward: a row may have many thousands of fields.
    var columns = ColumnCounter()
    var total = current.bytes.count
    while true {
      let (line, column) = (current.number, columns.column(of: index, in: current.bytes))
      var text: [UInt8] = []
      if index < current.bytes.count, current.bytes[index] == UInt8(ascii: "\"") {
        index += 1
        quoted: while true {
          guard index < current.bytes.count else {
            guard let next = try lines.next() else {
              throw DataProblem(
                reason: "the quoted field is not closed", line: line, column: column)
            }
            total += next.bytes.count + 1
            guard total <= DataReader.maximumRecordLength else {
              throw DataProblem(
                reason: "the quoted field is longer than a record may be", line: line,
                column: column)
            }
            text += current.ending
            (current, index) = (next, 0)
            columns = ColumnCounter()
            continue
          }
          let byte = current.bytes[index]
          index += 1
          if byte != UInt8(ascii: "\"") {
            text.append(byte)
          } else if index < current.bytes.count, current.bytes[index] == UInt8(ascii: "\"") {
            text.append(byte)
            index += 1
          } else {
            break quoted
          }
        }
        if index < current.bytes.count, current.bytes[index] != separator {
          throw DataProblem(
            reason: "something follows the closing quote", line: current.number,
            column: current.column(of: index))
        }
      } else {
        while index < current.bytes.count, current.bytes[index] != separator {
          guard current.bytes[index] != UInt8(ascii: "\"") else {
            throw DataProblem(
              reason: "there is a quote inside a field that does not begin with one",
              line: current.number, column: current.column(of: index))
          }
          text.append(current.bytes[index])
          index += 1
        }
      }
      guard let valid = String(validating: text, as: UTF8.self) else {
        throw TableReader.notText(line, column)
      }
      fields.append(RawField(text: valid, line: line, column: column))
      guard index < current.bytes.count else { return fields }
      index += 1
    }
  }

  private static func notText(_ line: Int, _ column: Int) -> DataProblem {
    DataProblem(
      reason: "the field is not UTF-8", help: "save the file as CSV UTF-8", line: line,
      column: column)
  }

  /// Returns a text without the blanks around it.
  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
