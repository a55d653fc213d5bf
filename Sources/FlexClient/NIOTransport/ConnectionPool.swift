import NIOCore

/// The connections to one origin.
///
/// Lives on the event loop alone.
///
/// A connection carries one request at a time. It is used again only soon after its last reply:
/// servers close idle connections, and a request that meets the closing is lost.
final class ConnectionPool {
  /// How long a connection may have been idle to be used again.
  static let maximumIdleTime = Duration.seconds(2)
  /// How long nobody looks at the clock, at most, while a request is in flight: the event loop's own
  /// clock stands still while the machine sleeps.
  private static let patience = Duration.seconds(1)

  private let connector: Connector
  private let loop: any EventLoop
  private var idle: [Connection] = []
  /// Those that have not ended; each knows its place.
  private var exchanges: [Exchange] = []
  /// Those that wait for ``start()``.
  private var starting: [Exchange] = []
  /// When the next look for exchanges whose time has run out is due.
  private var wake: (at: ContinuousClock.Instant, timer: Scheduled<Void>)?

  init(connector: Connector, loop: any EventLoop) {
    self.connector = connector
    self.loop = loop
  }

  /// Takes a request on; it is sent together with those that are begun meanwhile.
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

  /// Sends what has been begun since the last time, on connections that are idle or on new ones.
  ///
  /// All of it together: the code that makes requests and the code that writes them do not fit into
  /// a processor's cache together.
  private func start() {
    let begun = starting
    starting.removeAll(keepingCapacity: true)
    for exchange in begun where !exchange.isOver {
      if !exchange.request.needsFreshConnection, let connection = takeIdle() {
        connection.carry(exchange)
      } else {
        connect(for: exchange)
      }
    }
  }

  /// Lets go of a request that has ended.
  func forget(_ exchange: Exchange) {
    // The last one takes its place.
    let last = exchanges.removeLast()
    guard last !== exchange else { return }
    exchanges[exchange.place] = last
    last.place = exchange.place
  }

  /// Cuts every request off.
  func cutAll() {
    for exchange in exchanges {
      exchange.cut(.interrupted, "interrupted before the answer was complete")
    }
  }

  /// Sees to it that somebody looks at the clock at a time, or before.
  ///
  /// One timer stands for all exchanges: nearly every one ends long before its limit, and making and
  /// cancelling a timer for each would be in vain.
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
    // Who is late for the first time has one more look at the wire.
    if let next = exchanges.map(\.deadline).min() { setTimer(for: next) }
  }

  private func takeIdle() -> Connection? {
    let oldest = ContinuousClock.now - ConnectionPool.maximumIdleTime
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
        // The time limit may have run out, or a signal may have come.
        if exchange.isOver { pool.keep(connection) } else { connection.carry(exchange) }
      case .failure(let error): exchange.end(.failure(ConnectionFailure.describe(error)))
      }
    }
  }

  private func keep(_ connection: Connection) {
    if connection.isUsable { idle.append(connection) } else { connection.close() }
  }

  private func drop(_ connection: Connection) {
    idle.removeAll { $0 === connection }
  }
}
