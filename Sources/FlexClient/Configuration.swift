extension TwilioClient {
  /// The settings of a client.
  package struct Configuration: Sendable {
    /// Where requests go; the credentials go nowhere else.
    package var origins: Origins
    /// The account and its secret.
    package var credentials: Credentials
    /// The limits at the start.
    package var limits = Limits()
    /// What is shown of requests.
    package var verbosity: Verbosity
    /// Takes what is shown, one or more lines without a line end; secrets are not in it, but
    /// control characters of a reply may be.
    package var log: @Sendable (String) -> Void
    /// Waits between two attempts.
    package var clock: any Clock<Duration> = ContinuousClock()
    /// A number from 0 up to 1 for each wait.
    package var jitter: @Sendable () -> Double = { Double.random(in: 0..<1) }
    /// Seconds since 1970, for a `Retry-After` that is a date.
    package var now: @Sendable () -> Int

    /// How much is shown of requests.
    package enum Verbosity: Sendable {
      case nothing, curlLines, wholeExchanges
    }

    /// Puts one together; what is left out has its default.
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

  /// Limits of requests, of all services together; a script may change them while it runs.
  package struct Limits: Sendable {
    /// How long one request may take.
    package var timeout = Duration.seconds(30)
    /// Which requests are repeated.
    package var policy = RetryPolicy()
    /// How many requests may be in flight at once.
    package var concurrency = 1
    /// The time between the beginnings of two requests; `nil` for none.
    package var interval: Duration?

    /// The defaults.
    package init() {}
  }
}

extension RequestGate {
  /// A gate with the limits at the start.
  init(_ limits: TwilioClient.Limits) {
    self.init(ceiling: limits.concurrency, rate: limits.interval)
  }
}
