package import FlexAPI

/// A run's record that was kept, to be read as often as a report needs it.
package protocol KeptRecord {
  /// The first object.
  var start: JSONObject { get }
  /// The last object.
  var summary: JSONObject { get }
  /// When the run began; milliseconds since 1970.
  var began: Int { get }
  /// Passes every event to a body, in order; the body says whether it wants more.
  func forEachEvent(_ body: (JSONObject) -> Bool)
  /// Passes every request of an action to a body, in order; the body says whether it wants more.
  func forEachAttempt(_ body: (JSONObject) -> Bool)
  /// The texts of the scripts, by the names that events have; `nil` for one that cannot be read.
  func text(ofScript name: String) -> [UInt8]?
}

/// Takes the bytes of a report.
package protocol ReportOutput: AnyObject {
  /// Writes bytes.
  func write(_ bytes: [UInt8])
}

extension ReportOutput {
  /// Writes text.
  func write(_ text: String) { write(Array(text.utf8)) }
}

/// What a report is made of: the record of one run, or those of the runs of several accounts.
package enum KeptRuns<Record: KeptRecord> {
  case one(Record)
  /// `total`: the object with the totals.
  case several([Record], total: JSONObject)
}
