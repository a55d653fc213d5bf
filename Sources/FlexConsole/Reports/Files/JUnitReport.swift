/// x
package enum JUnitReport {
  /// Writes the report.
  package static func write(_ record: some KeptRecord, to output: some ReportOutput) {}
}
