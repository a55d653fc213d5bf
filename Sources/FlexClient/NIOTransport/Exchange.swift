import NIOCore

/// One request on its way to one reply.
///
/// Lives on the event loop alone.
final class Exchange {
  typealias Outcome = Result<HTTPReply, TransportError>

  let request: HTTPRequest
  let ticket: Int
  /// Whether a byte of the request may have left.
  var mayHaveReachedServer = false
  /// The connection that carries it, once it does.
  weak var connection: Connection?

  private var continuation: CheckedContinuation<Outcome, Never>?
  private var deadline: Scheduled<Void>?
  private let onEnd: (Exchange) -> Void

  /// `onEnd`: called once, when the outcome is known.
  init(
    _ request: HTTPRequest, ticket: Int, _ continuation: CheckedContinuation<Outcome, Never>,
    onEnd: @escaping (Exchange) -> Void
  ) {
    self.request = request
    self.ticket = ticket
    self.continuation = continuation
    self.onEnd = onEnd
  }

  var isOver: Bool { continuation == nil }

  /// Lets the time limit run from now on.
  func startClock(on loop: any EventLoop) {
    let bound = NIOLoopBound(self, eventLoop: loop)
    deadline = loop.scheduleTask(in: TimeAmount(request.timeout)) {
      bound.value.cut(.timeout, "no complete answer within \(bound.value.request.timeout)")
    }
  }

  /// Ends it, and its connection with it.
  func cut(_ kind: TransportError.Kind, _ message: String) {
    let connection = connection
    fail(kind, message)
    connection?.close()
  }

  func fail(_ kind: TransportError.Kind, _ message: String) {
    end(.failure(TransportError(kind, message, mayHaveReachedServer: mayHaveReachedServer)))
  }

  /// Tells the outcome; only the first one counts.
  func end(_ outcome: Outcome) {
    guard let continuation else { return }
    self.continuation = nil
    deadline?.cancel()
    onEnd(self)
    continuation.resume(returning: outcome)
  }
}
