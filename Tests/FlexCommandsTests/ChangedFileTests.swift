import FlexCommands
import FlexStorage
import FlexTestSupport
import Foundation
import Testing

/// What was checked is what runs: a file that changes after the check ends the run before anything of
/// the changed part is sent.
struct ChangedFileTests {
  /// How a file changes.
  enum Change: CaseIterable {
    case append, truncate, overwrite, replace, remove
    /// The bytes stay, and only the times or the file's number change.
    case touch, replaceWithTheSame

    var isOne: Bool { self != .touch && self != .replaceWithTheSame }
  }

  /// Which file changes.
  enum Kind: CaseIterable { case script, subScript, csv, jsonLines }

  /// When it changes: at the first look-up, before its first use, or at the tenth action.
  enum Moment: CaseIterable { case before, inTheMiddle }

  /// A run whose files are so long that they are read in several blocks.
  private struct Scene {
    static let count = 600
    let folder: URL
    let kind: Kind

    var changing: URL { file(kind) }

    func file(_ kind: Kind) -> URL {
      switch kind {
      case .script: folder.appending(path: "main.flex")
      case .subScript: folder.appending(path: "sub.flex")
      case .csv: folder.appending(path: "data.csv")
      case .jsonLines: folder.appending(path: "data.jsonl")
      }
    }

    static func agent(_ index: Int) -> String {
      "UT" + String(repeating: "0", count: 28) + String(10_000 + index).suffix(4)
    }

    /// A row or a sentence has a kilobyte, so that a block has 256 of them.
    private static let padding = String(repeating: "x", count: 1000)

    private static func sentences() -> String {
      (0..<count).map { "close \(agent($0))  # \(padding)\n" }.joined()
    }

    func write() throws {
      let use = Sample.expand("use channel UO1 in KD1\nshow interaction\n")
      var script = use
      switch kind {
      case .script: script += Self.sentences()
      case .subScript:
        script += "run \"sub.flex\"\n"
        try Data((Sample.expand("use channel UO1 in KD1\n") + Self.sentences()).utf8).write(
          to: file(.subScript))
      case .csv:
        script += "for row in rows of \"data.csv\" { close $row.agent }\n"
        let rows = (0..<Self.count).map { "\(Self.agent($0)),\(Self.padding)\n" }
        try Data(("agent,note\n" + rows.joined()).utf8).write(to: file(.csv))
      case .jsonLines:
        script += "for row in rows of \"data.jsonl\" { close $row.agent }\n"
        let rows = (0..<Self.count).map {
          "{\"agent\": \"\(Self.agent($0))\", \"note\": \"\(Self.padding)\"}\n"
        }
        try Data(rows.joined().utf8).write(to: file(.jsonLines))
      }
      try Data(script.utf8).write(to: file(.script))
    }

    /// Changes the last quarter of the file, or its end.
    func change(_ change: Change) throws {
      let path = changing.path()
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      var bytes = try Data(contentsOf: changing)
      switch change {
      case .append:
        let handle = try FileHandle(forWritingTo: changing)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\n".utf8))
        try handle.close()
      case .truncate:
        let handle = try FileHandle(forWritingTo: changing)
        try handle.truncate(atOffset: UInt64(bytes.count * 3 / 4))
        try handle.close()
      case .overwrite:
        // Same size, and the times that a program can set are set back.
        let index = try #require(bytes.lastIndex(of: UInt8(ascii: "x")))
        let handle = try FileHandle(forWritingTo: changing)
        try handle.seek(toOffset: UInt64(index))
        try handle.write(contentsOf: Data("y".utf8))
        try handle.close()
        try FileManager.default.setAttributes(
          [.modificationDate: attributes[.modificationDate] as Any], ofItemAtPath: path)
      case .replace:
        let index = try #require(bytes.lastIndex(of: UInt8(ascii: "x")))
        bytes[index] = UInt8(ascii: "y")
        try bytes.write(to: changing, options: .atomic)
      case .replaceWithTheSame: try bytes.write(to: changing, options: .atomic)
      case .remove: try FileManager.default.removeItem(at: changing)
      case .touch:
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
      }
    }
  }

