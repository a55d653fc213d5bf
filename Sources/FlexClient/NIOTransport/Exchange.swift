/// One request and its reply.
///
/// It is used only on the event loop.
final class Exchange {
  typealias Outcome = Result<HTTPReply, TransportError>

  let request: HTTPRequest
  /// Whether a byte of the request may have been sent.
  var mayHaveReachedServer = false
  /// Its index among the pool's exchanges that have not ended.
  var place = 0
  /// The connection that carries it, if any.
  var connection: Connection?

  private var continuation: CheckedContinuation<Outcome, Never>?
  /// When its time limit expires, on a clock that continues while the machine sleeps.
  let deadline: ContinuousClock.Instant
  private var pool: ConnectionPool?
  /// Whether its time limit was found to have expired.
  private var isLate = false

  /// Creates an exchange whose time limit starts now, and which informs the pool when it has ended.
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

  /// Ends the exchange when its time limit is found to have expired for the second time.
  ///
  /// The process may have been stopped meanwhile, and the answer may have arrived: the event loop
  /// reads the wire between two timers, and not always before the first.
  func expire() {
    guard isLate else {
      isLate = true
      return
    }
    cut(.timeout, "no complete answer within \(request.timeout)")
  }

  /// Ends the exchange, and closes its connection.
  func cut(_ kind: TransportError.Kind, _ message: String) {
    let connection = connection
    fail(kind, message)
    connection?.close()
  }

  func fail(_ kind: TransportError.Kind, _ message: String) {
    end(.failure(TransportError(kind, message, mayHaveReachedServer: mayHaveReachedServer)))
  }

  /// Reports the outcome; only the first one counts.
  func end(_ outcome: Outcome) {
    guard let continuation else { return }
    self.continuation = nil
    pool?.forget(self)
    pool = nil
    connection = nil
    continuation.resume(returning: outcome)
  }
}
