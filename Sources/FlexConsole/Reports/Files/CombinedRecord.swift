import FlexAPI

/// The records of the runs of several accounts as one, in the order of the accounts.
///
/// Actions are numbered through, and times count from the beginning of the first run.
struct CombinedRecord<Record: KeptRecord>: KeptRecord {
  private let runs: [Record]
  /// For each run, how many actions come before it.
  private var numbers: [Int] = []
  /// The object with the totals.
  let summary: JSONObject

  /// Combines the records; `total`: what they come to.
  init(_ runs: [Record], total: JSONObject) {
    self.runs = runs
    summary = total
    var number = 0
    for run in runs {
      numbers.append(number)
      var last = 0
      run.forEachEvent { event in
        last = max(last, event["n"]?.integer ?? 0)
        return true
      }
      number += last
    }
  }

  var start: JSONObject {
    var start = runs.first?.start ?? JSONObject()
    for name in ["run", "account", "profile", "base_url"] { start[name] = nil }
    return start
  }

  var began: Int { runs.map(\.began).min() ?? 0 }

  func text(ofScript name: String) -> [UInt8]? { runs.first?.text(ofScript: name) }

  func forEachEvent(_ body: (JSONObject) -> Bool) {
    var wantsMore = true
    for index in runs.indices where wantsMore {
      runs[index].forEachEvent { event in
        wantsMore = body(moved(event, of: index, ["start_ms"]))
        return wantsMore
      }
    }
  }

  func forEachAttempt(_ body: (JSONObject) -> Bool) {
    var wantsMore = true
    for index in runs.indices where wantsMore {
      runs[index].forEachAttempt { attempt in
        wantsMore = body(moved(attempt, of: index, ["begin_ms", "end_ms"]))
        return wantsMore
      }
    }
  }

  /// An object of a run with the number and the times that it has among all of them.
  private func moved(_ object: JSONObject, of run: Int, _ times: [String]) -> JSONObject {
    var object = object
    if let number = object["n"]?.integer { object["n"] = .number(numbers[run] + number) }
    let delay = Double(runs[run].began - began)
    for name in times {
      if let time = object[name]?.double { object[name] = .number("\(delay + time)") }
    }
    return object
  }
}
