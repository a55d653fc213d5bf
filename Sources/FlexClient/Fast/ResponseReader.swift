/// Reads the reply to one request from the bytes of a connection, HTTP/1.1.
///
/// It accepts less than the standard allows, and never guesses: what is not exactly one plain reply is a
/// failure. Source: RFC 9112 for the form; §6 for the body's length.
///
/// Slow counterpart: NIOHTTP1's decoder. Compared by `acceptsOnlyWhatNIOReadsTheSameWay`. Gain: 8 % of
/// the instructions of an action. `make fuzz-replies` compares for long.
struct ResponseReader {
  /// What the bytes so far amount to.
  enum Progress {
    /// More is needed.
    case incomplete
    /// `isLast`: whether the connection cannot carry another request.
    case complete(HTTPReply, isLast: Bool)
    /// Why it is no reply that is accepted, in lower case.
    case failure(String)
  }

  /// The most 1xx heads before the reply.
  static let maximumInformational = 16

  private enum Phase {
    case head
    /// The body ends after this many bytes.
    case body(rest: Int)
    /// The body ends with the connection.
    case untilClose
    case chunkSize
    case chunk(rest: Int)
    case chunkEnd
    /// The line end after the last chunk.
    case end
  }

  private let maximumBody: Int
  private var phase = Phase.head
  /// What of the head, or of a line of the chunked form, has not been read to its end.
  private var pending: [UInt8] = []
  private var head = ResponseHead()
  private var body: [UInt8] = []
  private var informational = 0
  /// The bytes of heads so far.
  private var headBytes = 0
  private var hasHead = false

  /// Whether the status line of the reply has been read.
  var hasBegun: Bool { hasHead || pending.contains(0x0A) }

  /// `maximumBody`: the most bytes of a body.
  init(maximumBody: Int) {
    self.maximumBody = maximumBody
  }

