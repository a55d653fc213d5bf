import FlexAPI

/// What was in flight when: a bar per request, or charts if there are too many.
extension HTMLPage {
  func writeTimeline() {
    guard census.actions > 0, run.duration > 0 else { return }
    let total = max(run.duration, 1)
    var requests = 0
    record.forEachAttempt { _ in
      requests += 1
      return true
    }
    guard requests > 0 else { return }
    write("<section aria-labelledby=\"timeline\">\n<h2 id=\"timeline\">Timeline</h2>\n")
    if isSmall {
      writeBars(total)
    } else {
      writeCharts(total, requests)
    }
    write("</section>\n")
  }

  /// A request of an action.
  private struct Request {
    let number: Int
    let attempt: Int
    let begin: Double
    let end: Double
    let status: Int?

    init(_ object: JSONObject) {
      number = object["n"]?.integer ?? 0
      attempt = object["try"]?.integer ?? 1
      begin = object["begin_ms"]?.double ?? 0
      end = object["end_ms"]?.double ?? 0
      status = object["status"]?.integer
    }
  }

  // MARK: Bars

  private func writeBars(_ total: Double) {
    var marks: [Int: (outcome: String, sentence: String)] = [:]
    record.forEachEvent { object in
      if let event = ReportedEvent(object), let number = event.number {
        marks[number] = (event.mark, event.sentence)
      }
      return true
    }
    var requests: [Request] = []
    record.forEachAttempt { object in
      requests.append(Request(object))
      return true
    }
    // One lane per slot in flight: a request takes the first lane that is free.
    var lanes: [Double] = []
    var bars = ""
    let scale = 1000 / total
    var pauses: [(from: Double, to: Double)] = []
    var waiting: [Int: Double] = [:]
    for request in requests.sorted(by: { $0.begin < $1.begin }) {
      if let since = waiting.removeValue(forKey: request.number) {
        pauses.append((since, request.begin))
      }
      if request.status == 429 { waiting[request.number] = request.end }
      let lane = lanes.firstIndex { $0 <= request.begin } ?? lanes.count
      if lane == lanes.count { lanes.append(request.end) } else { lanes[lane] = request.end }
      let mark = marks[request.number] ?? ("unknown", "")
      let isLast = !requests.contains {
        $0.number == request.number && $0.attempt > request.attempt
      }
      let outcome = isLast ? mark.outcome : "retried"
      let (x, width) = (request.begin * scale, max(1.5, (request.end - request.begin) * scale))
      bars +=
        "<rect class=\"bar \(outcome)\" data-n=\"\(request.number)\" x=\"\(tenths(x))\" "
        + "y=\"\(lane * 16 + 22)\" width=\"\(tenths(width))\" height=\"\(isLast ? 12 : 5)\">"
        + "<title>\(escaped("\(request.number) \(mark.sentence)")): \(outcome), "
        + "\(tenths(request.begin)) to \(tenths(request.end)) ms"
        + (request.status.map { ", status \($0)" } ?? "") + "</title></rect>\n"
    }
    let height = max(1, lanes.count) * 16 + 26
    let shades = pauses.map { pause in
      "<rect class=\"pause\" x=\"\(tenths(pause.from * scale))\" y=\"18\" "
        + "width=\"\(tenths(max(1, (pause.to - pause.from) * scale)))\" height=\"\(height - 22)\"/>"
    }
    write(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline, scrollable\">\n"
        + "<svg class=\"timeline\" role=\"img\" aria-label=\"\(requests.count) requests in "
        + "\(lanes.count) lanes over \(Duration.milliseconds(Int(total)).displayText)\" "
        + "viewBox=\"0 0 1000 \(height)\">\n\(Self.patterns)\(axis(total, height: height))"
        + "\(shades.joined(separator: "\n"))\n\(bars)</svg>\n</div>\n\(legend(!pauses.isEmpty))")
  }

