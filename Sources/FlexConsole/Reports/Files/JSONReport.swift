import FlexAPI

/// A run's record as one JSON document; every other report in a file is made of the same data.
package enum JSONReport {
  /// Writes the document.
  package static func write(_ record: some KeptRecord, to output: some ReportOutput) {
    output.write("{\"version\":1,\n\"start\":")
    output.write(JSON.object(record.start).serialized)
    output.write(",\n\"events\":[")
    list(to: output, record.forEachEvent)
    output.write("],\n\"attempts\":[")
    list(to: output, record.forEachAttempt)
    output.write("],\n\"summary\":")
    output.write(JSON.object(record.summary).serialized)
    output.write("}\n")
  }

  private static func list(
    to output: some ReportOutput, _ forEach: ((JSONObject) -> Bool) -> Void
  ) {
    var isFirst = true
    forEach { object in
      output.write(isFirst ? "\n" : ",\n")
      isFirst = false
      var bytes: [UInt8] = []
      object.write(into: &bytes)
      output.write(bytes)
      return true
    }
  }
}
