import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// What `runs merge` is asked for.
package struct ShardMergeRequest: Sendable {
  /// The name of a group, or folders of it.
  package var groups: [String]
  /// The form of what is shown, and the reports that are written.
  package var output = OutputSettings()
  /// Where the journals are.
  package var journal = JournalSettings()

  /// Merges the shards of a group.
  package init(_ groups: [String]) {
    self.groups = groups
  }
}

extension Commands {
  /// Prints what the shards of a group did as one run.
  package static func mergeShards(
    _ request: ShardMergeRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CallReport.tellingFailure(request.output, context) {
      let folders = try request.groups.map { try GroupFolder($0, request.journal, context) }
      let merge = try GroupFolder.merge(folders)
      let settings = request.output
      let files = ReportFiles(settings.reports)
      if let problem = files?.openingProblem {
        throw CommandEnd(status: ExitStatus.outputFailed, message: problem)
      }
      files?.scripts = folders[0].scripts
      files?.began = merge.shards.compactMap { $0?.header.started }.min() ?? 0
      let output = context.outputStream()
      var sinks: [any RecordSink] = []
      switch settings.format {
      case .text: sinks.append(RecordText(Reports.text(settings, context)))
      case .json: sinks.append(JSONStream(output, .array))
      case .ndjson: sinks.append(JSONStream(output, .lines))
      case .csv, .tsv:
        let shape = try TableChoice(settings).shape(among: [])
        sinks.append(TableSink(output, shape, settings.dialect, hasHeader: settings.hasHeader))
      case .flex: sinks.append(FlexSink(output))
      }
      if let files {
        if settings.isShared {
          files.copy = SharedCopy(SharedNames(digest: ShareKey().digest))
          files.scripts = []
        }
        sinks.append(files)
      }
      merge.send(to: sinks)
      if let problem = files?.problem {
        throw CommandEnd(status: ExitStatus.outputFailed, message: problem)
      }
      return CommandEnd(
        status: sinks.contains { $0.isLost } ? ExitStatus.outputFailed : merge.exit)
    }
  }
}

/// The folder of a group, as a command names it.
private struct GroupFolder {
  let name: String
  let directory: RunDirectory
  let group: ShardGroup

  /// Finds a group by its name, or by the path of its folder.
  init(_ text: String, _ journal: JournalSettings, _ context: CommandContext) throws {
    let real = RunDirectory(journal, context)
    let path = FilePath(WorkingFolder.absolute(text))
    let name = path.lastComponent?.string ?? text
    let folder = RunDirectory(
      path.removingLastComponent().string, environment: context.variables, isSimulated: false)
    for (name, directory) in [(text, real), (text, real.ofSimulatedRuns), (name, folder)] {
      guard let group = directory.group(name) else { continue }
      (self.name, self.directory, self.group) = (name, directory, group)
      return
    }
    throw CommandEnd(
      status: ExitStatus.noInput,
      message: "there is no group \(text) in \(real.path), and no folder of a group there",
      help: "name the group of --group, or a folder with its group.json")
  }

  /// The journals of the shards in folders of the same group.
  static func merge(_ folders: [GroupFolder]) throws -> ShardMerge {
    let first = folders[0]
    for folder in folders.dropFirst() {
      let differences = folder.group.differences(from: first.group)
      guard differences.isEmpty else {
        throw CommandEnd(
          status: ExitStatus.refused,
          message: "\(folder.directory.path)/\(folder.name) is of another run: "
            + differences.joined(separator: "; "))
      }
    }
    var shards: [RecordedRun?] = []
    for number in 1...max(1, first.group.count) {
      var found: RecordedRun?
      for folder in folders {
        let shard = RecordedShard(
          group: folder.name, number: number, count: first.group.count)
        guard let past = try folder.read(RunDirectory.name(of: shard)) else { continue }
        // Of two copies of a journal, the longer one has everything.
        if found.map({ $0.wholeLength < past.wholeLength }) ?? true { found = past }
      }
      shards.append(found)
    }
    return ShardMerge(group: first.name, shards: shards)
  }

  /// The scripts as the first shard that has a journal keeps them.
  var scripts: [OpenedFile] {
    for run in directory.shards(of: name) {
      guard let past = try? directory.read(run) else { continue }
      return past.header.scripts.enumerated().compactMap { index, script in
        guard let copy = try? Files.open(directory.copy(index, of: run).string) else { return nil }
        return OpenedFile(identity: copy.identity, name: script.name, source: copy.source)
      }
    }
    return []
  }

  /// Reads a shard; `nil` for one without a journal, or whose journal has no beginning.
  private func read(_ run: String) throws -> RecordedRun? {
    guard directory.hasJournal(run) else { return nil }
    do throws(RecordedRun.Problem) {
      return try directory.read(run)
    } catch {
      if error == .noBeginning { return nil }
      throw CommandEnd(
        status: ExitStatus.noInput, message: "the journal of \(run): \(error.reason)")
    }
  }
}
