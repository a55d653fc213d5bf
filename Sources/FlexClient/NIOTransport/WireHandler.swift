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
    var bytes = context.channel.allocator.buffer(capacity: 1024)
    request.write(into: &bytes, authority: authority)
    context.write(wrapOutboundOut(bytes), promise: promise)
  }
}

extension HTTPRequest {
  /// Appends the request in the form of HTTP/1.1.
  ///
  /// No value can hold a line end: they are our own words, SIDs, a base URL that was checked, and
  /// credentials in Base64. Source: RFC 9112, §3.
  fileprivate func write(into bytes: inout ByteBuffer, authority: String) {
    func write(_ name: String, _ value: String) {
      bytes.writeString(name)
      bytes.writeStaticString(": ")
      bytes.writeString(value)
      bytes.writeStaticString("\r\n")
    }
    bytes.writeString(method)
    bytes.writeStaticString(" ")
    bytes.writeString(target)
    bytes.writeStaticString(" HTTP/1.1\r\n")
    write("Host", authority)
    for header in headers { write(header.name, header.value) }
    if let authorization { write("Authorization", authorization) }
    if method == "POST" { write("Content-Length", String(body.count)) }
    bytes.writeStaticString("\r\n")
    bytes.writeBytes(body)
  }
}
