import CPlatform
import FlexCommands
import FlexTestSupport
import Foundation
import Synchronization
import Testing

/// Runs that are killed go on, and nothing is lost and nothing done twice that was done.
struct ResumeTests {
  /// A pretend channel for every agent, over a socket; kills a process on the way.
  private final class Centre: Sendable {
    private struct State {
      var present: Set<String>
      var posts: [String: Int] = [:]
      var requests = 0
      var process: pid_t = 0
      var killsAt = 0
      var killsBefore = false
    }

    private let state: Mutex<State>
    /// Open once it is known whom to kill.
    private let isTold = DispatchSemaphore(value: 0)

    init(_ agents: [String]) {
      state = Mutex(State(present: Set(agents)))
    }

    var posts: [String: Int] { state.withLock { $0.posts } }
    var present: Set<String> { state.withLock { $0.present } }

    /// Kills a process when so many requests have come: before or after that one is carried out.
    func kill(_ process: pid_t, at request: Int, before: Bool) {
      state.withLock {
        $0.process = process
        $0.killsAt = request
        $0.killsBefore = before
      }
      isTold.signal()
    }

    func answer(_ request: RawServer.Request) -> RawServer.Reply {
      // The program may be quicker than who started it.
      isTold.wait()
      defer { isTold.signal() }
      return state.withLock { state in
        let words = request.line.split(separator: " ")
        let parts = words[1].split(separator: "/").map(String.init)
        if words[0] == "GET" {
          let agent = "UT" + parts[4].dropFirst(2)
          let items =
            state.present.contains(agent) ? "{\"sid\": \"\(agent)\", \"type\": \"agent\"}" : ""
          return .bytes(RawServer.reply(200, "{\"participants\": [\(items)], \"meta\": {}}"))
        }
        state.requests += 1
        let isLast = state.requests == state.killsAt && state.process != 0
        if isLast, state.killsBefore {
          Foundation.kill(state.process, SIGKILL)
          return .bytesThenClose("")
        }
        let agent = parts[6]
        state.posts[agent, default: 0] += 1
        let wasThere = state.present.remove(agent) != nil
        if isLast {
          Foundation.kill(state.process, SIGKILL)
          return .bytesThenClose("")
        }
        return .bytes(
          wasThere ? RawServer.echo(request) : RawServer.reply(404, "{\"code\": 20404}"))
      }
    }
  }

  private static func sid(_ prefix: String, _ number: Int) -> String {
    let digits = String(0x1000 + number * 0x111, radix: 16)
    return prefix + String(repeating: "0", count: 32 - digits.utf8.count) + digits
  }

  /// Starts a run, and waits for its end.
  private func start(
    _ arguments: [String], _ folder: String,
    _ started: @escaping @Sendable (pid_t) -> Void = { _ in }
  ) async throws -> Int32 {
    try await blocking {
      let process = try ChildProcess(
        [Executable.path] + arguments,
        environment: Executable.surroundings(
          Executable.credentials.merging(["XDG_STATE_HOME": folder]) { $1 }))
      started(process.processIdentifier)
      process.waitUntilExit()
      return process.terminationStatus
    }
  }

