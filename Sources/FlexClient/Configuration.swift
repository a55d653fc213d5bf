extension TwilioClient {
  /// The settings of a client.
  package struct Configuration: Sendable {
    /// Where requests go; the credentials go nowhere else.
    package var origins: Origins
    /// The account and its secret.
    package var credentials: Credentials
    /// The initial limits.
    package var limits = Limits()
    /// How much of each request is shown.
    package var verbosity: Verbosity
    /// Receives what is shown, one or more lines without a line end; it contains no secrets, but
    /// may contain control characters of a reply.
    package var log: @Sendable (String) -> Void
    /// The clock for the waits between attempts.
    package var clock: any Clock<Duration> = ContinuousClock()
    /// Returns a number from 0 up to, but not including, 1 for each wait.
    package var jitter: @Sendable () -> Double = { Double.random(in: 0..<1) }
    /// Returns the seconds since 1970, for a `Retry-After` that is a date.
    package var now: @Sendable () -> Int

    /// How much of each request is shown.
    package enum Verbosity: Sendable {
      case nothing, curlLines, wholeExchanges
    }

    /// Creates a configuration; the other properties have their defaults.
    package init(
      origins: Origins, credentials: Credentials, verbosity: Verbosity,
      log: @escaping @Sendable (String) -> Void, now: @escaping @Sendable () -> Int
    ) {
      self.origins = origins
      self.credentials = credentials
      self.verbosity = verbosity
      self.log = log
      self.now = now
    }
  }

  /// Limits on the requests to all services together; a script may change them while it runs.
  package struct Limits: Sendable {
    /// The time limit of one request.
    package var timeout = Duration.seconds(30)
    /// The policy for repeating requests.
    package var policy = RetryPolicy()
    /// The maximum number of requests in flight at the same time.
    package var concurrency = 1
    /// The minimum time between the starts of two requests; `nil` for none.
    package var interval: Duration?

    /// Creates the default limits.
    package init() {}
  }
}

extension RequestGate {
  /// Creates a gate with the initial limits.
  init(_ limits: TwilioClient.Limits) {
    self.init(ceiling: limits.concurrency, rate: limits.interval)
  }
}
