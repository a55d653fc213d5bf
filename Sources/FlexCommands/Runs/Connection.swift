import FlexAPI
import FlexClient
import FlexRuntime
import FlexScript

/// An API that a command performs its operations on, and what is known of it.
struct Connection {
  /// The API.
  let api: any TwilioAPI
  /// The account, `AC…`; `nil` for a dry run.
  let account: String?
  /// Where requests go, or would go.
  let baseURL: String
  /// Controls the client that sends the requests.
  var control = RequestControl.none
  /// The profile in use, if one is.
  var profile: Profile?
  /// The profile that makes the account one of production, wherever it came from.
  var production: Profile?
  /// The workspace that belongs to the account; `nil` if that is to be asked.
  var workspace: AnySID?
  /// Every secret that is known.
  var secrets: [Secret] = []
  /// The pretend Twilio that answers; `nil` for a real one.
  var world: SimulatedWorld?
  /// What a rehearsal has invented for the script so far; `nil` if nothing.
  var inventions: @Sendable () -> String? = { nil }
}

/// What is said of a simulated world.
struct SimulatedWorld {
  /// `demo world`, or the file of the fixture.
  let name: String
  /// How many interactions there are.
  let interactions: Int
  /// The one with the most participants.
  let largest: AnySID?
}

/// How a run controls the client that sends its requests.
struct RequestControl: Sendable {
  /// Applies what a script sets.
  let apply: @Sendable (Settings) -> Void
  /// Allows requests again, after ``end``.
  let begin: @Sendable () -> Void
  /// Starts and repeats no more requests.
  let end: @Sendable () -> Void
  /// Abandons the requests in flight.
  let cut: @Sendable () -> Void
  /// The number of requests that have been sent and not answered.
  let inFlight: @Sendable () -> Int
  /// How many requests were answered with 429, and how much longer that is waited for.
  var throttled: @Sendable () -> (count: Int, wait: Duration?) = { (0, nil) }
  /// Who issued the certificates of the servers that answered.
  var certificateIssuers: @Sendable () async -> [String] = { [] }

  /// For runs that send nothing.
  static let none = RequestControl(
    apply: { _ in }, begin: {}, end: {}, cut: {}, inFlight: { 0 })
}

extension ConnectionSettings {
  /// Takes the options of the run that is resumed, unless others are given now.
  mutating func keep(_ options: RecordedOptions) {
    profile = profile ?? options.profile
    timeout = timeout ?? options.timeout.flatMap { Duration(flexSpelling: $0) }
    connectTimeout = connectTimeout ?? options.connectTimeout.flatMap { Duration(flexSpelling: $0) }
    retries = retries ?? options.retries
    jobs = jobs ?? options.jobs
    rate = rate ?? options.rate.flatMap { RequestRate(spelling: $0) }
  }
}

extension RecordedOptions {
  /// The options of the command line that limit or pace a run.
  init(_ setup: RunSetup) {
    self.init()
    let connection = setup.connection
    rate = connection.rate?.spelling
    jobs = connection.jobs
    timeout = connection.timeout?.flexSpelling
    connectTimeout = connection.connectTimeout?.flexSpelling
    retries = connection.retries
    maximumChanges = setup.run.maximumChanges
    isReadOnly = setup.run.isReadOnly
    admitsOtherSIDs = setup.run.admitsOtherSIDs
    profile = connection.profile
  }
}

extension Settings {
  /// The settings of the command line, which a script's `set` does not change, and those of the
  /// profile, which it does.
  init(_ setup: RunSetup) {
    self.init()
    let (connection, run) = (setup.connection, setup.run)
    if let own = setup.account?.settings {
      timeout = own.timeout ?? timeout
      retries = own.retries ?? retries
      jobs = own.jobs ?? jobs
      rate = own.rate ?? rate
    }
    func fix<Value>(_ name: Name, _ path: WritableKeyPath<Settings, Value>, _ value: Value?) {
      guard let value else { return }
      self[keyPath: path] = value
      fixed.insert(name)
    }
    parts = setup.shard?.count ?? 1
    fix(.timeout, \.timeout, connection.timeout)
    fix(.retries, \.retries, connection.retries)
    fix(.jobs, \.jobs, connection.jobs)
    fix(.rate, \.rate, connection.rate)
    fix(.onError, \.keepsGoing, run.keepsGoing ? true : nil)
  }

  /// What they mean for requests.
  func apply(to limits: inout TwilioClient.Limits) {
    limits.timeout = timeout
    limits.policy.retries = retries
    // Look-ups of one sentence are several at once; actions are no more than `jobs`.
    limits.concurrency = max(jobs, 8)
    // A group keeps its rate as a whole, and a part of it is at least one in an hour.
    limits.interval = rate.map { .seconds(min(Double(parts) / $0.perSecond, 3600)) }
  }
}
