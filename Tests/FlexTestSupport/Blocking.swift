import Foundation

/// Runs what blocks, on a thread of its own: a thread of the pool would be missing to those who are
/// waited for.
package func blocking<Result: Sendable>(
  _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread {
      continuation.resume(with: Swift.Result { try body() })
    }
  }
}

/// Waits until a condition holds, however long that takes; asks without keeping a processor busy.
package func waiting(until condition: () throws -> Bool) async throws {
  while try !condition() { try await Task.sleep(for: .milliseconds(5)) }
}
