/// Splits bytes into lines, at LF or CRLF, without holding more than one.
///
/// If no LF follows in the next MiB, a bare CR ends a line, as old spreadsheets write it.
struct LineReader {
  struct Line {
    let bytes: [UInt8]
    let number: Int
    /// What ended it: a quoted field that goes on after the line keeps it.
    let ending: [UInt8]

    /// Returns the 1-based column of a byte, in Unicode scalars.
    func column(of offset: Int) -> Int {
      1 + bytes.prefix(offset).count { $0 & 0xC0 != 0x80 }
    }
  }

  private var source: any ByteSource
  private var buffer: ArraySlice<UInt8> = []
  private var number = 0
  private var isEnded = false
  /// The byte that ends a line; `nil` until one is found.
  private var terminator: UInt8?

  init(_ source: any ByteSource) {
    self.source = source
  }

  /// Returns the next line without its end; `nil` after the last one.
  mutating func next() throws(DataProblem) -> Line? {
    while true {
      if let end = end() {
        let line = take(buffer[..<end], ending: buffer[end])
        buffer = buffer[(end + 1)...]
        return line
      }
      if isEnded {
        guard !buffer.isEmpty else { return nil }
        let line = take(buffer, ending: nil)
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
        throw DataProblem(
          reason: error.reason, line: number + 1, column: 1, isChange: error.isChange)
      }
    }
  }

  /// Returns where the next line ends, as far as that is in the buffer.
  private mutating func end() -> Int? {
    if let terminator { return buffer.firstIndex(of: terminator) }
    if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
      terminator = UInt8(ascii: "\n")
      return end
    }
    guard isEnded || buffer.count > DataReader.maximumRecordLength else { return nil }
    guard let end = buffer.firstIndex(of: 0x0D) else { return nil }
    terminator = 0x0D
    return end
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>, ending: UInt8?) -> Line {
    number += 1
    let ending = ending.map { [$0] } ?? []
    guard bytes.last == 0x0D else {
      return Line(bytes: Array(bytes), number: number, ending: ending)
    }
    return Line(bytes: Array(bytes.dropLast()), number: number, ending: [0x0D] + ending)
  }
}
