package import FlexRuntime
import FlexScript
import Synchronization

/// How far a run is.
package final class ProgressState: RunReport, Sendable {
  /// The numbers at one moment.
  package struct Snapshot: Sendable {
    /// Actions that have ended.
    package var done = 0
    /// How many actions there are; `nil` if that is not known.
    package var total: Int?
    /// Actions that failed, and that no `try` tolerated.
    package var failed = 0
    /// Actions whose outcome is not known.
    package var unknown = 0
    /// Actions that were refused.
    package var refused = 0
    /// Requests that have been sent and not answered.
    package var inFlight = 0
    /// Actions that ended in a second, lately.
    package var rate = 0.0
    /// How many requests were answered with 429.
    package var throttled = 0
    /// How much longer that is waited for; `nil` if it is not.
    package var throttledFor: Duration?
    /// What else is waited for.
    package var activity: (kind: RunActivity.Kind, rest: Duration)?
    /// Since the run began.
    package var elapsed = Duration.zero

    /// Begins with nothing.
    package init() {}
  }

  private struct State {
    var done = 0
    var failed = 0
    var unknown = 0
    var refused = 0
    /// How many had ended at earlier moments, the oldest first.
    var samples: [(time: ContinuousClock.Instant, done: Int)] = []
  }

  private let state = Mutex(State())
  private let begin = ContinuousClock.now
  private let total: Int?
  private let requests: @Sendable () -> (inFlight: Int, throttled: Int, throttledFor: Duration?)
  private let activity: RunActivity

  /// Follows a run.
  ///
  /// `requests`: what its client says of the requests.
  package init(
    total: Int?, activity: RunActivity,
    requests: @escaping @Sendable () -> (inFlight: Int, throttled: Int, throttledFor: Duration?)
  ) {
    // Nothing to do is no measure of how far it is.
    self.total = total == 0 ? nil : total
    self.activity = activity
    self.requests = requests
  }

  package func emit(_ event: RunEvent) {
    guard case .action(let record) = event, record.outcome != .notRun else { return }
    state.withLock { state in
      state.done += 1
      switch record.outcome {
      case .failed: if !record.isTolerated { state.failed += 1 }
      case .unknown: state.unknown += 1
      case .refused: state.refused += 1
      case .done, .skipped, .planned, .notRun: break
      }
    }
  }

  /// The numbers now.
  package func snapshot() -> Snapshot {
    let now = ContinuousClock.now
    let requests = requests()
    var snapshot = Snapshot()
    snapshot.total = total
    (snapshot.inFlight, snapshot.throttled) = (requests.inFlight, requests.throttled)
    snapshot.throttledFor = requests.throttledFor
    snapshot.activity = activity.current
    snapshot.elapsed = now - begin
    state.withLock { state in
      if state.samples.last.map({ now - $0.time >= .milliseconds(500) }) ?? true {
        state.samples.append((now, state.done))
        // The pace of the last half minute.
        while let first = state.samples.first, now - first.time > .seconds(30),
          state.samples.count > 2
        { state.samples.removeFirst() }
      }
      (snapshot.done, snapshot.failed, snapshot.unknown, snapshot.refused) = (
        state.done, state.failed, state.unknown, state.refused
      )
      let first = state.samples.first ?? (begin, 0)
      let seconds = (now - first.time).milliseconds / 1000
      if seconds > 0.4 {
        snapshot.rate = Double(state.done - first.done) / seconds
      } else if snapshot.elapsed > .zero {
        snapshot.rate = Double(state.done) / (snapshot.elapsed.milliseconds / 1000)
      }
    }
    return snapshot
  }
}

extension ProgressState.Snapshot {
  /// The seconds that are left; `nil` if that cannot be said yet.
  private var left: Int? {
    guard let total, total > done, rate > 0, elapsed >= .seconds(5), done * 100 >= total,
      throttledFor == nil
    else { return nil }
    return Int((Double(total - done) / rate).rounded(.up))
  }

  /// A line that a program may look for; values that are not known are left out.
  package var line: String {
    var parts = ["done=\(done)"]
    if let total { parts.append("total=\(total)") }
    parts += ["failed=\(failed)", "unknown=\(unknown)", "in_flight=\(inFlight)"]
    parts.append("rate=\(Int(rate.rounded()))/s")
    if throttled > 0 { parts.append("throttled=\(throttled)") }
    if let wait = throttledFor ?? activity?.rest {
      let tenths = Int((wait.milliseconds / 100).rounded())
      parts.append("waiting_s=\(tenths / 10).\(tenths % 10)")
    }
    if let left { parts.append("eta_s=\(left)") }
    return "progress " + parts.joined(separator: " ")
  }

  /// The bar; from the right, parts are left out that do not fit into the columns.
  ///
  /// `isPlain`: whether only ASCII is used.
  package func bar(columns: Int, isPlain: Bool) -> String {
    var parts: [String] = []
    if let total {
      parts.append("\(done.grouped)/\(total.grouped)")
      let percent = total == 0 ? 100 : done * 100 / total
      parts.append((percent < 10 ? "  " : percent < 100 ? " " : "") + "\(percent)%")
      parts.append(drawing(width: 10, isPlain: isPlain))
    } else {
      parts.append("\(done.grouped) so far")
    }
    if let activity, inFlight == 0 {
      parts.append(Self.words(activity.kind, activity.rest))
    } else {
      parts.append("\(Int(rate.rounded()).grouped)/s")
      parts.append("\(inFlight) in flight")
    }
    if failed > 0 { parts.append("\(failed.grouped) failed") }
    if unknown > 0 { parts.append("\(unknown.grouped) unknown") }
    if refused > 0 { parts.append("\(refused.grouped) refused") }
    if let throttledFor {
      parts.append("waiting \(throttledFor.shortText), as Twilio asks (429)")
    } else if throttled > 0 {
      parts.append("429 ×\(throttled.grouped)")
    }
    if let left { parts.append("ETA \(left / 60):" + (left % 60 < 10 ? "0" : "") + "\(left % 60)") }
    var line = ""
    for part in parts {
      let longer = line.isEmpty ? part : line + "  " + part
      guard longer.count < columns else { break }
      line = longer
    }
    return line
  }

  private static func words(_ kind: RunActivity.Kind, _ rest: Duration) -> String {
    switch kind {
    case .sleeping: "sleeping, \(rest.shortText) to go"
    case .waiting(let condition, let asked):
      "waiting until \(VisibleText.escaped(condition)), asked \(asked) time\(asked == 1 ? "" : "s"), "
        + "\(rest.shortText) to go"
    }
  }

  private func drawing(width: Int, isPlain: Bool) -> String {
    guard let total, total > 0 else { return "" }
    let eighths = min(width * 8, done * width * 8 / total)
    if isPlain {
      return "[" + String(repeating: "#", count: eighths / 8)
        + String(repeating: " ", count: width - eighths / 8) + "]"
    }
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let full = String(repeating: "█", count: eighths / 8)
    let used = eighths / 8 + (partial.isEmpty ? 0 : 1)
    return "▕" + full + partial + String(repeating: " ", count: width - used) + "▏"
  }
}

extension Duration {
  /// The duration in whole seconds from ten seconds on: `1.2 s`, `52 s`.
  fileprivate var shortText: String {
    let tenths = Int((milliseconds / 100).rounded())
    return tenths >= 100 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
