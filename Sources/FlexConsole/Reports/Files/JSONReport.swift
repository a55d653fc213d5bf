import FlexAPI

/// A run's record as one JSON document; every other report in a file is made of the same data.
package enum JSONReport {
  /// Writes the document.
  package static func write(_ runs: KeptRuns<some KeptRecord>, to output: some ReportOutput) {
    switch runs {
    case .one(let record):
      output.write("{\"version\":1,\n")
      write(record, to: output)
      output.write("}\n")
    case .several(let records, let total):
      output.write("{\"version\":1,\n\"runs\":[")
      for (index, record) in records.enumerated() {
        output.write(index == 0 ? "\n{" : ",\n{")
        write(record, to: output)
        output.write("}")
      }
      output.write("],\n\"total\":")
      output.write(JSON.object(total).serialized)
      output.write("}\n")
    }
  }

  /// Writes the members that one run has.
  private static func write(_ record: some KeptRecord, to output: some ReportOutput) {
    output.write("\"start\":")
    output.write(JSON.object(record.start).serialized)
    output.write(",\n\"events\":[")
    list(to: output, record.forEachEvent)
    output.write("],\n\"attempts\":[")
    list(to: output, record.forEachAttempt)
    output.write("],\n\"summary\":")
    output.write(JSON.object(record.summary).serialized)
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
