import FlexAPI
import NIOCore
import NIOHTTP1

/// The handler next to the wire: writes requests, and accepts bytes only while a reply is awaited.
///
/// A request is written as one buffer. The part that passes the reply's decoder on its way here
/// only states which method the next reply answers: the decoder has to know.
final class WireHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = ByteBuffer

  private let connection: Connection
  /// The bytes after the target of every request.
  private let host: [UInt8]
  /// The current request; both are kept so that their memory is reused.
  private var bytes: [UInt8] = []
  private var buffer = ByteBuffer()

  init(_ connection: Connection, authority: String) {
    self.connection = connection
    host = Array(" HTTP/1.1\r\nHost: \(authority)\r\n".utf8)
  }

  /// Closes a connection on which an unexpected byte arrives: it would be taken for the beginning
  /// of the next reply.
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
  /// Appends the request in HTTP/1.1 format.
  ///
  /// No value can contain a line end: values are our own words, SIDs, a base URL that was checked,
  /// and credentials in Base64. Source: RFC 9112, §3.
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