  /// Takes the next bytes of the connection.
  mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) -> Progress {
    guard pending.isEmpty else {
      pending.append(contentsOf: bytes)
      let whole = pending
      pending.removeAll(keepingCapacity: true)
      return whole.withUnsafeBufferPointer { read($0) }
    }
    return read(bytes)
  }

  /// Notes that the connection has ended.
  mutating func end() -> Progress {
    guard case .untilClose = phase else { return .incomplete }
    return complete(isLast: true)
  }

  private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Progress {
    var place = 0
    while true {
      switch phase {
      case .head:
        switch ResponseHead.length(
          of: bytes, from: place, atMost: HTTPReply.maximumHead - headBytes)
        {
        case .incomplete: return keep(bytes, from: place)
        case .failure(let reason): return .failure(reason)
        case .length(let length):
          headBytes += length
          let lines = UnsafeBufferPointer(rebasing: bytes[place..<place + length])
          if let reason = head.read(lines) { return .failure(reason) }
          place += length
          if let reason = begin() { return .failure(reason) }
        }
      case .body(let rest):
        let count = min(rest, bytes.count - place)
        append(bytes, place, count)
        place += count
        guard count == rest else {
          phase = .body(rest: rest - count)
          return .incomplete
        }
        return complete(isLast: head.isLast || place < bytes.count)
      case .untilClose:
        guard body.count + bytes.count - place <= maximumBody else { return tooLong }
        append(bytes, place, bytes.count - place)
        return .incomplete
      case .chunkSize:
        guard let line = line(bytes, from: place, atMost: 8) else {
          // A line that can still become right is short, and has no line end in it yet.
          let rest = bytes[place...]
          return rest.count < 10 && rest.dropLast().allSatisfy { $0 != 0x0D }
            && !rest.contains(0x0A)
            ? keep(bytes, from: place) : .failure("the size of a piece of the answer is malformed")
        }
        guard let size = Self.size(bytes[place..<line]) else {
          return .failure("the size of a piece of the answer is malformed")
        }
        guard body.count + size <= maximumBody else { return tooLong }
        place = line + 2
        phase = size == 0 ? .end : .chunk(rest: size)
      case .chunk(let rest):
        let count = min(rest, bytes.count - place)
        append(bytes, place, count)
        place += count
        guard count == rest else {
          phase = .chunk(rest: rest - count)
          return .incomplete
        }
        phase = .chunkEnd
      case .chunkEnd, .end:
        guard bytes.count - place >= 2 else {
          if place < bytes.count, bytes[place] != 0x0D {
            return .failure("a piece of the answer does not end where it says")
          }
          return keep(bytes, from: place)
        }
        guard bytes[place] == 0x0D, bytes[place + 1] == 0x0A else {
          return .failure("a piece of the answer does not end where it says")
        }
        place += 2
        if case .end = phase { return complete(isLast: head.isLast || place < bytes.count) }
        phase = .chunkSize
      }
    }
  }

  /// Goes on after a head; gives what is wrong with it.
  private mutating func begin() -> String? {
    if head.status < 200 {
      informational += 1
      guard informational <= Self.maximumInformational, head.status != 101 else {
        return "the answer has too many interim heads"
      }
      return head.length == nil && !head.isChunked && !head.isLast
        ? nil : "an interim head announces more than a reply"
    }
    hasHead = true
    if head.status == 204 || head.status == 304 {
      guard !head.isChunked, head.status == 304 || head.length ?? 0 == 0 else {
        return "an answer without a body announces one"
      }
      phase = .body(rest: 0)
    } else if head.isChunked {
      phase = .chunkSize
    } else if let length = head.length {
      guard length <= maximumBody else { return Self.longer(than: maximumBody) }
      body.reserveCapacity(length)
      phase = .body(rest: length)
    } else {
      phase = .untilClose
    }
    return nil
  }

  private var tooLong: Progress { .failure(Self.longer(than: maximumBody)) }

  private static func longer(than maximum: Int) -> String {
    "the answer is longer than \(maximum) bytes"
  }

  private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int, _ count: Int) {
    body.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[place..<place + count]))
  }

  private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>, from place: Int) -> Progress {
    pending.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[place...]))
    return .incomplete
  }

  private mutating func complete(isLast: Bool) -> Progress {
    let reply = HTTPReply(
      status: head.status, headers: HTTPReplyHeaders(lines: head.lines), body: body)
    return .complete(reply, isLast: isLast)
  }

  /// Where the next line ends, if it does so within some bytes.
  private func line(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, atMost limit: Int
  ) -> Int? {
    var place = start
    while place + 1 < bytes.count, place - start <= limit {
      if bytes[place] == 0x0D, bytes[place + 1] == 0x0A { return place }
      place += 1
    }
    return nil
  }

  /// The size of a chunk: up to 8 hexadecimal digits and nothing else.
  private static func size(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    guard (1...8).contains(digits.count) else { return nil }
    var size = 0
    for byte in digits {
      switch byte {
      case 0x30...0x39: size = size << 4 | Int(byte - 0x30)
      case 0x41...0x46, 0x61...0x66: size = size << 4 | Int((byte | 0x20) - 0x57)
      default: return nil
      }
    }
    return size
  }
}

/// The head of a reply.
private struct ResponseHead {
  enum Length {
    case incomplete
    case length(Int)
    case failure(String)
  }

  private(set) var status = 0
  /// The lines of the headers.
  private(set) var lines: [UInt8] = []
  private(set) var length: Int?
  private(set) var isChunked = false
  /// Whether the connection ends after the reply.
  private(set) var isLast = false

  private static let malformed = "the answer is not well-formed HTTP"

  /// How long a head is, the empty line included; every line ends with CRLF.
  static func length(
    of bytes: UnsafeBufferPointer<UInt8>, from start: Int, atMost limit: Int
  ) -> Length {
    var (place, lineStart) = (start, start)
    while place < bytes.count {
      if bytes[place] == 0x0A {
        guard place > lineStart, bytes[place - 1] == 0x0D else { return .failure(malformed) }
        if place == lineStart + 1 {
          return place + 1 - start <= limit ? .length(place + 1 - start) : .failure(tooLong)
        }
        lineStart = place + 1
      }
      place += 1
    }
    return place - start <= limit ? .incomplete : .failure(tooLong)
  }

  private static let tooLong =
    "the head of the answer is longer than \(HTTPReply.maximumHead) bytes"

