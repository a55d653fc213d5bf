import Dispatch
import FlexStorage
import FlexTestSupport
import Foundation
import Synchronization
import Testing

/// Runs in shards: each executes its part, a shard that is started again goes on, and together they did
/// what one run does.
struct ShardTests {
  /// The requests of a server that change something.
  private final class Posts: Sendable {
    private let lines = Mutex<[String]>([])

    func withLock<Result>(_ body: (inout sending [String]) -> sending Result) -> sending Result {
      lines.withLock(body)
    }
  }

  private static func sid(_ prefix: String, _ number: Int) -> String {
    let digits = String(0x1000 + number * 0x111, radix: 16)
    return prefix + String(repeating: "0", count: 32 - digits.utf8.count) + digits
  }

  private static let script = """
    echo "begin"
    for r in rows of "rows.csv" {
      use interaction $r.kd
      wrapup $r.ut on $r.uo
      close $r.ut on $r.uo
    }
    for r in rows of "rows.csv" where $r.ut is empty { close $r.ut on $r.uo in $r.kd }
    echo "end"

    """

  /// Thirty rows about nine interactions.
  private static let rows =
    "kd,uo,ut\n"
    + (0..<30).map { "\(sid("KD", $0 % 9)),\(sid("UO", $0 % 9)),\(sid("UT", $0))\n" }.joined()

  private static func inFolder(_ body: (String) async throws -> Void) async throws {
    try await TemporaryFolder.with(["s.flex": script, "rows.csv": rows], body)
  }

  /// Runs the program in a folder, where it also keeps its journals.
  private static func run(
    _ arguments: [String], _ folder: String, _ environment: [String: String] = [:]
  ) async throws -> Executable.Result {
    try await Executable.run(
      arguments,
      environment: Executable.credentials.merging(["XDG_STATE_HOME": folder]) { $1 }
        .merging(environment) { $1 }, folder: folder)
  }

  /// The events of a run without what differs from run to run.
  ///
  /// `whole`: with what was answered.
  private static func happened(_ result: Executable.Result, whole: Bool = true) -> [NSDictionary] {
    result.events.filter { !["start", "summary"].contains($0["event"] as? String) }.map { event in
      var event = event
      let times = ["duration_ms", "request_id", "attempts", "tries"]
      for name in times + (whole ? [] : ["resource", "settled"]) { event[name] = nil }
      return event as NSDictionary
    }
  }

  private static func answering(
    _ body: (RawServer, Posts) async throws -> Void
  ) async throws {
    let posts = Posts()
    try await RawServer.answering({ request, _ in
      if request.line.hasPrefix("POST") { posts.withLock { $0.append(request.line) } }
      return .bytes(RawServer.echo(request))
    }).serve { server in try await body(server, posts) }
  }

  @Test(arguments: [
    ("KD00000000000000000000000000000001", 2, 2), ("KD00000000000000000000000000000001", 3, 2),
    ("KD0000000000000000000000000000000A", 3, 1), ("KD0000000000000000000000000000000A", 8, 6),
    ("WT00000000000000000000000000000001", 8, 7),
  ])
  func ownersAreHashed(_ sid: String, _ count: Int, _ shard: Int) {
    #expect(ShardGroup.shard(of: sid, among: count) == shard)
  }

  @Test func together() async throws {
    try await Self.inFolder { folder in
      try await Self.answering { server, posts in
        let common = ["run", "s.flex", "--base-url", server.url, "-o", "ndjson"]
        let one = try await Self.run(common + ["--no-journal"], folder)
        #expect(one.status == 0)
        let alone = posts.withLock { posts in
          defer { posts = [] }
          return posts
        }
        #expect(alone.count == 60)
        for number in 1...4 {
          let shard = try await Self.run(
            common + ["--shard", "\(number)/4", "--group", "g", "--jobs", "3"], folder)
          #expect(shard.status == 0, "\(shard.errors)")
          #expect(shard.events.first?["run"] as? String == "g/\(number)-of-4")
        }
        // Each once; those on one interaction in the order of the script.
        let together = posts.withLock { $0 }
        #expect(together.sorted() == alone.sorted())
        for interaction in 0..<9 {
          let own = "/Interactions/\(Self.sid("KD", interaction))/"
          #expect(together.filter { $0.contains(own) } == alone.filter { $0.contains(own) })
        }
        let merged = try await Self.run(["runs", "merge", "g", "-o", "ndjson"], folder)
        #expect(merged.status == 0)
        #expect(Self.happened(merged) == Self.happened(one))
        #expect(merged.events.last?["done"] as? Int == 60)
        #expect((merged.events.last?["missing_shards"] as? [Int]) == [])
        // Again: there is nothing to do.
        let again = try await Self.run(common + ["--shard", "2/4", "--group", "g"], folder)
        #expect(again.status == 0)
        #expect(again.errors.contains("shard 2 of 4 of group g is finished"))
        #expect(posts.withLock { $0.count } == 60)
      }
    }
  }

