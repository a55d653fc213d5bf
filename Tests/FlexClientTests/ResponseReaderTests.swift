import FlexTestSupport
import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import FlexClient

/// The reader of replies: what it accepts, and that NIO's decoder reads that the same way.
///
/// `FLEXSH_ROUNDS` multiplies the mutated replies: `make fuzz-replies`.
struct ResponseReaderTests {
  /// What became of some bytes.
  private enum Outcome: Equatable {
    case incomplete
    case complete(HTTPReply)
    case failure
  }

  /// Reads pieces, then the end of the connection if asked to.
  private static func read(_ pieces: [[UInt8]], ends: Bool) -> Outcome {
    var reader = ResponseReader(maximumBody: 1 << 16)
    for piece in pieces {
      switch piece.withUnsafeBufferPointer({ reader.take($0) }) {
      case .incomplete: continue
      case .complete(let reply, _): return .complete(reply)
      case .failure: return .failure
      }
    }
    guard ends, case .complete(let reply, _) = reader.end() else { return .incomplete }
    return .complete(reply)
  }

  private static func read(_ text: String, ends: Bool = false) -> Outcome {
    read([Array(text.replacing("\n", with: "\r\n").utf8)], ends: ends)
  }

  private static func reply(_ status: Int, _ headers: [HTTPHeader], _ body: String) -> Outcome {
    .complete(
      HTTPReply(status: status, headers: HTTPReplyHeaders(headers), body: Array(body.utf8)))
  }

  // MARK: Rows