  /// Reads a head; gives what is wrong with it.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    (length, isChunked) = (nil, false)
    guard let first = statusLine(bytes) else { return Self.malformed }
    var place = first
    // The empty line at the end has been found.
    let end = bytes.count - 2
    while place < end {
      guard let next = header(bytes, at: place) else { return Self.malformed }
      place = next
    }
    guard length == nil || !isChunked else { return Self.malformed }
    lines = Array(bytes[first..<end])
    return nil
  }

  /// `HTTP/1.1 200 OK`; gives where the next line begins.
  private mutating func statusLine(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let version: StaticString = "HTTP/1."
    guard bytes.count >= 15 else { return nil }
    for index in 0..<version.utf8CodeUnitCount where bytes[index] != version.utf8Start[index] {
      return nil
    }
    switch bytes[7] {
    case UInt8(ascii: "1"): isLast = false
    case UInt8(ascii: "0"): isLast = true
    default: return nil
    }
    guard bytes[8] == 0x20 else { return nil }
    status = 0
    for index in 9..<12 {
      guard (0x30...0x39).contains(bytes[index]) else { return nil }
      status = status * 10 + Int(bytes[index] - 0x30)
    }
    guard status >= 100, bytes[12] == 0x20 || bytes[12] == 0x0D else { return nil }
    return lineEnd(bytes, from: 12)
  }

  /// Where the next line begins, if only text comes before it.
  private func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var place = start
    while bytes[place] != 0x0D {
      guard bytes[place] >= 0x20 && bytes[place] != 0x7F || bytes[place] == 0x09 else { return nil }
      place += 1
    }
    return bytes[place + 1] == 0x0A ? place + 2 : nil
  }

  /// Reads a header; gives where the next line begins.
  private mutating func header(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
    var colon = start
    while Self.isToken(bytes[colon]) { colon += 1 }
    guard colon > start, bytes[colon] == UInt8(ascii: ":"),
      let next = lineEnd(bytes, from: colon + 1)
    else { return nil }
    switch bytes[start] | 0x20 {
    case UInt8(ascii: "c"):
      if Self.isName("content-length", bytes, start, colon) {
        guard length == nil, let value = Self.number(Self.value(bytes, colon + 1, next)) else {
          return nil
        }
        length = value
      } else if Self.isName("connection", bytes, start, colon),
        !Self.isSpelled("keep-alive", Self.value(bytes, colon + 1, next))
      {
        isLast = true
      }
    case UInt8(ascii: "t"):
      if Self.isName("transfer-encoding", bytes, start, colon) {
        guard !isChunked, !isOld(bytes),
          Self.isSpelled("chunked", Self.value(bytes, colon + 1, next))
        else { return nil }
        isChunked = true
      }
    default: break
    }
    return next
  }

  /// Whether a reply is of HTTP/1.0, which has no chunks.
  private func isOld(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { bytes[7] == UInt8(ascii: "0") }

  /// The value of a header that says how long the reply is; nothing comes after it.
  private static func value(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ next: Int
  ) -> UnsafeBufferPointer<UInt8> {
    var first = start
    let last = next - 2
    while first < last, bytes[first] == 0x20 { first += 1 }
    return UnsafeBufferPointer(rebasing: bytes[first..<last])
  }

  private static func isName(
    _ name: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
  ) -> Bool {
    isSpelled(name, UnsafeBufferPointer(rebasing: bytes[start..<end]))
  }

  /// Whether bytes spell a word of lower-case letters and dashes, whatever their case.
  private static func isSpelled(
    _ word: StaticString, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount else { return false }
    for index in 0..<bytes.count {
      let byte = bytes[index]
      let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      guard folded == word.utf8Start[index] else { return false }
    }
    return true
  }

  /// A number of 1 to 15 digits and nothing else.
  private static func number(_ digits: UnsafeBufferPointer<UInt8>) -> Int? {
    guard (1...15).contains(digits.count) else { return nil }
    var number = 0
    for byte in digits {
      guard (0x30...0x39).contains(byte) else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }

  /// Whether a byte may be part of a header's name.
  ///
  /// Source: RFC 9110 §5.6.2.
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
      UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
      UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