  /// A process that is killed when it has sent so many requests.
  @Test(arguments: [1, 7, 14]) func aShardThatIsKilledGoesOn(after count: Int) async throws {
    try await Self.inFolder { folder in
      try Self.script.replacing("  wrapup $r.ut on $r.uo\n", with: "").write(
        toFile: folder + "/s.flex", atomically: true, encoding: .utf8)
      let process = Mutex<pid_t>(0)
      let posts = Posts()
      let isTold = DispatchSemaphore(value: 0)
      try await RawServer.answering({ request, _ in
        isTold.wait()
        defer { isTold.signal() }
        // What was closed is not listed any more.
        if request.line.hasPrefix("GET") {
          return .bytes(RawServer.reply(200, "{\"participants\": [], \"meta\": {}}"))
        }
        let number = posts.withLock { posts in
          posts.append(request.line)
          return posts.count
        }
        if number == count {
          kill(process.withLock { $0 }, SIGKILL)
          return .bytesThenClose("")
        }
        return .bytes(RawServer.echo(request))
      }).serve { server in
        let common = ["run", "s.flex", "--base-url", server.url, "-o", "ndjson"]
        let shard = common + ["--group", "g", "--shard"]
        try await blocking {
          let started = try ChildProcess(
            [Executable.path] + shard + ["1/2"],
            environment: Executable.surroundings(
              Executable.credentials.merging(["XDG_STATE_HOME": folder]) { $1 }), folder: folder)
          process.withLock { $0 = started.processIdentifier }
          isTold.signal()
          started.waitUntilExit()
          #expect(started.wasKilled)
        }
        let cut = try await Self.run(["runs", "merge", "g", "-o", "ndjson"], folder)
        #expect(cut.status == 3)
        #expect((cut.events.last?["missing_shards"] as? [Int]) == [2])
        #expect(cut.events.contains { $0["event"] as? String == "missing-shard" })
        let resumed = try await Self.run(shard + ["1/2"], folder)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("resuming shard 1 of 2 of group g"))
        #expect(try await Self.run(shard + ["2/2"], folder).status == 0)
        let merged = try await Self.run(["runs", "merge", "g", "-o", "ndjson"], folder)
        let one = try await Self.run(common + ["--no-journal"], folder)
        #expect(merged.status == 0)
        // Of the action whose answer was lost it is known that it was done, and not what was answered.
        let settled = merged.events.filter { $0["settled"] as? Bool == true }
        #expect(settled.count == 1)
        #expect(Self.happened(merged, whole: false) == Self.happened(one, whole: false))
      }
    }
  }

  @Test func whatIsNotTheSameRunIsRefused() async throws {
    try await Self.inFolder { folder in
      try await Self.answering { server, posts in
        let common = ["run", "s.flex", "--base-url", server.url, "--group", "g", "--shard"]
        #expect(try await Self.run(common + ["1/40"], folder).status == 0)
        let sent = posts.withLock { $0.count }
        let wrong = try await Self.run(common + ["2/3"], folder)
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("shards: 3 now, 40 in the group"))
        try (Self.script + "# more\n").write(
          toFile: folder + "/s.flex", atomically: true, encoding: .utf8)
        let changed = try await Self.run(common + ["2/40"], folder)
        #expect(changed.status == 2)
        #expect(changed.errors.contains("script: s.flex"))
        #expect(posts.withLock { $0.count } == sent)
        let later = try await Self.run(
          ["run", "s.flex", "--base-url", server.url, "--shard", "auto", "--group", "other"],
          folder,
          [
            "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_ARRAY_TASK_MIN": "1",
            "SLURM_ARRAY_TASK_MAX": "2", "SLURM_RESTART_COUNT": "1",
          ])
        #expect(later.status == 2)
        #expect(later.errors.contains("SLURM_RESTART_COUNT=1"))
      }
    }
  }

  @Test func aJournalThatCannotBeReadIsNotReplaced() async throws {
    try await Self.inFolder { folder in
      try await Self.answering { server, posts in
        let shard = [
          "run", "s.flex", "--base-url", server.url, "--group", "g", "--shard", "1/1",
        ]
        #expect(try await Self.run(shard, folder).status == 0)
        let path = folder + "/flexsh/runs/g/1-of-1.jsonl"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let broken = lines.prefix(2) + ["{}"] + lines.dropFirst(3)
        let text = broken.joined(separator: "\n") + "\n"
        try FileHandle(forWritingTo: URL(filePath: path)).write(contentsOf: Data(text.utf8))
        let sent = posts.withLock { $0.count }
        let again = try await Self.run(shard, folder)
        #expect(again.status == 66)
        #expect(again.errors.contains("the journal of shard 1 of 1 of group g: line 3 is garbled"))
        #expect(try await Self.run(["runs", "merge", "g"], folder).status == 66)
        #expect(posts.withLock { $0.count } == sent)
      }
    }
  }

  /// A process that is killed after it has copied the scripts, and before the first line of the journal.
  @Test func aShardThatIsKilledAsItBeginsBeginsAgain() async throws {
    try await Self.inFolder { folder in
      try await Self.answering { server, posts in
        let shard = [
          "run", "s.flex", "--base-url", server.url, "--group", "g", "--shard", "1/1",
        ]
        #expect(try await Self.run(shard, folder).status == 0)
        let path = folder + "/flexsh/runs/g/1-of-1.jsonl"
        try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 20)
        #expect(FileManager.default.fileExists(atPath: folder + "/flexsh/runs/g/1-of-1.d/0"))
        let again = try await Self.run(shard, folder)
        #expect(again.status == 0, "\(again.errors)")
        #expect(posts.withLock { $0.count } == 120)
      }
    }
  }

  /// Of forty shards, most have nothing to do, which is well.
  @Test func anEmptyShardIsDone() async throws {
    try await Self.inFolder { folder in
      try await Self.answering { server, posts in
        let owned = Set(
          (0..<9).map { ShardGroup.shard(of: Self.sid("KD", $0).uppercased(), among: 40) })
        let empty = try #require((1...40).first { !owned.contains($0) })
        let result = try await Self.run(
          [
            "run", "s.flex", "--base-url", server.url, "-o", "ndjson", "--group", "g", "--shard",
            "\(empty)/40",
          ], folder)
        #expect(result.status == 0)
        #expect(posts.withLock { $0.isEmpty })
        #expect(result.events.last?["done"] as? Int == 0)
        #expect(result.output.contains("none of the 30 rows of rows.csv belongs to this shard"))
        let merged = try await Self.run(["runs", "merge", "g"], folder)
        #expect(merged.status == 1)
      }
    }
  }

  @Test func anotherProcessIsWaitedFor() async throws {
    try await Self.inFolder { folder in
      let (isHeld, isOver) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
      try await RawServer.answering({ request, _ in
        isHeld.signal()
        isOver.wait()
        isOver.signal()
        return .bytes(RawServer.echo(request))
      }).serve { server in
        let shard = [
          "run", "s.flex", "--base-url", server.url, "--group", "g", "--shard", "1/1", "--timeout",
          "600s",
        ]
        async let first = Self.run(shard, folder)
        try await blocking { isHeld.wait() }
        let second = try await Self.run(shard, folder)
        #expect(second.status == 75)
        #expect(second.errors.contains("another process is executing shard 1 of 1 of group g ("))
        isOver.signal()
        #expect(try await first.status == 0)
      }
    }
  }

  @Test(
    arguments: [
      (["--shard", "0/3", "--group", "g"], [:], "there is no shard 0 of 3"),
      (["--shard", "4/3", "--group", "g"], [:], "there is no shard 4 of 3"),
      (["--shard", "x", "--group", "g"], [:], "neither I/N"),
      (["--shard", "1/3"], [:], "--shard needs --group"),
      (["--shard", "1/3", "--group", "a/b"], [:], "cannot be the name of a group"),
      (["--shard", "1/3", "--group", "01ARZ3NDEKTSV4RRFFQ69G5FAV"], [:], "cannot be the name"),
      (["--shard", "1/3", "--shards", "4", "--group", "g"], [:], "do not agree"),
      (["--group", "g"], [:], "--group needs --shard"),
      (["--shard", "1/3", "--group", "g", "--no-journal"], [:], "needs the journal"),
      (["--shard", "auto", "--group", "g"], [:], "finds no engine"),
      (
        ["--shard", "auto", "--group", "g"],
        ["PARALLEL_SEQ": "1", "JOB_COMPLETION_INDEX": "0"], "finds two engines"
      ),
      (["--shard", "auto", "--group", "g"], ["PARALLEL_SEQ": "1"], "not of how many"),
      (
        ["--shard", "auto"],
        [
          "SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_ARRAY_TASK_MIN": "2",
          "SLURM_ARRAY_TASK_MAX": "4", "SLURM_ARRAY_TASK_STEP": "2", "SLURM_ARRAY_JOB_ID": "7",
        ], "steps of 1"
      ),
    ] as [([String], [String: String], String)])
  func isUsage(
    _ arguments: [String], _ environment: [String: String], _ message: String
  ) async throws {
    try await Self.inFolder { folder in
      let result = try await Self.run(["run", "s.flex"] + arguments, folder, environment)
      #expect(result.status == 64)
      #expect(result.errors.contains(message), "\(result.errors)")
    }
  }

  @Test(
    arguments: [
      (
        ["JOB_COMPLETION_INDEX": "2"], ["--shards", "8", "--group", "g"],
        "shard 3 of 8 (JOB_COMPLETION_INDEX=2)"
      ),
      (
        [
          "AWS_BATCH_JOB_ARRAY_INDEX": "0", "AWS_BATCH_JOB_ARRAY_SIZE": "5",
          "AWS_BATCH_JOB_ID": "a:0",
        ],
        [], "shard 1 of 5 (AWS_BATCH_JOB_ARRAY_INDEX=0)"
      ),
      (["PARALLEL_SEQ": "4"], ["--shards", "4", "--group", "g"], "shard 4 of 4 (PARALLEL_SEQ=4)"),
      // Every job of GitLab has a total.
      (
        ["PARALLEL_SEQ": "4", "CI_NODE_TOTAL": "1"], ["--shards", "4", "--group", "g"],
        "shard 4 of 4 (PARALLEL_SEQ=4)"
      ),
      (
        [
          "CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3", "CI_PIPELINE_ID": "17",
          "CI_JOB_NAME": "close 2/3",
        ], [], "shard 2 of 3 (CI_NODE_INDEX=2)"
      ),
      (
        ["CI_NODE_TOTAL": "1", "CI_PIPELINE_ID": "17", "CI_JOB_NAME": "close"], [],
        "shard 1 of 1 (CI_NODE_TOTAL=1)"
      ),
      (
        [
          "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": "0",
          "SLURM_ARRAY_TASK_MAX": "3", "SLURM_ARRAY_TASK_STEP": "1", "SLURM_ARRAY_JOB_ID": "7",
        ], [], "shard 4 of 4 (SLURM_ARRAY_TASK_ID=3)"
      ),
    ] as [([String: String], [String], String)])
  func isTakenFromTheEngine(
    _ environment: [String: String], _ arguments: [String], _ message: String
  ) async throws {
    try await Self.inFolder { folder in
      let result = try await Self.run(
        ["run", "s.flex", "--dry-run", "--shard", "auto"] + arguments, folder, environment)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains(message))
      #expect(!FileManager.default.fileExists(atPath: folder + "/flexsh"))
    }
  }

  @Test func whatCannotBeShardedIsRefusedBeforehand() async throws {
    try await TemporaryFolder.with(["s.flex": "for t in tasks { echo $t.sid }\n"]) { folder in
      try await Self.answering { server, posts in
        let result = try await Self.run(
          ["run", "s.flex", "--base-url", server.url, "--shard", "1/2", "--group", "g"], folder)
        #expect(result.status == 65)
        #expect(result.errors.contains("error[not-shardable]"))
        #expect(posts.withLock { $0.isEmpty })
      }
    }
  }
}
