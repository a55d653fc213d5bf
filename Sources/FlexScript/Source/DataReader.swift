package import FlexAPI

/// One record of a data file.
package struct DataRow: Sendable {
  /// A field and its location in the file.
  package struct Field: Sendable {
    /// The name of its column or JSON member.
    package let name: String
    /// The value; always text in a CSV file.
    package let value: JSON
    /// The line and the column of its first character, 1-based.
    package let line, column: Int
  }

  /// The fields, in the order in which they appear in the file.
  package let fields: [Field]
  /// The line on which it begins, 1-based.
  package let line: Int

  /// The fields by name.
  package var object: JSONObject {
    JSONObject(fields.map { JSONObject.Member(name: $0.name, value: $0.value) })
  }
}

/// A data file whose contents are not in the format that its name implies.
package struct DataProblem: Error, Hashable, Sendable {
  /// The reason, in lower case.
  package let reason: String
  /// The line and the column of the problem, 1-based.
  package let line, column: Int
  /// Whether the rows after it can still be read.
  var isOfOneRow = false
}

/// Reads a data file one record at a time: CSV (RFC 4180, with a header) or JSON Lines, UTF-8.
package struct DataReader {
  /// The maximum length of a record, in bytes.
  package static let maximumRecordLength = 1 << 20

  private var lines: LineReader
  private let isJSON: Bool
  /// The names in the header of a CSV file; `nil` for JSON Lines.
  package private(set) var columns: [String]?

  /// Opens a file; a name that ends in `.jsonl` or `.ndjson` means JSON Lines.
  package init(_ file: OpenedFile) throws(DataProblem) {
    lines = LineReader(source: file.source)
    isJSON = file.name.hasSuffix(".jsonl") || file.name.hasSuffix(".ndjson")
    guard !isJSON else { return }
    guard let header = try record() else {
      throw DataProblem(
        reason: "the file is empty, and its first line should name the columns", line: 1, column: 1)
    }
    var names: Set<String> = []
    for field in header {
      let name = field.text
      if name.isEmpty {
        throw DataProblem(
          reason: "a column has no name", line: field.line, column: field.column)
      }
      guard names.insert(name).inserted else {
        throw DataProblem(
          reason: "the column `\(name)` appears twice", line: field.line, column: field.column)
      }
    }
    columns = header.map(\.text)
  }

  /// Returns the next record; `nil` at the end.
  ///
  /// Empty lines are skipped.
  package mutating func next() throws(DataProblem) -> DataRow? {
    if isJSON { return try jsonRow() }
    guard let columns, let fields = try record() else { return nil }
    guard fields.count == columns.count else {
      throw DataProblem(
        reason: "the row has \(fields.count) fields, and the header has \(columns.count)",
        line: fields.first?.line ?? 1, column: 1, isOfOneRow: true)
    }
    return DataRow(
      fields: zip(columns, fields).map { name, field in
        DataRow.Field(
          name: name, value: .string(field.text), line: field.line, column: field.column)
      }, line: fields.first?.line ?? 1)
  }

  private mutating func jsonRow() throws(DataProblem) -> DataRow? {
    while let line = try lines.next() {
      if line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      do throws(JSONReader.Failure) {
        let members = try JSONReader.readMembers(line.bytes)
        var columns = ColumnCounter()
        var fields: [DataRow.Field] = []
        for (member, offset) in members {
          fields.append(
            DataRow.Field(
              name: member.name, value: member.value, line: line.number,
              column: columns.column(of: offset, in: line.bytes)))
        }
        return DataRow(fields: fields, line: line.number)
      } catch {
        throw DataProblem(
          reason: error.reason, line: line.number, column: line.column(of: error.offset),
          isOfOneRow: true)
      }
    }
    return nil
  }

  private struct RawField {
    let text: String
    let line, column: Int
  }

  /// Reads one record of CSV; a quoted field may span several lines.
  private mutating func record() throws(DataProblem) -> [RawField]? {
    var current: LineReader.Line
    repeat {
      guard let line = try lines.next() else { return nil }
      current = line
    } while current.bytes.isEmpty
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
            total += next.bytes.count
            guard total <= DataReader.maximumRecordLength else {
              throw DataProblem(
                reason: "the quoted field is longer than a record may be", line: line,
                column: column)
            }
            text.append(0x0A)
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
        if index < current.bytes.count, current.bytes[index] != UInt8(ascii: ",") {
          throw DataProblem(
            reason: "something follows the closing quote", line: current.number,
            column: current.column(of: index))
        }
      } else {
        while index < current.bytes.count, current.bytes[index] != UInt8(ascii: ",") {
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
        throw DataProblem(reason: "the field is not UTF-8", line: line, column: column)
      }
      fields.append(RawField(text: valid, line: line, column: column))
      guard index < current.bytes.count else { return fields }
      index += 1
    }
  }
}

/// Computes the columns of bytes in one line, which are requested from left to right.
private struct ColumnCounter {
  private var offset = 0
  private var column = 1

  /// Returns the 1-based column of a byte, in Unicode scalars; `wanted` never decreases.
  mutating func column(of wanted: Int, in bytes: [UInt8]) -> Int {
    while offset < wanted {
      if bytes[offset] & 0xC0 != 0x80 { column += 1 }
      offset += 1
    }
    return column
  }
}

/// Splits bytes into lines, at LF or CRLF, without holding more than one.
private struct LineReader {
  struct Line {
    let bytes: [UInt8]
    let number: Int

    /// Returns the 1-based column of a byte, in Unicode scalars.
    func column(of offset: Int) -> Int {
      1 + bytes.prefix(offset).count { $0 & 0xC0 != 0x80 }
    }
  }

  var source: any ByteSource
  private var buffer: ArraySlice<UInt8> = []
  private var number = 0
  private var isEnded = false

  init(source: any ByteSource) {
    self.source = source
  }

  mutating func next() throws(DataProblem) -> Line? {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = take(buffer[..<end])
        buffer = buffer[(end + 1)...]
        return line
      }
      if isEnded {
        guard !buffer.isEmpty else { return nil }
        let line = take(buffer)
        buffer = []
        return line
      }
      guard buffer.count <= DataReader.maximumRecordLength else {
        throw DataProblem(reason: "the line is longer than 1 MiB", line: number + 1, column: 1)
      }
      do throws(SourceFailure) {
        let more = try source.read(upTo: StatementReader.chunk)
        isEnded = more.isEmpty
        buffer = buffer.isEmpty ? more[...] : (Array(buffer) + more)[...]
      } catch {
        throw DataProblem(reason: error.reason, line: number + 1, column: 1)
      }
    }
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>) -> Line {
    var bytes = bytes
    number += 1
    if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if bytes.last == 0x0D { bytes = bytes.dropLast() }
    return Line(bytes: Array(bytes), number: number)
  }
}
