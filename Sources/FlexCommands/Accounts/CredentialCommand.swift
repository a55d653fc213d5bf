import FlexClient
import FlexRuntime
import FlexScript
import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The command of a profile whose first line of output is the secret.
///
/// It has 30 seconds and no standard input, does not see the secrets of this process, and runs in a
/// process group of its own, which is killed when it has ended, run out of time or been interrupted.
struct CredentialCommand {
  /// A command of the shell.
  let command: String
  /// The name of the profile, for messages.
  let profile: String
  /// The environment that it sees.
  let environment: [String: String]
  let context: CommandContext

  /// How long it may run.
  static let timeLimit = Duration.seconds(30)

  private enum Ending: Sendable {
    case output(String?, isSuccess: Bool)
    case failed
    case outOfTime
    case interrupted
  }

  /// Runs it; the first signal ends it, and the program with it.
  func run() async throws -> Secret {
    let interruption = Interruption()
    let ending = await SignalHandling.listening(interruption, .none, context, isBrief: true) {
      await withTaskGroup(of: Ending.self) { group in
        group.addTask { await output() }
        group.addTask {
          do {
            try await Task.sleep(for: Self.timeLimit)
            return .outOfTime
          } catch {
            return .interrupted
          }
        }
        group.addTask {
          await interruption.wait()
          return .interrupted
        }
        let first = await group.next() ?? .failed
        group.cancelAll()
        return first
      }
    }
    if let cause = interruption.cause {
      throw CommandEnd(
        status: 128 + Int32(cause.rawValue), message: "interrupted; nothing was sent")
    }
    return try secret(from: ending)
  }

  private func secret(from ending: Ending) throws -> Secret {
    func failed(_ reason: String) -> CommandEnd {
      CommandEnd(
        status: ExitStatus.configuration,
        message: "credential_command of profile `\(profile)` \(reason)")
    }
    switch ending {
    case .failed, .interrupted: throw failed("could not be run, or printed more than 64 KiB")
    case .outOfTime:
      throw failed("did not end within \(Self.timeLimit.flexSpelling), and was killed")
    case .output(_, isSuccess: false): throw failed("failed")
    case .output(let text, isSuccess: true):
      guard let text, !text.isEmpty else { throw failed("printed nothing") }
      let line = text.prefix { !$0.isNewline }
      guard !line.isEmpty else {
        throw failed("printed an empty first line, and the secret belongs there")
      }
      return Secret(String(line))
    }
  }

  private func output() async -> Ending {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
    ]
    let group = Mutex<pid_t?>(nil)
    defer {
      // Also what the command left running in the background.
      if let leader = group.withLock({ $0 }) { kill(-leader, SIGKILL) }
    }
    do {
      let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", command],
        environment: Environment(exactly: environment),
        platformOptions: options, input: .none, output: .string(limit: 1 << 16),
        error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
      ) { execution in
        group.withLock { $0 = execution.processIdentifier.value }
      }
      return .output(result.standardOutput, isSuccess: result.terminationStatus.isSuccess)
    } catch {
      return .failed
    }
  }
}
