import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// The runs that journals tell of, real and simulated ones.
struct RunSelection {
  /// A run and where its journal is.
  struct Entry {
    let name: String
    let directory: RunDirectory
    let isSimulated: Bool
    /// When it began, in milliseconds since 1970; for a shard, when its group did.
    let began: UInt64
  }

  /// All runs, latest first.
  let entries: [Entry]
  private let path: String

  init(_ journal: JournalSettings, _ context: CommandContext) {
    let real = RunDirectory(journal, context)
    let simulated = real.ofSimulatedRuns
    entries = (Self.entries(real, false) + Self.entries(simulated, true))
      .sorted { ($0.began, $0.name) > ($1.began, $1.name) }
    path = real.path.string
  }

  /// The runs of a folder, and the shards of its groups.
  private static func entries(_ directory: RunDirectory, _ isSimulated: Bool) -> [Entry] {
    func entry(_ name: String, _ began: UInt64) -> Entry {
      Entry(name: name, directory: directory, isSimulated: isSimulated, began: began)
    }
    return directory.runs().map { entry($0, RunID.milliseconds($0)) }
      + directory.groups().flatMap { group in
        let began = directory.group(group)?.started ?? 0
        return directory.shards(of: group).map { entry($0, began) }
      }
  }

  /// The folder of the journals, for messages.
  var folder: String { path }

  /// The fewest last characters of a name that no other run has, at least four.
  func suffix(of name: String) -> String {
    // The name of a shard is one that people gave.
    if name.contains("/") { return name }
    var length = 4
    while length < name.count,
      entries.contains(where: { $0.name != name && $0.name.hasSuffix(name.suffix(length)) })
    {
      length += 1
    }
    return String(name.suffix(length))
  }

  /// Finds the run that a command names: by its id, by an ending of it that no other run has, or as
  /// `last`; `nil` means the last one, too.
  func find(_ name: String?) throws -> Entry {
    guard let name, name != "last" else {
      // A run that was killed as it began cannot have sent anything.
      let found = entries.first { entry in
        do throws(RecordedRun.Problem) {
          _ = try entry.directory.read(entry.name)
          return true
        } catch {
          return error != .noBeginning
        }
      }
      guard let found else {
        throw CommandEnd(status: ExitStatus.noInput, message: "there are no runs in \(path)")
      }
      return found
    }
    if let exact = entries.first(where: { $0.name == name || $0.name == name.uppercased() }) {
      return exact
    }
    let matching = entries.filter { $0.name.hasSuffix(name.uppercased()) }
    if name.utf8.count >= 4, matching.count == 1 { return matching[0] }
    if name.utf8.count >= 4, matching.count > 1 {
      throw CommandEnd(
        status: ExitStatus.noInput,
        message: "\(matching.count) runs end in \(name): "
          + matching.prefix(5).map(\.name).joined(separator: ", "),
        help: "name more of the id")
    }
    throw CommandEnd(
      status: ExitStatus.noInput, message: "there is no run \(name) in \(path)",
      help: name.utf8.count < 4 && !matching.isEmpty
        ? "give at least the last 4 characters of the id" : "flexsh runs lists them")
  }

  /// Reads the run that a command names.
  func read(_ name: String?) throws -> RecordedRun {
    let entry = try find(name)
    do throws(RecordedRun.Problem) {
      return try entry.directory.read(entry.name)
    } catch {
      throw CommandEnd(
        status: ExitStatus.noInput, message: "the journal of run \(entry.name): \(error.reason)")
    }
  }
}

extension RecordedRun {
  /// How the run ended, for people.
  var state: String {
    end.map { ExitStatus.words(for: $0.exit) } ?? "cut off"
  }

  /// Its actions by outcome, as far as the journal knows.
  var counts: RunSummary {
    var counts = RunSummary()
    for action in actions.values { counts.count(action.result?.outcome ?? .unknown) }
    counts.refused = refusals.keys.count { actions[$0] == nil }
    counts.notRun = unreached.reduce(0) { $0 + $1.count }
    if let end {
      // Some failed before it was known what to send.
      counts.failed = max(counts.failed, end.summary.failed)
      counts.tolerated = end.summary.tolerated
      counts.toleratedActions = end.summary.toleratedActions
      counts.lookUpsFailed = end.summary.lookUpsFailed
      counts.expectationsFailed = end.summary.expectationsFailed
    }
    return counts
  }

  /// Its actions by outcome, as a recap; what has no result is in flight while the run goes on.
  func recap(isRunning: Bool) -> String {
    var counts = counts
    let inFlight = isRunning ? actions.values.count { $0.result == nil } : 0
    counts.unknown -= inFlight
    return [counts.recap, inFlight > 0 ? "\(inFlight) in flight" : ""].filter { !$0.isEmpty }
      .joined(separator: ", ")
  }

  /// Its scripts.
  var scriptsText: String {
    header.scripts.isEmpty ? "at the prompt" : header.scripts.map(\.name).joined(separator: ", ")
  }

  /// When the run began, in UTC.
  var startedText: String { UTCTime.text(milliseconds: header.started) }
}
