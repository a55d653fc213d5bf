import NIOCore
import Synchronization

/// Runs Swift's tasks on the event loop: between a reply and the next request no thread is woken.
///
/// Every thread switch costs as much as the rest of a request.
final class EventLoopExecutor: TaskExecutor {
  private let loop: any EventLoop
  private let waiting = Mutex<[UnownedJob]>([])

  init(_ loop: any EventLoop) {
    self.loop = loop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = waiting.withLock { jobs in
      jobs.append(job)
      return jobs.count == 1
    }
    if isFirst { loop.execute { self.runWaiting() } }
  }

  /// Runs the waiting jobs; jobs that are enqueued meanwhile run after what arrived on the wire.
  private func runWaiting() {
    let jobs = waiting.withLock { waiting in
      let jobs = waiting
      waiting.removeAll()
      return jobs
    }
    for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
  }
}
