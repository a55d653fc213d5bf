import FlexAPI
import FlexScript

/// Several actions at once.
extension Dispatcher {
  /// Runs a body with workers for actions in flight; all of them have ended when it ends.
  func withWorkers(_ body: () async -> Void) async {
    await withDiscardingTaskGroup { group in
      // Kept only while the group exists, and used only by the task that made it.
      workerGroup = group
      await body()
      await drain()
      workers.dismiss()
      workerGroup = nil
    }
  }

  /// Begins an action, or queues it.
  func begin(_ record: consuming ActionRecord) async {
    await makeRoom()
    queue.append(record)
    startReady()
  }

  /// Waits until the queue, of actions and of what is reported after them, is below its capacity.
  func makeRoom() async {
    while queue.count >= ActionQueue.capacity, queue.inFlight > 0 { await collect() }
  }

  /// Waits until everything that was begun has ended and has been reported.
  func drain() async {
    guard !queue.isEmpty else { return }
    while queue.inFlight > 0 {
      flush()
      await collect()
    }
    for record in queue.abandonWaiting() { state.result.summary.count(record.outcome) }
    emitFinished()
  }

  /// Has the journal write the intents of actions that begin soon, many at a time: making each of
  /// them durable by itself would cost more than sending it.
  private func writeAhead() {
    let jobs = state.settings.jobs
    guard let journal, queue.writtenAhead < jobs * 4 else { return }
    queue.writeAhead(jobs * 8) { journal.writeAhead($0) }
  }

  /// Waits until the actions on an interaction have ended.
  func drain(_ interaction: AnySID) async {
    while queue.isBusy(interaction), queue.inFlight > 0 { await collect() }
  }

  /// Begins what may begin.
  private func startReady() {
    while !state.isHalted, queue.inFlight < state.settings.jobs, queue.hasReady {
      writeAhead()
      guard let job = queue.begin() else { return }
      state.checkInterruption()
      guard mayBegin(job.record) else {
        state.result.summary.count(job.record.outcome)
        queue.finish(job.number, job.record)
        continue
      }
      start(job)
    }
  }

  /// Hands a job to a worker; there are as many workers as jobs were ever in flight at once.
  private func start(_ job: Job) {
    guard !workers.take(job) else { return }
    let (workers, executor) = (workers, executor)
    workerGroup?.addTask { await workers.work(job, executor) }
  }

  /// Waits for the next actions that end, and begins others.
  private func collect() async {
    var ended = await workers.completedActions()
    ended.reverse()
    while let first = ended.popLast() { collect(first) }
    // Reported first: a report that is lost ends the run.
    emitFinished()
    startReady()
  }

  private func collect(_ completed: consuming CompletedAction) {
    let number = completed.number
    let ended = end(
      completed.record, completed.attempt, from: completed.start, after: completed.duration)
    noteFailure(of: ended)
    let isDone = ended.outcome == .done
    queue.finish(number, ended)
    if state.isHalted, !isDone { queue.dropEvents(after: number) }
  }

  /// Reports what has ended, as far as everything before it has.
  private func emitFinished() {
    while let event = queue.nextEvent() { emitNow(event) }
  }
}
