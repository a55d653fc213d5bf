import NIOCore
import Synchronization

/// The connections to one origin.
///
/// It is used only on the event loop.
///
/// A connection carries one request at a time. It is reused only shortly after its last reply:
/// servers close idle connections, and a request that is sent at that moment is lost.
final class ConnectionPool {
  /// The maximum idle time of a connection that is used again.
  static let maximumIdleTime = Duration.seconds(2)
  /// The longest interval between deadline checks while requests are in flight: the clock of the
  /// event loop stops while the machine sleeps.
  private static let patience = Duration.seconds(1)

  private let connector: Connector
  private let loop: any EventLoop
  private let ends: EndCounter
  private var idle: [Connection] = []
  /// The exchanges that have not ended; each knows its index.
  private var exchanges: [Exchange] = []
  /// The exchanges that wait for ``start()``.
  private var starting: [Exchange] = []
  /// Whether no connection is kept any more: one that is being made is closed at once.
  private var isClosed = false
  /// The next deadline check.
  private var wake: (at: ContinuousClock.Instant, timer: Scheduled<Void>)?

  init(connector: Connector, loop: any EventLoop, ends: EndCounter) {
    self.connector = connector
    self.loop = loop
    self.ends = ends
  }

  /// Who issued the certificate of the server that is connected; `nil` if none is, or without TLS.
  var certificateIssuer: String? { idle.lazy.compactMap(\.certificateIssuer).first }

  /// Begins a request; it is sent together with those that are begun at the same time.
  func begin(
    _ request: HTTPRequest, _ continuation: CheckedContinuation<Exchange.Outcome, Never>
  ) {
    let exchange = Exchange(request, continuation, of: self)
    exchange.place = exchanges.count
    exchanges.append(exchange)
    setTimer(for: exchange.deadline)
    starting.append(exchange)
    guard starting.count == 1 else { return }
    let bound = NIOLoopBound(self, eventLoop: loop)
    loop.execute { bound.value.start() }
  }

  /// Sends the requests begun since the last call, on idle connections or on new ones.
  ///
  /// They are sent in one batch, because the code that makes requests and the code that writes them
  /// do not fit into the processor's instruction cache together.
  private func start() {
    let begun = starting
    starting.removeAll(keepingCapacity: true)
    let oldest = ContinuousClock.now - ConnectionPool.maximumIdleTime
    for exchange in begun where !exchange.isOver {
      if !exchange.request.needsFreshConnection, let connection = takeIdle(since: oldest) {
        connection.carry(exchange)
      } else {
        connect(for: exchange)
      }
    }
  }

  /// Forgets a request that has ended.
  func forget(_ exchange: Exchange) {
    ends.count.add(1, ordering: .relaxed)
    // The last one moves to its index.
    let last = exchanges.removeLast()
    guard last !== exchange else { return }
    exchanges[exchange.place] = last
    last.place = exchange.place
  }

  /// Ends every request, and closes every connection.
  func close() {
    isClosed = true
    cutAll()
    for connection in idle { connection.close() }
    wake?.timer.cancel()
    wake = nil
  }

  /// Ends every request as interrupted.
  func cutAll() {
    for exchange in exchanges {
      exchange.cut(.interrupted, "interrupted before the answer was complete")
    }
  }

  /// Schedules a deadline check for a time, or earlier.
  ///
  /// One timer serves all exchanges: nearly every one ends long before its limit, so a timer for
  /// each would be wasted.
  private func setTimer(for deadline: ContinuousClock.Instant) {
    if let wake {
      guard deadline < wake.at else { return }
      wake.timer.cancel()
    }
    let now = ContinuousClock.now
    let at = min(max(deadline, now + .milliseconds(1)), now + ConnectionPool.patience)
    let bound = NIOLoopBound(self, eventLoop: loop)
    let timer = loop.scheduleTask(in: TimeAmount(now.duration(to: at))) { bound.value.expire() }
    wake = (at, timer)
  }

  private func expire() {
    wake = nil
    let now = ContinuousClock.now
    for exchange in exchanges where exchange.deadline <= now { exchange.expire() }
    // An exchange that is late for the first time reads the wire once more.
    if let next = exchanges.map(\.deadline).min() { setTimer(for: next) }
  }

  private func takeIdle(since oldest: ContinuousClock.Instant) -> Connection? {
    while let connection = idle.popLast() {
      if connection.isUsable, connection.idleSince >= oldest { return connection }
      connection.close()
    }
    return nil
  }

  private func connect(for exchange: Exchange) {
    let bound = NIOLoopBound((self, exchange), eventLoop: loop)
    connector.connect(on: loop).whenComplete { result in
      let (pool, exchange) = bound.value
      switch result {
      case .success(let handler):
        let connection = handler.value
        connection.onIdle = { [weak pool] connection in pool?.keep(connection) }
        connection.onClose = { [weak pool] connection in pool?.drop(connection) }
        // The time limit may have expired, or a signal may have arrived.
        if exchange.isOver { pool.keep(connection) } else { connection.carry(exchange) }
      case .failure(let error): exchange.end(.failure(ConnectionFailure.describe(error)))
      }
    }
  }

  private func keep(_ connection: Connection) {
    if connection.isUsable, !isClosed { idle.append(connection) } else { connection.close() }
  }

  private func drop(_ connection: Connection) {
    idle.removeAll { $0 === connection }
  }
}
