/// The text of a data file: its encoding and its container.
enum DataText {
  /// Returns a source of UTF-8 without a byte-order mark.
  ///
  /// - Throws: A ``DataProblem`` for a file that cannot be text, saying what it is.
  static func decoding(
    _ source: any ByteSource, as format: DataFormat
  ) throws(DataProblem) -> any ByteSource {
    var source = source
    var start: [UInt8] = []
    do throws(SourceFailure) {
      while start.count < 64 {
        let more = try source.read(upTo: StatementReader.chunk)
        if more.isEmpty { break }
        start += more
      }
    } catch {
      throw DataProblem(reason: error.reason, line: 1, column: 1, isChange: error.isChange)
    }
    if start.starts(with: [0xFF, 0xFE]) {
      return UTF16Source(PrefixedSource(start.dropFirst(2), source), isBigEndian: false)
    }
    if start.starts(with: [0xFE, 0xFF]) {
      return UTF16Source(PrefixedSource(start.dropFirst(2), source), isBigEndian: true)
    }
    let text = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start.dropFirst(3) : start[...]
    if let problem = foreign(text, format) { throw problem }
    return PrefixedSource(text, source)
  }

  /// Returns what is wrong with a file that is not text, or not in the format of its name.
  private static func foreign(_ start: ArraySlice<UInt8>, _ format: DataFormat) -> DataProblem? {
    func problem(_ reason: String, _ help: String) -> DataProblem {
      DataProblem(reason: reason, help: help, line: 1, column: 1, extent: .file)
    }
    for container in containers where start.starts(with: container.signature) {
      return problem("this is \(container.name), not text", container.help)
    }
    if start.prefix(4096).contains(0) {
      let isUTF16 = start.prefix(64).enumerated().allSatisfy { ($0 % 2 == 1) == ($1 == 0) }
      return problem(
        isUTF16 ? "this is UTF-16 without a byte-order mark" : "this is not text",
        "save it as CSV UTF-8")
    }
    let first = start.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    if case .table = format {
      let text = start.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
      if first == UInt8(ascii: "{"), text.dropFirst().first == UInt8(ascii: "\"") {
        return problem("this is JSON, and its name says that it is a table", "name the file .jsonl")
      }
      if first == UInt8(ascii: "["),
        [UInt8(ascii: "{"), UInt8(ascii: "]")].contains(text.dropFirst().first)
      {
        return problem("this is JSON, and its name says that it is a table", "name the file .json")
      }
      if first == UInt8(ascii: "<") {
        return problem("this is HTML or XML, not a table", "save it as CSV UTF-8")
      }
    }
    return nil
  }

  /// Formats that people mistake for a table, by their first bytes.
  private static let containers: [(signature: [UInt8], name: String, help: String)] = [
    (
      [0x50, 0x4B, 0x03, 0x04], "an Excel workbook (.xlsx) or another zip archive",
      "in the spreadsheet, save it as CSV UTF-8"
    ),
    (
      [0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook (.xls)",
      "in the spreadsheet, save it as CSV UTF-8"
    ),
    ([0x1F, 0x8B], "compressed with gzip", "unpack it: gunzip FILE.gz"),
    ([0x28, 0xB5, 0x2F, 0xFD], "compressed with Zstandard", "unpack it: unzstd FILE.zst"),
    ([0x42, 0x5A, 0x68], "compressed with bzip2", "unpack it: bunzip2 FILE.bz2"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "compressed with xz", "unpack it: unxz FILE.xz"),
    (Array("%PDF-".utf8), "a PDF document", "export the table as CSV UTF-8"),
    (Array("PAR1".utf8), "a Parquet file", "export it as CSV UTF-8"),
    (Array("SQLite format 3".utf8), "an SQLite database", "export the table as CSV UTF-8"),
  ]
}

/// A source that begins with bytes that were taken from it.
private struct PrefixedSource: ByteSource {
  private var start: ArraySlice<UInt8>
  private var rest: any ByteSource

  init(_ start: ArraySlice<UInt8>, _ rest: any ByteSource) {
    (self.start, self.rest) = (start, rest)
  }

  mutating func read(upTo count: Int) throws(SourceFailure) -> [UInt8] {
    guard !start.isEmpty else { return try rest.read(upTo: count) }
    defer { start = start.dropFirst(count) }
    return Array(start.prefix(count))
  }
}

/// Converts UTF-16 to UTF-8; what is not UTF-16 becomes a byte that is not UTF-8.
private struct UTF16Source: ByteSource {
  private var source: any ByteSource
  private let isBigEndian: Bool
  /// A byte, or the first half of a pair, that waits for what follows it.
  private var rest: [UInt8] = []
  private var isEnded = false

  init(_ source: any ByteSource, isBigEndian: Bool) {
    (self.source, self.isBigEndian) = (source, isBigEndian)
  }

  mutating func read(upTo count: Int) throws(SourceFailure) -> [UInt8] {
    var text: [UInt8] = []
    while text.isEmpty, !isEnded {
      let more = try source.read(upTo: max(2, count / 2))
      isEnded = more.isEmpty
      text = decode(rest + more)
    }
    return text
  }

  private mutating func decode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    func unit(_ index: Int) -> UInt16? {
      guard index + 1 < bytes.count else { return nil }
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    var index = 0
    while let first = unit(index) {
      guard UTF16.isSurrogate(first) else {
        if let scalar = Unicode.Scalar(UInt32(first)) { text += Array(String(scalar).utf8) }
        index += 2
        continue
      }
      guard let second = unit(index + 2) else {
        if isEnded {
          text.append(0xFF)
          index += 2
          continue
        }
        break
      }
      if UTF16.isLeadSurrogate(first), UTF16.isTrailSurrogate(second) {
        let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        if let scalar = Unicode.Scalar(value) { text += Array(String(scalar).utf8) }
        index += 4
      } else {
        text.append(0xFF)
        index += 2
      }
    }
    rest = Array(bytes[index...])
    if isEnded, !rest.isEmpty {
      text.append(0xFF)
      rest = []
    }
    return text
  }
}
