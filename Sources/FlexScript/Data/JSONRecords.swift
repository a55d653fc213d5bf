import FlexAPI

/// Reads JSON Lines: one object per line.
struct JSONLinesReader {
  private var lines: LineReader
  private var hasRead = false

  init(_ source: any ByteSource) {
    lines = LineReader(source)
  }

  /// Returns the next record; `nil` at the end.
  ///
  /// Blank lines are skipped.
  mutating func next() throws(DataProblem) -> DataRow? {
    while let line = try lines.next() {
      if line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      defer { hasRead = true }
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
        return DataRow(fields: fields, line: line.number, header: nil)
      } catch {
        if !hasRead, let problem = JSONLinesReader.severalLines(line) { throw problem }
        throw DataProblem(
          reason: error.reason, line: line.number, column: line.column(of: error.offset),
          extent: .row)
      }
    }
    return nil
  }

  /// Returns the problem of a file whose first line opens a value that later lines continue.
  private static func severalLines(_ line: LineReader.Line) -> DataProblem? {
    let text = line.bytes.filter { $0 != 0x20 && $0 != 0x09 }
    guard let first = text.first else { return nil }
    if first == UInt8(ascii: "[") {
      return DataProblem(
        reason: "this is a JSON array, and each line of JSON Lines is one object",
        help: "name the file .json, or convert it: jq -c '.[]'", line: line.number, column: 1,
        extent: .file)
    }
    guard first == UInt8(ascii: "{"), let last = text.last,
      [UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: ":")].contains(last)
    else { return nil }
    return DataProblem(
      reason: "the JSON is spread over several lines, and each line of JSON Lines is one object",
      help: "write one object per line: jq -c .", line: line.number, column: 1, extent: .file)
  }
}

/// Reads an array of JSON objects, one at a time.
struct JSONArrayReader {
  private var bytes: ByteReader
  private var isFirst = true
  private var isEnded = false

  /// Reads up to the first record.
  init(_ source: any ByteSource) throws(DataProblem) {
    bytes = ByteReader(source)
    try bytes.skipSpace()
    let (line, column) = (bytes.line, bytes.column)
    switch try bytes.peek() {
    case UInt8(ascii: "["): _ = try bytes.take()
    case UInt8(ascii: "{"):
      throw DataProblem(
        reason: "this is one JSON object, and a .json file holds an array of records",
        help: "take the array out of it, for instance: jq '.participants'; "
          + "or name a file with one object per line .jsonl", line: line, column: column,
        extent: .file)
    case nil:
      throw DataProblem(
        reason: "the file is empty, and a .json file holds an array of records", line: line,
        column: column)
    default:
      throw DataProblem(
        reason: "a .json file holds an array of records, and this is none",
        help: "write the records as an array: [{…}, {…}]; or one per line in a .jsonl file",
        line: line, column: column, extent: .file)
    }
  }

  /// Returns the next record; `nil` at the end.
  mutating func next() throws(DataProblem) -> DataRow? {
    if isEnded { return nil }
    try bytes.skipSpace()
    if try bytes.peek() == UInt8(ascii: "]") {
      _ = try bytes.take()
      return try end()
    }
    if !isFirst {
      guard try bytes.peek() == UInt8(ascii: ",") else {
        throw problem("`,` or `]` should be here")
      }
      _ = try bytes.take()
      try bytes.skipSpace()
    }
    isFirst = false
    let (line, column) = (bytes.line, bytes.column)
    let record = try bytes.takeValue()
    do throws(JSONReader.Failure) {
      let members = try JSONReader.readMembers(record)
      var counter = PositionCounter(line: line, column: column)
      var fields: [DataRow.Field] = []
      for (member, offset) in members {
        let (line, column) = counter.position(of: offset, in: record)
        fields.append(
          DataRow.Field(name: member.name, value: member.value, line: line, column: column))
      }
      return DataRow(fields: fields, line: line, header: nil)
    } catch {
      var counter = PositionCounter(line: line, column: column)
      let (line, column) = counter.position(of: error.offset, in: record)
      throw DataProblem(reason: error.reason, line: line, column: column, extent: .row)
    }
  }

  private mutating func end() throws(DataProblem) -> DataRow? {
    isEnded = true
    try bytes.skipSpace()
    guard try bytes.peek() == nil else { throw problem("something follows the array") }
    return nil
  }

  private func problem(_ reason: String) -> DataProblem {
    DataProblem(reason: reason, line: bytes.line, column: bytes.column)
  }
}

/// Computes the positions of bytes in a text of several lines, which are requested in order.
private struct PositionCounter {
  private var offset = 0
  private var line, column: Int

  init(line: Int, column: Int) {
    (self.line, self.column) = (line, column)
  }

  /// Returns the position of a byte; `wanted` never decreases.
  mutating func position(of wanted: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    while offset < min(wanted, bytes.count) {
      if bytes[offset] == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if bytes[offset] & 0xC0 != 0x80 {
        column += 1
      }
      offset += 1
    }
    return (line, column)
  }
}

/// Reads a source byte by byte, and counts lines and columns.
private struct ByteReader {
  private var source: any ByteSource
  private var buffer: [UInt8] = []
  private var index = 0
  private var isEnded = false
  /// The position of the next byte, 1-based.
  private(set) var line = 1
  private(set) var column = 1

  init(_ source: any ByteSource) {
    self.source = source
  }

  /// Returns the next byte without taking it; `nil` at the end.
  mutating func peek() throws(DataProblem) -> UInt8? {
    if index < buffer.count { return buffer[index] }
    guard !isEnded else { return nil }
    do throws(SourceFailure) {
      buffer = try source.read(upTo: StatementReader.chunk)
    } catch {
      throw DataProblem(
        reason: error.reason, line: line, column: column, isChange: error.isChange)
    }
    index = 0
    isEnded = buffer.isEmpty
    return buffer.first
  }

  /// Takes the next byte; `nil` at the end.
  mutating func take() throws(DataProblem) -> UInt8? {
    guard let byte = try peek() else { return nil }
    index += 1
    if byte == UInt8(ascii: "\n") {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      column += 1
    }
    return byte
  }

  mutating func skipSpace() throws(DataProblem) {
    while let byte = try peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      _ = try take()
    }
  }

  /// Takes the bytes of one value of an array, up to the comma or the bracket after it.
  mutating func takeValue() throws(DataProblem) -> [UInt8] {
    let (startLine, startColumn) = (line, column)
    var value: [UInt8] = []
    var depth = 0
    var (isText, isEscaped) = (false, false)
    while let byte = try peek() {
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isText = false
        }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: "]"):
          if depth == 0 { return value }
          depth -= 1
        case UInt8(ascii: ","): if depth == 0 { return value }
        default: break
        }
      }
      value.append(byte)
      _ = try take()
      guard value.count <= DataReader.maximumRecordLength else {
        throw DataProblem(
          reason: "the record is longer than 1 MiB", line: startLine, column: startColumn)
      }
    }
    throw DataProblem(
      reason: "the record is never closed", line: startLine, column: startColumn)
  }
}
