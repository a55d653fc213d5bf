/// Splits what a client sends into messages: a header, an empty line, and a body of JSON.
///
/// Source: Language Server Protocol 3.17, "Base Protocol".
package struct MessageReader {
  /// The maximum length of a body, in bytes.
  package static let maximumLength = 1 << 26
  /// The maximum length of a header, in bytes; no client sends more than a hundred.
  private static let maximumHeader = 1 << 13

  /// What was read.
  package enum Event: Hashable, Sendable {
    /// The body of a message.
    case body([UInt8])
    /// A header that cannot be used; reading goes on at the next one.
    case badHeader
    /// A body that is longer than ``maximumLength``.
    case tooLong
  }

  private var bytes: [UInt8] = []
  /// Where what has not been read begins.
  private var start = 0
  /// The length of the body that is being read; `nil` before its header has been read.
  private var length: Int?
  /// Whether something unusable was read, so that the next header has to be found.
  private var isLost = false

  /// Nothing has been sent yet.
  package init() {}

  /// Takes bytes that the client has sent.
  package mutating func append(_ more: some Sequence<UInt8>) {
    if start > 1 << 16, start > bytes.count / 2 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// Returns what comes next; `nil` if more has to be sent first.
  package mutating func next() -> Event? {
    if isLost, !findHeader() { return nil }
    if length == nil {
      guard let header = header() else { return nil }
      switch header {
      case .length(let count) where count > Self.maximumLength: return .tooLong
      case .length(let count): length = count
      case .unusable:
        lose()
        return .badHeader
      }
    }
    guard let length, bytes.count - start >= length else { return nil }
    let body = Array(bytes[start..<start + length])
    start += length
    self.length = nil
    return .body(body)
  }

  /// Looks for the next header, because what was read last is not what it was said to be.
  package mutating func lose() {
    isLost = true
  }

  private enum Header {
    case length(Int)
    case unusable
  }

  /// Reads a header up to its empty line; `nil` if it is not there yet.
  private mutating func header() -> Header? {
    var position = start
    var length: Int?
    var isUsable = true
    while true {
      guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
        guard bytes.count - start > Self.maximumHeader else { return nil }
        start += 1
        return .unusable
      }
      var line = bytes[position..<end]
      if line.last == 0x0D { line.removeLast() }
      position = end + 1
      if line.isEmpty {
        start = position
        guard isUsable, let length else { return .unusable }
        return .length(length)
      }
      guard let field = Field(line), position - start <= Self.maximumHeader else {
        // The next header may begin on this line, after the rest of a body.
        start += 1
        return .unusable
      }
      guard field.name == Self.lengthName else { continue }
      if field.length == nil || length != nil && length != field.length { isUsable = false }
      length = field.length
    }
  }

  private static let lengthName = "content-length"

  /// A line of a header.
  private struct Field {
    /// Its name, in lower case.
    let name: String
    let value: ArraySlice<UInt8>

    init?(_ line: ArraySlice<UInt8>) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
        return nil
      }
      let name = line[..<colon]
      let isToken = name.allSatisfy { byte in
        byte == UInt8(ascii: "-") || (0x41...0x5A).contains(byte & 0xDF)
      }
      guard isToken else { return nil }
      self.name = String(decoding: name, as: UTF8.self).lowercased()
      value = line[(colon + 1)...]
    }

    /// A number of bytes; at least more than is allowed if it does not fit into a word.
    var length: Int? {
      let digits = value.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
      guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return Int(String(decoding: digits, as: UTF8.self)) ?? Int.max
    }
  }

  /// Skips to the next `Content-Length:`; `false` if it is not there yet.
  private mutating func findHeader() -> Bool {
    let wanted = Array((Self.lengthName + ":").utf8)
    var index = start
    while index + wanted.count <= bytes.count {
      let isHere = wanted.indices.allSatisfy { offset in
        let byte = bytes[index + offset]
        return (0x41...0x5A).contains(byte)
          ? byte | 0x20 == wanted[offset] : byte == wanted[offset]
      }
      if isHere {
        start = index
        isLost = false
        return true
      }
      index += 1
    }
    // Its first letters may be there already.
    start = max(start, index)
    return false
  }
}
