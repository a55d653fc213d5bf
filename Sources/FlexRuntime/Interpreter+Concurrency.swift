import FlexAPI
import FlexScript

/// Several actions at once.
extension Interpreter {
  /// Runs a body with a place for actions in flight; all of them have ended when it ends.
  mutating func withWorkers(_ body: (inout Self) async -> Void) async {
    await withDiscardingTaskGroup { group in
      // Kept for as long as the group lives, and used by the task that made it alone.
      workerGroup = group
      await body(&self)
      await drain()
      workers.dismiss()
      workerGroup = nil
    }
  }

  /// Whether a sentence waits for the actions before it.
  ///
  /// Source: LANGUAGE.md, §5.
  func waitsForActions(_ command: Command) -> Bool {
    switch command.kind {
    case .action(.update(.everyAgent, _, _)): true
    case .action, .echo, .param, .useInteraction, .useChannel: isTolerating
    case .loop(_, .value, _, _), .loop(_, .rows, _, _): false
    default: true
    }
  }

  /// Begins an action, or lets it wait for its turn.
  mutating func begin(_ record: ActionRecord) async {
    await makeRoom()
    queue.append(record)
    startReady()
  }

  /// Waits until the queue, of actions and of what is told after them, is below its capacity.
  mutating func makeRoom() async {
    while queue.count >= ActionQueue.capacity, queue.inFlight > 0 { await collect() }
  }

  /// Waits until everything that was begun has ended and has been told.
  mutating func drain() async {
    guard !queue.isEmpty else { return }
    while queue.inFlight > 0 {
      report.flush()
      await collect()
    }
    for record in queue.abandonWaiting() { summary.count(record.outcome) }
    emitFinished()
  }

  /// Has the journal keep what begins soon, many actions at a time: to make each durable on its own
  /// would cost more than to send it.
  private mutating func writeAhead() {
    guard let journal = writes.journal, queue.writtenAhead < settings.jobs * 4 else { return }
    queue.writeAhead(settings.jobs * 8) { journal.writeAhead($0) }
  }

  /// Begins what may begin.
  private mutating func startReady() {
    while halt == nil, queue.inFlight < settings.jobs, queue.hasReady {
      writeAhead()
      guard let next = queue.begin() else { return }
      lookForInterruption()
      guard mayBegin(next.1) else {
        summary.count(next.1.outcome)
        queue.finish(next.number, next.1)
        continue
      }
      var (number, record) = next
      if let mark = record.journalMark {
        record.journalMark = writes.journal?.begin(record.journalNumber, after: mark)
      }
      carryOut(Job(number: number, record: record))
    }
  }

  /// Hands a job to a worker; there are as many as jobs were in flight at once.
  private mutating func carryOut(_ job: Job) {
    guard !workers.take(job) else { return }
    let (workers, writes) = (workers, writes)
    workerGroup?.addTask { await workers.work(job, behind: writes) }
  }

  /// Waits for the next actions that end, and begins others in their place.
  private mutating func collect() async {
    for completed in await workers.completedActions() { collect(completed) }
    // Told first: what cannot be told ends the run.
    emitFinished()
    startReady()
  }

  private mutating func collect(_ completed: CompletedAction) {
    let ended = end(queue.record(completed.number), completed.passage, after: completed.duration)
    queue.finish(completed.number, ended)
    noteFailure(of: ended)
    if halt != nil, ended.outcome != .done { queue.dropEvents(behind: completed.number) }
  }

  /// Tells what has ended, as far as everything before it has.
  private mutating func emitFinished() {
    while let event = queue.nextEvent() { emitNow(event) }
  }
}
