import FlexRuntime
import FlexScript

/// Repetition of the last sentence.
extension REPL {
  /// The pause between two repetitions if only their end is given.
  private static var defaultPause: Duration { .seconds(2) }

  /// Runs the last sentences again; with a pause or a condition, again and again.
  mutating func again(every pause: Duration?, until condition: String?) async -> Bool {
    guard !last.text.isEmpty else {
      write("there is nothing to repeat yet\n")
      return true
    }
    if pause == nil, condition == nil { return await sentences(last.text, file: last.file) }
    guard let commands = recheckLast() else { return true }
    guard commands.allSatisfy(\.onlyLooks) else {
      write("`again every` and `again until` repeat look-ups only: show, list and find\n")
      return true
    }
    guard !isDry else {
      write("a dry run asks nothing, so there is nothing to repeat\n")
      return true
    }
    guard pause ?? Self.defaultPause >= .milliseconds(100) else {
      write("`every` must be at least 100ms\n")
      return true
    }
    var end: Command?
    if let condition {
      guard let expectation = expectation(condition) else { return true }
      end = expectation
    }
    let pause = pause ?? Self.defaultPause
    let cause = await watch(commands, every: pause, until: end, condition)
    return goesOn(after: cause)
  }

  /// The condition as a command that expects it; `nil` if it is wrong, which has been shown.
  private mutating func expectation(_ condition: String) -> Command? {
    let text: String
    do throws(ListedRows.Missing) {
      text = try typedText("expect " + condition + "\n").whole
    } catch {
      complain("error: \(error.reason)\n")
      return nil
    }
    switch checkAside(text) {
    case .mistakes(let lists):
      complain(
        rendered(lists))
      return nil
    case .commands(let commands, _):
      guard commands.count == 1, case .expect = commands[0].kind else {
        complain("`until` takes one condition: again until (participants).count is 0\n")
        return nil
      }
      return commands[0]
    }
  }

  /// Repeats look-ups until a key, Ctrl-C, a failure or the condition ends it.
  private mutating func watch(
    _ commands: [Command], every pause: Duration, until end: Command?, _ condition: String?
  ) async -> Interruption.Cause? {
    let interruption = Interruption()
    let (runner, report, surroundings) = (runner, report, surroundings)
    let keys = report.format == .text ? surroundings.keys : nil
    let file = last.file
    let what = (last.text.split(separator: "\n").first.map(String.init) ?? "")
    write(
      "every \(pause.flexSpelling)\(condition.map { " until \($0)" } ?? ""); "
        + (keys == nil ? "Ctrl-C ends it\n" : "p pauses, q ends\n"))
    var listing = RepeatedListing(palette: report.palette)
    var problem: String?
    await keys?.begin()
    await surroundings.whileRunning(interruption) {
      var isOver = false
      while !isOver {
        report.beginSentences()
        report.beginCapture(margin: keys == nil ? 0 : RepeatedListing.margin)
        await runner.runAtPrompt(commands, file: file, interruption: interruption)
        let text = report.takeCaptured()
        report.endSentences()
        guard interruption.cause == nil else { break }
        guard report.results.allSatisfy(\.isWhole), runner.result.halt == nil else { break }
        let time = surroundings.timeOfDay()
        var isPaused = false
        func show() {
          guard keys != nil else { return surroundings.write("\(time)\n\(text)") }
          surroundings.write(
            listing.frame(
              text,
              title: "\(time)  every \(pause.flexSpelling)\(isPaused ? "  paused" : "")",
              of: VisibleText.escaped(what), in: surroundings.window() ?? (80, 24)))
        }
        show()
        report.flush()
        if let end {
          switch await runner.judge(end, interruption: interruption) {
          case .met: problem = "holds now: \(condition ?? "")\n"
          case .unknown(let reason): problem = "cannot be judged: \(reason)\n"
          case .unmet: break
          }
          if problem != nil || interruption.cause != nil { break }
        }
        guard let keys else {
          await runner.pause(pause)
          isOver = interruption.cause != nil
          continue
        }
        var deadline = ContinuousClock.now + pause
        waiting: while true {
          let left = isPaused ? .seconds(3600) : deadline - ContinuousClock.now
          switch await keys.key(left, interruption) {
          case "p", "P", " ":
            isPaused.toggle()
            deadline = .now
            if !isPaused { break waiting }
            show()
          case "q", "Q":
            isOver = true
            break waiting
          case nil:
            isOver = interruption.cause != nil
            if !isPaused || isOver { break waiting }
          default: break
          }
        }
      }
    }
    await keys?.end()
    if interruption.cause != nil, !interruption.wasAnnounced { write("\n") }
    if let problem { write(VisibleText.escapedLines(problem)) }
    return interruption.cause
  }
}
