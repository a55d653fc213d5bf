import NIOCore
import NIOHTTP1

/// What stands next to the wire: writes requests, and lets in only bytes that somebody waits for.
///
/// A request leaves as one piece of bytes of its own. The part that passes the reply's decoder on its
/// way here only says which method the next reply answers: the decoder has to know.
final class WireHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = ByteBuffer

  private let connection: Connection
  private let authority: String
  /// The request in hand; it stays so that its memory is used again.
  private var bytes: [UInt8] = []

  init(_ connection: Connection, authority: String) {
    self.connection = connection
    self.authority = authority
  }

  /// Closes a connection on which a byte arrives that nobody asked for: it would be taken for the
  /// beginning of the next reply.
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard connection.isAwaitingReply else { return context.close(promise: nil) }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard let request = connection.request else {
      preconditionFailure("only a connection that carries a request writes")
    }
    bytes.removeAll(keepingCapacity: true)
    request.write(into: &bytes, authority: authority)
    context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: promise)
  }
}

extension HTTPRequest {
  /// Appends the request in the form of HTTP/1.1.
  ///
  /// No value can hold a line end: they are our own words, SIDs, a base URL that was checked, and
  /// credentials in Base64. Source: RFC 9112, §3.
  fileprivate func write(into bytes: inout [UInt8], authority: String) {
    func write(_ text: String) {
      // Looking at the text's own memory is quicker than copying it out of its view.
      let copied: Void? = text.utf8.withContiguousStorageIfAvailable {
        bytes.append(contentsOf: $0)
      }
      if copied == nil { bytes.append(contentsOf: text.utf8) }
    }
    func write(_ name: String, _ value: String) {
      write(name)
      write(": ")
      write(value)
      write("\r\n")
    }
    write(method)
    write(" ")
    write(target)
    write(" HTTP/1.1\r\n")
    write("Host", authority)
    for header in headers { write(header.name, header.value) }
    if let authorization { write("Authorization", authorization) }
    if method == "POST" { write("Content-Length", String(body.count)) }
    write("\r\n")
    bytes.append(contentsOf: body)
  }
}
