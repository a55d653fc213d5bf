import FlexConsole
import FlexRuntime

/// How a run ends: the journal, the report, and then the words and the status.
struct RunCompletion {
  let recording: RunRecording?
  let start: ContinuousClock.Instant

  /// Ends a run.
  ///
  /// - Returns: Its exit status, when there is nothing more to say.
  func end<Report: EventReport>(
    _ interpreter: Interpreter<Report>, _ report: Report
  ) async throws -> Int32 {
    var report = report
    var status = ExitStatus.of(interpreter)
    let loss = await recording?.end(exit: status, interpreter.summary)
    if loss != nil { status = ExitStatus.outputFailed }
    report.end(interpreter.summary, duration: ContinuousClock.now - start, exit: status)
    if report.isLost { status = ExitStatus.outputFailed }
    if let loss {
      throw Exit(
        status: status,
        message: "the journal cannot be written: \(loss.reason); "
          + "nothing further was sent",
        help: "--journal-dir names another folder; --no-journal runs without one")
    }
    let command = status == ExitStatus.success ? nil : recording?.resumeCommand
    var message = ""
    if report.isLost { message = "standard output could not be written; nothing further was sent" }
    if case .fileChanged(let what)? = interpreter.halt { message = "\(what); the run ended there" }
    if command != nil || !message.isEmpty {
      throw Exit(
        status: status, message: message, help: command.map { "to resume this run: \($0)" })
    }
    return status
  }
}
