/// What the journal of a shard has beside that of a run.
extension Dispatcher {
  /// Keeps an event in the journal of a shard, unless the journal has it already.
  func keep(_ event: RunEvent) {
    var isOfAll = false
    switch event {
    case .action(let record):
      // What was sent has a result; what was not reached is counted at the end.
      switch record.outcome {
      case .done, .unknown, .skipped:
        lastReported = record.journalNumber
        return
      case .planned, .notRun: return
      case .failed:
        if record.operation != nil {
          lastReported = record.journalNumber
          return
        }
      case .refused: break
      }
    case .noPasses: isOfAll = true
    case .query, .echo, .expectation, .failure, .fileChanged, .note, .unexpanded: break
    case .diagnostic, .sentence: return
    }
    guard let order = event.place?.order, let text = describe?(event) else { return }
    journal?.note(
      .reported(
        ReportedEntry(order: order, event: .text(text), isOfAll: isOfAll, after: lastReported)))
  }
}