  /// The agents that a journal records as done.
  private func recorded(_ folder: String) throws -> Set<String> {
    let runs = URL(filePath: folder).appending(path: "flexsh/runs")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: runs.path())) ?? []
    var agents: [Int: String] = [:]
    var done: Set<String> = []
    for file in files where file.hasSuffix(".jsonl") {
      let text = try String(contentsOf: runs.appending(path: file), encoding: .utf8)
      #expect(!text.contains(Loopback.secret))
      for line in text.split(separator: "\n") {
        guard
          let entry = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
          let number = entry["n"] as? Int
        else { continue }
        if let operation = entry["operation"] as? [String: Any] {
          agents[number] = operation["participant"] as? String
        }
        if entry["outcome"] as? String == "done" {
          done.insert(try #require(agents[number]))
        }
      }
    }
    return done
  }

  @Test(arguments: [1, 4, 16], [false, true])
  func isKilledAnywhereAndGoesOn(_ jobs: Int, _ before: Bool) async throws {
    let count = 34
    let agents = (0..<count).map { Self.sid("UT", $0) }
    let script = (0..<count).map { number in
      "close \(agents[number]) on \(Self.sid("UO", number)) in \(Self.sid("KD", number))\n"
    }.joined()
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    let file = root.appending(path: "s.flex").path()
    try Data(script.utf8).write(to: URL(filePath: file))
    let rounds = Rounds.factor
    for round in 0..<(rounds * count) {
      let killedAt = round % count + 1
      let folder = root.appending(path: "\(round)").path()
      let centre = Centre(agents)
      try await RawServer.answering({ request, _ in centre.answer(request) }).serve { server in
        let status = try await start(
          ["run", "-j", "\(jobs)", "--base-url", server.url, file], folder
        ) { centre.kill($0, at: killedAt, before: before) }
        #expect(status == SIGKILL)
        let done = try recorded(folder)
        let sent = centre.posts
        let shown = await PlayedCommand(in: folder) {
          await Commands.showRun(RunShowRequest(), in: $0)
        }
        let inDoubt = shown.output.split(separator: "\n").count { $0.contains("in flight when") }
        #expect(inDoubt <= jobs, "what never began is not in doubt")
        // What resumes it is not killed, so it needs no process of its own.
        let setup = RunSetup.server(server.url) { $0.connection.jobs = jobs }
        let again = await PlayedCommand(in: folder) {
          await Commands.resume(ResumeRequest(run: nil, setup), in: $0)
        }
        #expect(again.status == 0, "killed at \(killedAt): \(again.errors)")
        #expect(centre.present.isEmpty)
        #expect(Set(centre.posts.keys) == Set(agents))
        for agent in done { #expect(centre.posts[agent] == sent[agent], "what is done stays done") }
        let twice = centre.posts.values.filter { $0 > 1 }
        #expect(twice.count <= jobs)
        #expect(twice.allSatisfy { $0 == 2 })
        let third = await PlayedCommand(in: folder) {
          await Commands.resume(ResumeRequest(run: nil, setup), in: $0)
        }
        #expect(third.errors.contains("nothing to resume"))
        #expect(centre.posts.values.reduce(0, +) == count + twice.count)
      }
    }
  }

  /// A run that failed in the middle, and what keeps it from going on.
  @Test func refusesWhatChangedAndWhatIsGarbled() async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    let file = root.appending(path: "s.flex")
    let script = Sample.expand("close UT1 on UO1 in KD1\nclose UT2 on UO1 in KD1\n")
    try Data(script.utf8).write(to: file)
    try await RawServer.answering({ request, count in
      count == 2 ? .bytes(RawServer.reply(404, "{}")) : .bytes(RawServer.echo(request))
    }).serve { server in
      let environment = Executable.credentials.merging([
        "XDG_STATE_HOME": root.path(), "FLEXSH_BASE_URL": server.url,
      ]) { $1 }
      func run(_ arguments: [String]) async throws -> Executable.Result {
        try await Executable.run(arguments, environment: environment)
      }
      let first = try await run(["run", file.path()])
      #expect(first.status == 1)
      #expect(first.errors.contains("to resume this run: flexsh resume "))

      try Data((script + "# edited\n").utf8).write(to: file)
      let edited = try await run(["resume"])
      #expect(edited.status == 2)
      #expect(edited.errors.contains("+# edited"))
      try Data(script.utf8).write(to: file)

      let runs = root.appending(path: "flexsh/runs")
      let names = try FileManager.default.contentsOfDirectory(atPath: runs.path())
      let journal = runs.appending(path: try #require(names.first { $0.hasSuffix(".jsonl") }))
      let mode = try FileManager.default.attributesOfItem(atPath: journal.path())
      #expect(mode[.posixPermissions] as? Int == 0o600)
      let whole = try Data(contentsOf: journal)

      var garbled = whole
      garbled[whole.count / 2] ^= 1
      try garbled.write(to: journal)
      let refused = try await run(["resume"])
      #expect(refused.status == 66)
      #expect(refused.errors.contains("garbled"))

      let handle = try FileHandle(forUpdating: journal)
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: whole + Data("{\"t\":\"resu".utf8))
      try handle.close()
      let other = try FileHandle(forUpdating: journal)
      #expect(flexsh_lock_file(other.fileDescriptor, 0) == 0)
      let name = String(journal.lastPathComponent.dropLast(6))
      let locked = try await run(["resume", name])
      #expect(locked.status == 75)
      #expect(locked.errors.contains("another process"))
      try other.close()

      #expect(server.requests.count == 2, "nothing of all this was sent")
      let resumed = try await run(["resume", "-o", "ndjson"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      let actions = resumed.events.filter { $0["event"] as? String == "action" }
      #expect(actions.map { $0["outcome"] as? String } == ["skipped", "done"])
      #expect(server.requests.count == 3)
      let nothing = try await run(["resume"])
      #expect(nothing.status == 0)
      #expect(nothing.errors.contains("nothing to resume"))
    }
  }

  /// A run that sends nothing twice goes on so, too: that somebody is still there proves nothing.
  @Test func whatIsSentAtMostOnceStaysSo() async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let environment = Executable.credentials.merging(["XDG_STATE_HOME": root.path()]) { $1 }
    let list = "{\"participants\": [{\"sid\": \"\(Sample.agent)\"}], \"meta\": {}}"
    try await RawServer.answering({ request, _ in
      request.line.hasPrefix("GET") ? .bytes(RawServer.reply(200, list)) : .bytesThenReset("")
    }).serve { server in
      let first = try await Executable.run(
        [
          "run", "--at-most-once", "--max-changes", "5", "--base-url", server.url, "-c",
          Sample.expand("close UT1 on UO1 in KD1"),
        ], environment: environment)
      #expect(first.status == 3)
      #expect(first.errors.contains("flexsh resume --base-url \(server.url) 01"))
      let second = try await Executable.run(
        ["resume", "--base-url", server.url], environment: environment)
      #expect(second.status == 3)
      #expect(second.output.contains("unknown"))
      #expect(server.requests.count { $0.line.hasPrefix("POST") } == 1)
    }
  }

  @Test(arguments: ["/dev/full/runs", "/proc/runs", "/dev/null"])
  func sendsNothingWithoutAJournal(_ folder: String) async throws {
    try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
      server in
      let result = try await Executable.run(
        [
          "run", "--base-url", server.url, "--journal-dir", folder, "-o", "ndjson", "-c",
          Sample.expand("close UT1 on UO1 in KD1"),
        ], environment: Executable.credentials)
      #expect(result.status == 74)
      #expect(server.requests.isEmpty)
      #expect(result.errors.contains("the journal cannot be written"))
      #expect(result.events.last?["exit"] as? Int == 74)
    }
  }

  /// The journal may not grow beyond 8 KiB: the run ends there, and what was sent is known.
  @Test(arguments: [1, 4])
  func endsInGoodOrderWhenTheJournalCannotGrow(_ jobs: Int) async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    let agents = (0..<60).map { Self.sid("UT", $0) }
    let script = agents.enumerated().map { number, agent in
      "close \(agent) on \(Self.sid("UO", number)) in \(Self.sid("KD", number))\n"
    }.joined()
    let file = root.appending(path: "s.flex")
    try Data(Sample.expand(script).utf8).write(to: file)
    try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
      server in
      let (status, output) = try await blocking {
        let pipe = Pipe()
        let process = try ChildProcess(
          [
            "/bin/bash", "-c",
            "ulimit -f 8; exec \"$0\" run -o ndjson -j \"$3\" --base-url \"$1\" \"$2\"",
            Executable.path, server.url, file.path(), "\(jobs)",
          ],
          environment: Executable.surroundings(
            Executable.credentials.merging(["XDG_STATE_HOME": root.path()]) { $1 }),
          output: .file(pipe.fileHandleForWriting))
        try pipe.fileHandleForWriting.close()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
      }
      #expect(status == 74)
      let sent = server.requests.count
      #expect(sent > 0 && sent < 60)
      let done = output.split(separator: "\n").count { $0.contains("\"outcome\":\"done\"") }
      #expect(done == sent, "nothing was sent that was not written down and told")
    }
    let recorded = try recorded(root.path())
    #expect(!recorded.isEmpty)
  }

  /// The folder of journals may be named from where one stands, and have a space in its name.
  @Test func goesOnFromAnotherFolder() async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    let (first, second) = (root.appending(path: "a"), root.appending(path: "b"))
    for folder in [first, second] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    defer { try? FileManager.default.removeItem(at: root) }
    try await RawServer.answering({ request, count in
      count == 1 ? .bytes(RawServer.reply(404, "{}")) : .bytes(RawServer.echo(request))
    }).serve { server in
      let failed = try await Executable.run(
        [
          "run", "--base-url", server.url, "--journal-dir", "my runs", "-c",
          Sample.expand("close UT1 on UO1 in KD1"),
        ],
        environment: Executable.credentials, folder: first.path())
      #expect(failed.status == 1)
      #expect(
        failed.errors.contains("flexsh resume --base-url \(server.url) --journal-dir 'my runs' 01"))
      let resumed = try await Executable.run(
        ["resume", "--base-url", server.url, "--journal-dir", "../a/my runs/../my runs"],
        environment: Executable.credentials, folder: second.path())
      #expect(resumed.status == 0, "\(resumed.errors)")
      let runs = try await Executable.run(
        ["runs", "--journal-dir", "a/my runs"], environment: [:], folder: root.path())
      #expect(runs.output.contains("-c      finished  1 done"))
    }
  }

  /// More data files than a process may have open.
  @Test func checksAnyNumberOfDataFiles() async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    var script = ""
    for number in 0..<100 {
      try Data("a\nx\n".utf8).write(to: root.appending(path: "\(number).csv"))
      script += "for row in rows of \"\(number).csv\" { echo $row.a }\n"
    }
    try Data(script.utf8).write(to: root.appending(path: "s.flex"))
    let path = root.appending(path: "s.flex").path()
    let status = try await blocking {
      let process = try ChildProcess(
        [
          "/bin/bash", "-c", "ulimit -n 40; exec \"$0\" check \"$1\"", Executable.path, path,
        ], environment: Executable.surroundings([:]))
      process.waitUntilExit()
      return process.terminationStatus
    }
    #expect(status == 0)
  }

  @Test func aSentenceThatFailedIsLookedUpAgain() async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "flexsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let environment = Executable.credentials.merging(["XDG_STATE_HOME": root.path()]) { $1 }
    let list =
      "{\"participants\": [{\"sid\": \"\(Sample.agent)\", \"type\": \"agent\"}, "
      + "{\"sid\": \"\(Sample.secondAgent)\", \"type\": \"agent\"}], \"meta\": {}}"
    try await RawServer.answering({ request, count in
      if request.line.hasPrefix("GET") {
        return .bytes(
          RawServer.reply(200, count == 1 ? list : "{\"participants\": [], \"meta\": {}}"))
      }
      return count == 3 ? .bytes(RawServer.reply(409, "{}")) : .bytes(RawServer.echo(request))
    }).serve { server in
      let first = try await Executable.run(
        [
          "run", "--base-url", server.url, "-c",
          Sample.expand("close every agent on UO1 in KD1"),
        ], environment: environment)
      #expect(first.status == 1)
      let second = try await Executable.run(
        ["resume", "--base-url", server.url], environment: environment)
      #expect(second.status == 0, "\(second.errors)")
      // The sentence that failed is looked up again: the second agent is gone meanwhile.
      let posts = server.requests.filter { $0.line.hasPrefix("POST") }
      #expect(
        posts.map { String($0.line.split(separator: " ")[1].suffix(34)) }
          == [Sample.agent, Sample.secondAgent])
    }
  }
}
