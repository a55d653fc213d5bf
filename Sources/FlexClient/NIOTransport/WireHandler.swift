import FlexAPI
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
  /// What stands behind the target of every request.
  private let host: [UInt8]
  /// The request in hand; both stay so that their memory is used again.
  private var bytes: [UInt8] = []
  private var buffer = ByteBuffer()

  init(_ connection: Connection, authority: String) {
    self.connection = connection
    host = Array(" HTTP/1.1\r\nHost: \(authority)\r\n".utf8)
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
    request.write(into: &bytes, host: host)
    buffer.clear()
    buffer.writeBytes(bytes)
    context.write(wrapOutboundOut(buffer), promise: promise)
  }
}

extension HTTPRequest {
  /// Appends the request in the form of HTTP/1.1.
  ///
  /// No value can hold a line end: they are our own words, SIDs, a base URL that was checked, and
  /// credentials in Base64. Source: RFC 9112, §3.
  fileprivate func write(into bytes: inout [UInt8], host: [UInt8]) {
    func write(_ text: String) {
      var text = text
      text.withUTF8 { bytes.append(contentsOf: $0) }
    }
    write(method)
    write(" ")
    write(target)
    bytes.append(contentsOf: host)
    bytes.append(contentsOf: headers.lines)
    if let authorization {
      write("Authorization: ")
      write(authorization.revealed)
      write("\r\n")
    }
    if method == "POST" {
      write("Content-Length: ")
      JSON.write(body.count, into: &bytes)
      write("\r\n")
    }
    write("\r\n")
    bytes.append(contentsOf: body)
  }
}