  @Test(arguments: Change.allCases, Kind.allCases)
  func aChangeEndsTheRunBeforeAnythingMoreIsSent(_ change: Change, _ kind: Kind) async throws {
    try await Self.play(change, kind, jobs: 1)
  }

  /// Actions in flight are admitted ahead of their turn; none is sent after the change.
  @Test(arguments: [Change.append, .overwrite, .touch], Kind.allCases)
  func aChangeEndsARunWithActionsInFlight(_ change: Change, _ kind: Kind) async throws {
    try await Self.play(change, kind, jobs: 4)
  }

  private static func play(_ change: Change, _ kind: Kind, jobs: Int) async throws {
    for moment in Moment.allCases {
      try await TemporaryFolder.with([:]) { folder in
        let scene = Scene(folder: URL(filePath: folder), kind: kind)
        try scene.write()
        let posts = Counter()
        try await RawServer.answering({ request, _ in
          if request.line.hasPrefix("GET") {
            if moment == .before { try? scene.change(change) }
            return .bytes(RawServer.reply(200, "{\"sid\": \"\(Sample.interaction)\"}"))
          }
          if posts.next() == 10, moment == .inTheMiddle { try? scene.change(change) }
          return .bytes(RawServer.echo(request))
        }).serve { server in
          let run = await PlayedCommand(in: folder) {
            await Commands.run(
              RunRequest(
                .files([scene.file(.script).path()]),
                .server(server.url) {
                  $0.journal.isOff = true
                  $0.connection.jobs = jobs
                }),
              in: $0)
          }
          let sent = posts.value
          let what = "\(change) of the \(kind), \(moment): \(run.errors.suffix(300))"
          guard change.isOne else {
            #expect(run.status == 0, "\(what)")
            #expect(sent == Scene.count, "\(what)")
            return
          }
          #expect(run.status == 2, "\(what)")
          #expect(run.errors.contains(scene.changing.lastPathComponent), "\(what)")
          #expect(run.errors.contains("nothing further was sent"), "\(what)")
          switch moment {
          case .before: #expect(sent == 0, "\(what), \(sent) sent")
          // Requests of other connections may be on their way while the file changes.
          case .inTheMiddle:
            #expect((10..<10 + 2 * jobs).contains(sent), "\(what), \(sent) sent")
          }
        }
      }
    }
  }

  /// The report alone says why the run ended, and so does the journal.
  @Test func theRecordSaysWhichFileChanged() async throws {
    let script = Sample.expand(
      "show interaction KD1\nfor r in rows of \"r.csv\" { close $r.ut on UO1 in KD1 }\nclose UT2 on UO1 in KD1\n"
    )
    for isEarly in [true, false] {
      try await TemporaryFolder.with(["s.flex": script]) { folder in
        let data = URL(filePath: folder).appending(path: "r.csv")
        try Data(Sample.expand("ut\nUT1\nUT3\n").utf8).write(to: data)
        try await RawServer.answering({ request, _ in
          let isGet = request.line.hasPrefix("GET")
          if isGet == isEarly { try? Data("garbage".utf8).write(to: data) }
          return .bytes(
            isGet
              ? RawServer.reply(200, "{\"sid\": \"\(Sample.interaction)\"}")
              : RawServer.echo(request))
        }).serve { server in
          let run = await PlayedCommand(in: folder) {
            await Commands.run(
              RunRequest(
                .files([folder + "/s.flex"]), .server(server.url) { $0.output.format = .ndjson }),
              in: $0)
          }
          #expect(run.status == 2)
          #expect(run.output.contains("r.csv: it changed after it was checked"), "\(run.output)")
          #expect(run.output.contains("\"outcome\":\"refused\""))
          #expect(run.actions.last?["outcome"] as? String == "not-run", "\(run.output)")
          // Before anything is sent there is no journal yet, and it would hold other files.
          guard !isEarly else { return }
          let shown = await PlayedCommand(in: folder) {
            await Commands.showRun(RunShowRequest(run: nil), in: $0)
          }
          #expect(
            shown.output.contains("r.csv: it changed after it was checked"), "\(shown.output)")
          #expect(shown.output.contains("result   refused"))
        }
      }
    }
  }
}
