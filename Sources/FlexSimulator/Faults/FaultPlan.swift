import Synchronization

/// Which requests meet which faults: the same requests the same ones, for the same seed.
package final class FaultPlan: Sendable {
  /// What happens to one request, in the order in which it happens.
  struct FaultOutcome: Sendable {
    /// How much later it is answered.
    var delay = Duration.zero
    /// What happens instead of processing it.
    var instead: Fault.Kind?
    /// Whether the agent leaves before.
    var isGone = false
    /// How an invite that the request creates is answered.
    var invite = PendingInvite.Ending.accepted
    /// Whether a listing shows the state before the last write.
    var isStale = false
    /// What happens to the answer.
    var afterwards: Fault.Kind?
  }

  private struct State {
    var requests = 0
    var inFlight = 0
    /// When requests with expressions came, in the last ten seconds.
    var expressions: [ContinuousClock.Instant] = []
    /// How often a request came, by what it asks.
    var occurrences: [UInt64: UInt64] = [:]
  }

  private let faults: [Fault]
  private let seed: UInt64
  private let state = Mutex(State())

  /// Plans these faults.
  package init(_ faults: [Fault] = [], seed: UInt64 = 0) {
    self.faults = faults
    self.seed = seed
  }

  /// Begins a request: counts it among those in flight, and says what happens to it.
  func begin(method: String, target: String, body: [UInt8]) -> (FaultOutcome, inFlight: Int) {
    var identity = StableHash(seed: seed)
    identity.add(method.utf8)
    identity.add(target.utf8)
    identity.add(body)
    let asked = identity.value
    let (number, occurrence, inFlight) = state.withLock { state in
      state.requests += 1
      state.inFlight += 1
      guard !faults.isEmpty else { return (state.requests, UInt64(0), state.inFlight) }
      let occurrence = state.occurrences[asked, default: 0] + 1
      state.occurrences[asked] = occurrence
      return (state.requests, occurrence, state.inFlight)
    }
    var fate = FaultOutcome()
    for (index, fault) in faults.enumerated() {
      var random = StableHash(seed: asked)
      random.add(occurrence)
      random.add(UInt64(index))
      guard isDue(fault.occasion, number: number, chance: random.fraction) else { continue }
      if case .limitRate(let most) = fault.kind {
        if isOverRate(target, most) { fate.instead = fate.instead ?? fault.kind }
        continue
      }
      apply(fault.kind, to: &fate, inFlight: inFlight, random)
    }
    return (fate, inFlight)
  }

  /// Whether a request has an expression, and more of these came than are allowed.
  ///
  /// Source: Twilio's change log of 18 October 2024, and its page on TaskRouter's API.
  private func isOverRate(_ target: String, _ most: Int) -> Bool {
    let names = [
      "EvaluateTaskAttributes=", "TargetWorkersExpression=", "EvaluateWorkerAttributes=",
    ]
    guard names.contains(where: target.contains) else { return false }
    let now = ContinuousClock.now
    return state.withLock { state in
      state.expressions.removeAll { now - $0 > .seconds(10) }
      guard state.expressions.count < most * 10 else { return true }
      state.expressions.append(now)
      return false
    }
  }

  /// Whether a listing may have to show the state before the last write.
  var keepsEarlierState: Bool { faults.contains { $0.kind == .stale } }

  /// Ends a request: its answer is on its way, or never comes.
  func end() {
    state.withLock { $0.inFlight -= 1 }
  }

  private func isDue(_ occasion: Fault.Occasion, number: Int, chance: Double) -> Bool {
    switch occasion {
    case .always: true
    case .probability(let part): chance < part
    case .nth(let wanted): number == wanted
    }
  }

  private func apply(
    _ kind: Fault.Kind, to fate: inout FaultOutcome, inFlight: Int, _ random: StableHash
  ) {
    switch kind {
    case .delay(let duration): fate.delay += duration
    case .jitter(let duration):
      var random = random
      random.add(1)
      fate.delay += duration * random.fraction
    case .limit(let most):
      if inFlight > most { fate.instead = fate.instead ?? kind }
    case .refuse, .status, .redirect: fate.instead = fate.instead ?? kind
    case .gone: fate.isGone = true
    case .stale: fate.isStale = true
    case .limitRate: break
    case .inviteNever: fate.invite = .never
    case .inviteRefused: fate.invite = .refused
    case .reset, .truncate, .garbage, .html, .empty, .slow, .hang:
      fate.afterwards = fate.afterwards ?? kind
    }
  }
}

/// A hash that is the same in every process, unlike the standard library's.
struct StableHash {
  private(set) var value: UInt64

  init(seed: UInt64) {
    value = 0xCBF2_9CE4_8422_2325 ^ seed
  }

  /// FNV-1a, by Fowler, Noll and Vo.
  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }

  mutating func add(_ number: UInt64) {
    var mixed = value ^ (number &+ 0x9E37_79B9_7F4A_7C15)
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    value = mixed ^ mixed >> 31
  }

  /// A number from 0 up to 1.
  var fraction: Double { Double(value >> 11) / Double(1 << 53) }
}
