import FlexAPI

/// The headers of a reply as they came; a value is read when it is asked for.
///
/// Most replies are asked for one header or two, and a string for each of a dozen would cost more than
/// the rest of the reply.
package struct HTTPReplyHeaders: Hashable, Sendable {
  /// A line for each header, `Name: value`, with its line end.
  var lines: [UInt8]

  /// The headers of these lines.
  init(lines: [UInt8]) {
    self.lines = lines
  }

  /// Headers without line ends in them.
  package init(_ headers: [HTTPHeader]) {
    lines = headers.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
  }

  /// Every header, in order.
  package var all: [HTTPHeader] {
    lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      return HTTPHeader(
        String(decoding: line[..<colon], as: UTF8.self), Self.value(line[(colon + 1)...]))
    }
  }

  /// The value of the first header with this name, ignoring case.
  package subscript(name: String) -> String? {
    var name = name
    return name.withUTF8 { name in
      lines.withUnsafeBufferPointer { bytes in
        var start = 0
        while start + name.count < bytes.count {
          var place = 0
          while place < name.count, bytes[start + place] | 0x20 == name[place] | 0x20 { place += 1 }
          var end = bytes.sixteenBytes(from: start + place) {
            $0 .== SIMD16(repeating: UInt8(ascii: "\n"))
          }.index
          while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
          if place == name.count, bytes[start + place] == UInt8(ascii: ":") {
            return Self.value(bytes[(start + place + 1)..<end])
          }
          start = end + 1
        }
        return nil
      }
    }
  }

  /// What follows a colon, without the spaces around it and the line end.
  private static func value<Bytes>(_ bytes: Bytes) -> String
  where Bytes: BidirectionalCollection<UInt8>, Bytes.SubSequence == Bytes {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    var rest = bytes
    while let first = rest.first, isSpace(first) { rest = rest.dropFirst() }
    while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
    return String(decoding: rest, as: UTF8.self)
  }
}