  @Test func readsPlainReplies() {
    #expect(
      Self.read("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}")
        == Self.reply(200, [HTTPHeader("Content-Length", "2")], "{}"))
    #expect(
      Self.read("HTTP/1.1 200\nTransfer-Encoding: chunked\n\n3\n{\"a\n2\n\"}\n0\n\n")
        == Self.reply(200, [HTTPHeader("Transfer-Encoding", "chunked")], "{\"a\"}"))
    #expect(Self.read("HTTP/1.0 404 Not Found\n\ngone") == .incomplete)
    #expect(Self.read("HTTP/1.0 404 Not Found\n\ngone", ends: true) == Self.reply(404, [], "gone"))
    #expect(
      Self.read("HTTP/1.1 100 Continue\n\nHTTP/1.1 204 No Content\n\n") == Self.reply(204, [], ""))
    #expect(Self.read("HTTP/1.1 200 OK\nContent-Length: 3\n\n{}", ends: true) == .incomplete)
  }

  @Test(arguments: [
    "HTTP/2.0 200 OK\n\n", "HTTP/1.1 99 Low\n\n", "HTTP/1.1 2000 High\n\n", "http/1.1 200 OK\n\n",
    "HTTP/1.1  200 OK\n\n", "HTTP/1.1 200 OK\nA : b\n\n", "HTTP/1.1 200 OK\n: b\n\n",
    "HTTP/1.1 200 OK\nA: b\n c\n\n", "HTTP/1.1 200 OK\nA: b\u{1}\n\n", "HTTP/1.1 200 OK\nA\n\n",
    "HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 2\n\n{}",
    "HTTP/1.1 200 OK\nContent-Length: +2\n\n{}", "HTTP/1.1 200 OK\nContent-Length: 2, 2\n\n{}",
    "HTTP/1.1 200 OK\nContent-Length:\n\n", "HTTP/1.1 200 OK\nContent-Length: 0x2\n\n{}",
    "HTTP/1.1 200 OK\nContent-Length: 9999999999999999\n\n",
    "HTTP/1.1 200 OK\nContent-Length: 2\nTransfer-Encoding: chunked\n\n2\n{}\n0\n\n",
    "HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n0\n\n",
    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n0\n\n",
    "HTTP/1.0 200 OK\nTransfer-Encoding: chunked\n\n0\n\n",
    "HTTP/1.1 204 No Content\nContent-Length: 2\n\n{}", "HTTP/1.1 101 Switching Protocols\n\n",
    "HTTP/1.1 100 Continue\nContent-Length: 2\n\n{}",
    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2;a=b\n{}\n0\n\n",
    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n-2\n{}\n0\n\n",
    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\n{}0\n\n",
    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\n{}\n0\nA: b\n\n",
    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n000000002\n{}\n0\n\n",
  ])
  func refusesWhatIsUnusual(_ text: String) {
    #expect(Self.read(text) == .failure)
  }

  @Test func refusesLineEndsThatAreNotCRLF() {
    for text in [
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\nA: b\n\r\n",
      "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\n{}",
    ] {
      #expect(Self.read([Array(text.utf8)], ends: false) == .failure)
    }
  }

  @Test func boundsHeadsAndBodies() {
    let long = String(repeating: "x", count: HTTPReply.maximumHead)
    #expect(Self.read("HTTP/1.1 200 OK\nA: \(long)\n\n") == .failure)
    #expect(Self.read("HTTP/1.1 200 OK\nA: \(long)") == .failure)
    let interim = String(repeating: "HTTP/1.1 100 Continue\n\n", count: 17)
    #expect(Self.read(interim) == .failure)
    #expect(Self.read("HTTP/1.1 200 OK\nContent-Length: 65537\n\n") == .failure)
    #expect(
      Self.read("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n10001\n") == .failure)
    #expect(Self.read("HTTP/1.1 200 OK\n\n" + long + "x") == .failure)
  }

  @Test func saysWhetherTheConnectionCanGoOn() {
    for (text, due) in [
      ("HTTP/1.1 200 OK\nContent-Length: 0\n\n", false),
      ("HTTP/1.1 200 OK\nConnection: Keep-Alive\nContent-Length: 0\n\n", false),
      ("HTTP/1.1 200 OK\nConnection: close\nContent-Length: 0\n\n", true),
      ("HTTP/1.0 200 OK\nContent-Length: 0\n\n", true),
      ("HTTP/1.1 200 OK\nContent-Length: 0\n\nHTTP/1.1 200 OK\n", true),
    ] {
      var reader = ResponseReader(maximumBody: 10)
      let progress = Array(text.replacing("\n", with: "\r\n").utf8).withUnsafeBufferPointer {
        reader.take($0)
      }
      guard case .complete(_, let isLast) = progress else {
        Issue.record("\(text) is a reply")
        continue
      }
      #expect(isLast == due, "\(text)")
    }
  }

  @Test func aHeaderIsFoundWhateverItsCase() {
    let headers = HTTPReplyHeaders([
      HTTPHeader("Retry-After", "1"), HTTPHeader("retry-after", "2"), HTTPHeader("X", ""),
      HTTPHeader("Retry", "3"),
    ])
    #expect(headers["RETRY-AFTER"] == "1")
    #expect(headers["retry"] == "3")
    #expect(headers["x"] == "")
    #expect(headers["y"] == nil)
    #expect(headers["Retry-After-All"] == nil)
    #expect(headers.all.map(\.value) == ["1", "2", "", "3"])
  }

  // MARK: Compared with NIO

  private static let seeds = [
    "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 13\n\n{\"sid\": \"UT\"}",
    "HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n5\n{\"a\":\nb\n1234567890}\n0\n\n",
    "HTTP/1.1 100 Continue\n\nHTTP/1.1 429 Too Many Requests\nRetry-After: 1\nContent-Length: 2\n\n{}",
    "HTTP/1.1 204 No Content\nDate: x\n\n", "HTTP/1.0 200 OK\nConnection: close\n\n{\"a\": 1}",
    "HTTP/1.1 304 Not Modified\nContent-Length: 5\nETag: \"1\"\n\n",
    "HTTP/1.1 404\nTwilio-Request-Id: RQ1\nContent-Length: 0\n\n",
  ]
  private static let pieces = [
    "\r\n", "\n", "\r", " ", "\t", ":", "0", "1", "a", "f", ";x=y", ",", "-", "+", "\u{0}", "é",
    "Content-Length: 2\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n",
    "transfer-encoding: identity\r\n", "Connection: close\r\n", "Connection: upgrade\r\n",
    "Upgrade: h2c\r\n", "HTTP/1.1 ", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 ", "100", "204", "304",
    "X: y\r\n z\r\n", "0\r\n\r\n", "2\r\n{}\r\n", "Trailer: a\r\n", "\u{7F}", "__", "chunked",
  ]

  /// A reply with some bytes changed.
  private static func mutated(_ random: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = Array(
      (seeds.randomElement(using: &random) ?? "").replacing("\n", with: "\r\n").utf8)
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let piece = Array((pieces.randomElement(using: &random) ?? "").utf8)
      switch Int.random(in: 0...4, using: &random) {
      case 0: bytes.insert(contentsOf: piece, at: place)
      case 1:
        // At the beginning of a line, where a header may be.
        let lines = bytes.indices.filter { $0 > 0 && bytes[$0 - 1] == 0x0A }
        bytes.insert(contentsOf: piece, at: lines.randomElement(using: &random) ?? place)
      case 2:
        let end = min(bytes.count, place + piece.count)
        bytes.replaceSubrange(place..<end, with: piece)
      case 3:
        let end = min(bytes.count, place + Int.random(in: 1...8, using: &random))
        bytes.removeSubrange(place..<end)
      default:
        if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
      }
    }
    return bytes
  }

  /// What NIO's decoder makes of bytes: the first reply that is not interim, if it is whole.
  private static func readByNIO(_ bytes: [UInt8], ends: Bool) -> HTTPReply? {
    let decoder = HTTPResponseDecoder(
      leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .forward)
    let channel = EmbeddedChannel(handler: ByteToMessageHandler(decoder))
    // Its errors do not matter: what it has read before counts.
    try? channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
    let request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    _ = try? channel.writeOutbound(HTTPClientRequestPart.head(request))
    _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    if ends { _ = try? channel.finish(acceptAlreadyClosed: true) }
    var head: HTTPResponseHead?
    var body: [UInt8] = []
    while let part = try? channel.readInbound(as: HTTPClientResponsePart.self) {
      switch part {
      case .head(let found): head = found.status.code < 200 ? nil : found
      case .body(let buffer): body += Array(buffer.readableBytesView)
      case .end:
        guard let head else { continue }
        if !ends { _ = try? channel.finish(acceptAlreadyClosed: true) }
        return HTTPReply(
          status: Int(head.status.code),
          headers: HTTPReplyHeaders(head.headers.map { HTTPHeader($0.name, $0.value) }), body: body)
      }
    }
    if !ends { _ = try? channel.finish(acceptAlreadyClosed: true) }
    return nil
  }

  @Test func acceptsOnlyWhatNIOReadsTheSameWay() {
    var random = SeededGenerator(state: UInt64(Rounds.factor))
    var accepted = 0
    for _ in 0..<4_000 * Rounds.factor {
      let bytes = Self.mutated(&random)
      let ends = Bool.random(using: &random)
      let outcome = Self.read([bytes], ends: ends)
      // However the bytes are divided, they are the same reply.
      let (first, second) = (
        Int.random(in: 0...bytes.count, using: &random),
        Int.random(in: 0...bytes.count, using: &random)
      )
      let pieces = [
        Array(bytes[..<min(first, second)]), Array(bytes[min(first, second)..<max(first, second)]),
        Array(bytes[max(first, second)...]),
      ]
      #expect(Self.read(pieces, ends: ends) == outcome, "\(String(decoding: bytes, as: UTF8.self))")
      guard case .complete(let reply) = outcome else { continue }
      accepted += 1
      guard let other = Self.readByNIO(bytes, ends: ends) else {
        Issue.record("NIO refuses \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        return
      }
      let same =
        other.status == reply.status && other.body == reply.body
        && other.headers.all == reply.headers.all
      #expect(same, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
      if !same { return }
    }
    #expect(accepted > 500 * Rounds.factor)
  }
}

/// Numbers that are the same for the same seed.
///
/// Source: SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
