import FlexAPI

/// Reads a data file one record at a time: a table (RFC 4180, with a header), JSON Lines, or an array
/// of JSON records.
///
/// Memory holds one record and one block of the file, regardless of its length.
package struct DataReader {
  /// The maximum length of a record, in bytes.
  package static let maximumRecordLength = 1 << 20

  private enum Records {
    case table(TableReader)
    case lines(JSONLinesReader)
    case array(JSONArrayReader)
  }

  private var records: Records

  /// Opens a file; its name decides between a table (any name), JSON Lines (`.jsonl`, `.ndjson`) and
  /// an array (`.json`).
  package init(_ file: OpenedFile) throws(DataProblem) {
    let format = DataFormat(name: file.name)
    let text = try DataText.decoding(file.source, as: format)
    switch format {
    case .table(let isTSV): records = .table(try TableReader(text, isTSV: isTSV))
    case .jsonLines: records = .lines(JSONLinesReader(text))
    case .jsonArray: records = .array(try JSONArrayReader(text))
    }
  }

  /// The columns of a table; `nil` for JSON records.
  package var header: TableHeader? {
    if case .table(let table) = records { table.header } else { nil }
  }

  /// Returns the next record; `nil` at the end.
  ///
  /// Rows and lines that consist only of blanks and separators are skipped.
  package mutating func next() throws(DataProblem) -> DataRow? {
    switch records {
    case .table(var reader):
      defer { records = .table(reader) }
      return try reader.next()
    case .lines(var reader):
      defer { records = .lines(reader) }
      return try reader.next()
    case .array(var reader):
      defer { records = .array(reader) }
      return try reader.next()
    }
  }
}

/// The format of a data file, as its name says.
enum DataFormat: Equatable {
  case table(isTSV: Bool)
  case jsonLines
  case jsonArray

  init(name: String) {
    let end = name.utf8.lastIndex(of: UInt8(ascii: ".")).map { name[$0...].lowercased() }
    switch end {
    case ".jsonl", ".ndjson": self = .jsonLines
    case ".json": self = .jsonArray
    case ".tsv": self = .table(isTSV: true)
    default: self = .table(isTSV: false)
    }
  }
}

/// Computes the columns of bytes in one line, which are requested from left to right.
struct ColumnCounter {
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
