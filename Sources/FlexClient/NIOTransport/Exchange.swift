/// One request on its way to one reply.
///
/// Lives on the event loop alone.
final class Exchange {
  typealias Outcome = Result<HTTPReply, TransportError>

  let request: HTTPRequest
  /// Whether a byte of the request may have left.
  var mayHaveReachedServer = false
  /// Its place among those of the pool that have not ended.
  var place = 0
  /// The connection that carries it, while it does.
  var connection: Connection?

  private var continuation: CheckedContinuation<Outcome, Never>?
  /// When its time limit runs out, by a clock that goes on while the machine sleeps.
  let deadline: ContinuousClock.Instant
  private var pool: ConnectionPool?
  /// Whether its time limit was seen to have run out.
  private var isLate = false

  /// Its time limit runs from now on; the pool is told when it has ended.
  init(
    _ request: HTTPRequest, _ continuation: CheckedContinuation<Outcome, Never>,
    of pool: ConnectionPool
  ) {
    self.request = request
    self.continuation = continuation
    self.pool = pool
    deadline = .now + request.timeout
  }

  var isOver: Bool { continuation == nil }

  /// Ends it because its time limit has run out, when that is seen for the second time.
  ///
  /// The process may have been stopped meanwhile, and the answer may be there: the event loop looks at
  /// the wire between two timers, and not always before the first.
  func expire() {
    guard isLate else {
      isLate = true
      return
    }
    cut(.timeout, "no complete answer within \(request.timeout)")
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
    pool?.forget(self)
    pool = nil
    connection = nil
    continuation.resume(returning: outcome)
  }
}