  private func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }

  /// Marks of time along the top.
  private func axis(_ total: Double, height: Int) -> String {
    (0...4).map { step in
      let x = step * 250
      let anchor = step == 0 ? "start" : step == 4 ? "end" : "middle"
      let time =
        step == 0 ? "0" : Duration.milliseconds(Int(total * Double(step) / 4)).displayText
      return "<line class=\"axis\" x1=\"\(x)\" y1=\"16\" x2=\"\(x)\" y2=\"\(height)\"/>"
        + "<text class=\"label\" x=\"\(x)\" y=\"12\" text-anchor=\"\(anchor)\">\(time)</text>"
    }.joined(separator: "\n") + "\n"
  }

  /// Hatching for each outcome: colour alone never carries meaning.
  private static var patterns: String {
    """
    <defs>
    <pattern id="p-failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/><rect class="ink failed" width="3.5" height="6"/></pattern>
    <pattern id="p-refused" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground" width="6" height="6"/><path class="stroke refused" d="M0 0L6 6M6 0L0 6"/></pattern>
    <pattern id="p-unknown" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="ground" width="5" height="5"/><circle class="ink unknown" cx="2.5" cy="2.5" r="1.6"/></pattern>
    <pattern id="p-tolerated" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="ground" width="5" height="5"/><rect class="ink tolerated" width="5" height="2.5"/></pattern>
    </defs>

    """
  }

  private func legend(_ hasPauses: Bool) -> String {
    let outcomes = census.outcomes.keys.sorted().map { badge($0) }
    let pause = hasPauses ? " · shaded: waiting, as Twilio asks (429)" : ""
    return "<p class=\"legend\">\(outcomes.joined(separator: " ")) · thin: sent again\(pause)</p>\n"
  }

  // MARK: Charts

  /// What happened in one part of the time.
  private struct Bucket {
    var finished = 0
    var throttled = 0
    /// How many more requests begin than end in it.
    var begun = 0
    /// How many requests took how long, by the logarithm of their milliseconds.
    var latencies = [Int](repeating: 0, count: 48)

    mutating func note(_ milliseconds: Double) {
      var index = 0
      var limit = 0.25
      while index < 47, milliseconds > limit {
        index += 1
        limit *= 1.4
      }
      latencies[index] += 1
    }

    /// The milliseconds that a share of the requests took at most; 0 if there are none.
    func quantile(_ share: Double) -> Double {
      let total = latencies.reduce(0, +)
      guard total > 0 else { return 0 }
      var rest = Int((Double(total) * share).rounded(.up))
      var limit = 0.25
      for count in latencies {
        rest -= count
        if rest <= 0 { return limit }
        limit *= 1.4
      }
      return limit
    }
  }

  private func writeCharts(_ total: Double, _ requests: Int) {
    let count = 500
    var buckets = [Bucket](repeating: Bucket(), count: count)
    func index(_ time: Double) -> Int { min(count - 1, max(0, Int(time / total * Double(count)))) }
    record.forEachAttempt { object in
      let request = Request(object)
      buckets[index(request.begin)].begun += 1
      let end = index(request.end)
      buckets[end].begun -= 1
      buckets[end].note(request.end - request.begin)
      if request.status == 429 { buckets[end].throttled += 1 } else { buckets[end].finished += 1 }
      return true
    }
    let perSecond = Double(count) * 1000 / total
    var inFlight = 0
    let flights = buckets.map { bucket -> Double in
      inFlight += bucket.begun
      return Double(max(0, inFlight))
    }
    write(
      chart("Actions finished per second", [buckets.map { Double($0.finished) * perSecond }], total)
    )
    write(chart("Requests in flight", [flights], total))
    write(
      chart(
        "Time of a request in milliseconds: half of them, and 95 of 100, take at most this long",
        [buckets.map { $0.quantile(0.5) }, buckets.map { $0.quantile(0.95) }], total))
    if buckets.contains(where: { $0.throttled > 0 }) {
      write(
        chart(
          "Answers of 429 per second", [buckets.map { Double($0.throttled) * perSecond }], total))
    }
  }

  private func chart(_ title: String, _ series: [[Double]], _ total: Double) -> String {
    let most = max(series.joined().max() ?? 0, 0.001)
    let paths = series.enumerated().map { number, values in
      let step = 1000 / Double(values.count)
      var path = "M0 84"
      for (index, value) in values.enumerated() {
        let y = tenths(84 - value / most * 64)
        path += "L\(tenths(Double(index) * step)) \(y)L\(tenths(Double(index + 1) * step)) \(y)"
      }
      return "<path class=\"series s\(number)\" d=\"\(path)L1000 84\"/>"
    }
    let highest = most >= 10 ? Int(most.rounded()).grouped : tenths(most)
    return "<figure>\n<figcaption>\(escaped(title)); at most \(highest)</figcaption>\n"
      + "<svg class=\"chart\" role=\"img\" aria-label=\"\(XMLText.escaped(title, isAttribute: true)), "
      + "at most \(highest)\" viewBox=\"0 0 1000 88\" preserveAspectRatio=\"none\">\n"
      + paths.joined(separator: "\n") + "\n</svg>\n<p class=\"times\"><span>0</span><span>"
      + "\(Duration.milliseconds(Int(total)).displayText)</span></p>\n</figure>\n"
  }
}
