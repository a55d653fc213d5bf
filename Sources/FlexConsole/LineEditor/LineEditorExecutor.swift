import Dispatch

/// A separate queue for the line editor: reading a key blocks, and must not hold a thread of the
/// pool that the rest of the program uses.
final class LineEditorExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "flexsh.line-editor")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
