import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

/// The journal of a shard, in the folder of its group: taken by one process at a time.
struct ShardJournal {
  let choice: ShardChoice
  let directory: RunDirectory
  let context: CommandContext

  /// How long a process waits for another one that executes the shard.
  private static let patience = Duration.seconds(30)
  /// How often a process writes that it still executes the shard.
  private static let interval = Duration.seconds(5)

  private var name: String { RunDirectory.name(of: choice.shard) }
  private var words: String {
    "shard \(choice.shard.number) of \(choice.shard.count) of group \(choice.shard.group)"
  }

  /// Makes sure that the journal is there from now on, still empty: a later attempt that finds none was
  /// started where the journals are not.
  func begin() throws {
    if let attempt = choice.laterAttempt, !directory.hasJournal(name) {
      throw CommandEnd(
        status: ExitStatus.refused,
        message:
          "\(attempt) says that \(words) was started before, and there is no journal of it in "
          + "\(directory.path); nothing was sent",
        help: "put the journals where every attempt finds them: --journal-dir")
    }
    do throws(JournalFailure) {
      try directory.reserve(name)
    } catch {
      throw failure(error)
    }
  }

  /// Joins the group: the first shard writes what it is, and the others are compared with it.
  func join(_ runner: BatchRunner, _ connection: Connection, isSimulated: Bool) throws {
    let known: ShardGroup
    let group: ShardGroup
    do throws(JournalFailure) {
      group = try describe(runner, connection, isSimulated: isSimulated)
      known = try directory.join(choice.shard.group, as: group)
    } catch {
      throw failure(error)
    }
    let differences = group.differences(from: known)
    guard !differences.isEmpty else { return }
    context.say(
      differences.map { VisibleText.escaped("  \($0)") + "\n" }.joined())
    throw CommandEnd(
      status: ExitStatus.refused,
      message: "group \(choice.shard.group) is of another run; nothing was sent",
      help: "give this run a name of its own: --group")
  }

  /// Takes the journal; if another process has it, that one is waited for.
  func claim() async throws -> RunDirectory.Claim {
    let start = ContinuousClock.now
    while true {
      let claim: RunDirectory.Claim
      do throws(JournalFailure) {
        claim = try directory.claim(name)
      } catch {
        throw CommandEnd(
          status: ExitStatus.noInput, message: "the journal of \(words): \(error.reason)",
          help: "nothing was sent; what happened before is in it as far as it can be read")
      }
      guard case .taken = claim else { return claim }
      guard ContinuousClock.now - start < Self.patience else {
        let holder = directory.holderText(of: name, now: WallClock.now())
        throw CommandEnd(
          status: ExitStatus.busy,
          message: "another process is executing \(words)"
            + (holder.map { " (\($0))" } ?? "") + "; nothing was sent", help: "try again later")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Runs a body while the folder says who executes the shard.
  func holding(
    _ body: () async throws -> CommandEnd
  ) async throws -> CommandEnd {
    let (directory, name) = (directory, name)
    let note = Task {
      while !Task.isCancelled {
        directory.noteHolder(of: name, at: WallClock.now())
        // Ended by the cancellation.
        try? await Task.sleep(for: Self.interval)
      }
    }
    defer {
      note.cancel()
      directory.forgetHolder(of: name)
    }
    return try await body()
  }

  /// What is said of a shard of which nothing is left to do.
  func finished(_ past: RecordedRun) -> CommandEnd {
    context.say("\(words) is finished, \(past.counts.recap); nothing to do\n")
    return CommandEnd(status: past.end?.exit ?? ExitStatus.success)
  }

  /// Says that an earlier process began the shard.
  func sayResuming(_ past: RecordedRun) {
    let (done, doubtful) = (past.count(.done) + past.count(.skipped), past.count(.unknown))
    context.say(
      "resuming \(words): \(done) done" + (doubtful > 0 ? ", \(doubtful) in doubt" : "") + "\n")
  }

  private func failure(_ problem: JournalFailure) -> CommandEnd {
    CommandEnd(
      status: ExitStatus.outputFailed,
      message: "the journal of \(words): \(problem.reason); nothing was sent",
      help: "--journal-dir names another folder")
  }

  private func describe(
    _ runner: BatchRunner, _ connection: Connection, isSimulated: Bool
  ) throws(JournalFailure) -> ShardGroup {
    func describe(_ file: OpenedFile) throws(JournalFailure) -> ShardGroup.File {
      do throws(SourceFailure) {
        return ShardGroup.File(name: file.name, sha256: try ScriptHash.sha256(file))
      } catch {
        throw JournalFailure(reason: "\(file.name): \(error.reason)")
      }
    }
    var scripts: [ShardGroup.File] = []
    for script in runner.scripts { scripts.append(try describe(script)) }
    var files: [ShardGroup.File] = []
    for named in runner.session.namedFiles {
      let file: OpenedFile
      do throws(FileProblem) {
        file = try named.open(with: runner.session.files)
      } catch {
        throw JournalFailure(reason: "\(named.name): \(error.reason)")
      }
      files.append(try describe(file))
    }
    return ShardGroup(
      count: choice.shard.count, account: connection.account ?? "",
      host: isSimulated ? nil : connection.baseURL, scripts: scripts, files: files,
      arguments: runner.arguments, started: WallClock.now())
  }
}

extension Sharding {
  /// The part that a shard executes.
  init(_ shard: RecordedShard) {
    let count = shard.count
    self.init(
      number: shard.number, count: count,
      shard: { ShardGroup.shard(of: $0, among: count) },
      // A file that changes ends the run when it is read.
      hash: { (try? ScriptHash.sha256($0)) ?? "" },
      describe: { RecordReport.object($0) })
  }
}
