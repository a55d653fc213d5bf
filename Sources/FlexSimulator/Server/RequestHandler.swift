import FlexAPI
import NIOCore
import NIOHTTP1
import NIOPosix

/// Collects a request, has it answered, writes the answer; or does what a fault says.
///
/// Lives on its channel's event loop.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// The longest body that is read, in bytes.
  private static let maximumBody = 1 << 20

  private let flex: SimulatedTwilio
  private let faults: FaultPlan
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(_ flex: SimulatedTwilio, _ faults: FaultPlan) {
    self.flex = flex
    self.faults = faults
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let buffer):
      guard body.count + buffer.readableBytes <= RequestHandler.maximumBody else {
        return context.close(promise: nil)
      }
      body.append(contentsOf: buffer.readableBytesView)
    case .end: begin(context)
    }
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard let head else { return }
    let request = SimulatedRequest(
      method: head.method.rawValue, target: head.uri,
      contentType: head.headers.first(name: "Content-Type"),
      authorization: head.headers.first(name: "Authorization"),
      host: head.headers.first(name: "Host"),
      revision: head.headers.first(name: "If-Match"), body: body)
    let (fate, inFlight) = faults.begin(
      method: request.method, target: request.target, body: request.body)
    // A request over the limit is refused at once, before anything is done for it.
    switch fate.instead {
    case .limit?, .limitRate?: return finish(request, fate, inFlight, context)
    default: break
    }
    guard fate.delay > .zero else { return finish(request, fate, inFlight, context) }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let (seconds, attoseconds) = fate.delay.components
    let delay = TimeAmount.nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    context.eventLoop.scheduleTask(in: delay) {
      bound.value.0.finish(request, fate, inFlight, bound.value.1)
    }
  }

  private func finish(
    _ request: SimulatedRequest, _ fate: FaultPlan.FaultOutcome, _ inFlight: Int,
    _ context: ChannelHandlerContext
  ) {
    defer { faults.end() }
    switch fate.instead {
    case .refuse: return reset(context)
    case .redirect(let target):
      return write(Reply(status: 307, location: target), inFlight, context)
    case .limit, .limitRate:
      return write(Reply(Refusal.throttled, flex.nextRequestID()), inFlight, context)
    case .status(let status, let retryAfter):
      var reply = Reply(Refusal.simulated(status), flex.nextRequestID())
      reply.retryAfter = retryAfter
      return write(reply, inFlight, context)
    default: break
    }
    if fate.isGone { flex.removeParticipant(asked: request) }
    flex.answerInvite(fate.invite)
    let answer = flex.answer(request, isStale: fate.isStale)
    var reply = Reply(status: answer.status, requestID: answer.requestID)
    reply.revision = answer.revision
    answer.body.write(into: &reply.body)
    switch fate.afterwards {
    case .hang: break
    case .reset: reset(context)
    case .garbage: writeRaw("\u{0}\u{1}This is no HTTP at all\r\n\r\n", context)
    case .truncate:
      writeRaw(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
          + "\(reply.body.count)\r\n\r\n"
          + String(decoding: reply.body.prefix(reply.body.count / 2), as: UTF8.self), context)
    case .html:
      reply.body = Array("<!DOCTYPE html><title>Sign in</title>".utf8)
      reply.contentType = "text/html"
      write(reply, inFlight, context)
    case .empty:
      reply.body = []
      write(reply, inFlight, context)
    case .slow(let rate): write(reply, inFlight, context, bytesPerSecond: rate)
    default: write(reply, inFlight, context)
    }
  }

  // MARK: Writing

  private struct Reply {
    var status: Int
    var body: [UInt8] = []
    var requestID: String?
    var contentType = "application/json;charset=utf-8"
    var location: String?
    var retryAfter: String?
    var revision: String?

    init(status: Int, requestID: String? = nil, location: String? = nil) {
      self.status = status
      self.requestID = requestID
      self.location = location
    }

    init(_ refusal: Refusal, _ requestID: String) {
      self.init(status: refusal.status, requestID: requestID)
      refusal.body.write(into: &body)
    }
  }

  private func write(
    _ reply: Reply, _ inFlight: Int, _ context: ChannelHandlerContext, bytesPerSecond: Int? = nil
  ) {
    var headers = HTTPHeaders()
    headers.add(name: "Content-Type", value: reply.contentType)
    headers.add(name: "Content-Length", value: String(reply.body.count))
    if let location = reply.location { headers.add(name: "Location", value: location) }
    headers.add(name: "Date", value: SimulatedClock.header(flex.now))
    if let revision = reply.revision { headers.add(name: "ETag", value: revision) }
    if let retryAfter = reply.retryAfter { headers.add(name: "Retry-After", value: retryAfter) }
    if let requestID = reply.requestID {
      // Observed on other APIs of Twilio's, not confirmed on this one.
      headers.add(name: "Twilio-Request-Id", value: requestID)
      headers.add(name: "Twilio-Request-Duration", value: "0.001")
      headers.add(name: "Twilio-Concurrent-Requests", value: String(inFlight))
    }
    // *Documented*: the five CORS headers are the only ones that the OpenAPI document declares.
    headers.add(name: "Access-Control-Allow-Origin", value: "*")
    headers.add(name: "Access-Control-Allow-Credentials", value: "true")
    if reply.status == 401 {
      headers.add(name: "WWW-Authenticate", value: "Basic realm=\"Twilio API\"")
    }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    guard let bytesPerSecond else {
      let buffer = context.channel.allocator.buffer(bytes: reply.body)
      context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      return
    }
    context.flush()
    drip(reply.body[...], bytesPerSecond, context)
  }

  /// Writes a body in pieces, ten per second.
  private func drip(
    _ rest: ArraySlice<UInt8>, _ bytesPerSecond: Int, _ context: ChannelHandlerContext
  ) {
    guard context.channel.isActive else { return }
    guard !rest.isEmpty else {
      return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
    let piece = rest.prefix(max(1, bytesPerSecond / 10))
    let buffer = context.channel.allocator.buffer(bytes: piece)
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let wait = TimeAmount.nanoseconds(Int64(1_000_000_000 * piece.count / bytesPerSecond))
    context.eventLoop.scheduleTask(in: wait) {
      bound.value.0.drip(rest.dropFirst(piece.count), bytesPerSecond, bound.value.1)
    }
  }

  /// Writes bytes past the encoder, and closes.
  private func writeRaw(_ text: String, _ context: ChannelHandlerContext) {
    let channel = context.channel
    let buffer = channel.allocator.buffer(string: text)
    // From the head of the pipeline no encoder is passed.
    guard let first = try? channel.pipeline.syncOperations.context(name: SimulatorServer.edge)
    else { return context.close(promise: nil) }
    first.writeAndFlush(NIOAny(buffer)).whenComplete { _ in channel.close(promise: nil) }
  }

  /// Closing with a linger time of zero sends RST instead of FIN.
  private func reset(_ context: ChannelHandlerContext) {
    let channel = context.channel
    guard let options = channel as? any SocketOptionProvider else {
      return context.close(promise: nil)
    }
    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
      channel.close(promise: nil)
    }
  }
}

/// Marks the place in the pipeline after which everything is bytes.
final class Edge: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
}
