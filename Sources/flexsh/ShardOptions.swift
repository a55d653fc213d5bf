import ArgumentParser
import FlexCommands

/// Which part of a run this process executes.
struct ShardOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Execute one of N parts, I/N, or take both from the engine: auto.", valueName: "i/n"))
  var shard: String?

  @Option(help: ArgumentHelp("The number of parts, for --shard auto.", valueName: "n"))
  var shards: Int?

  @Option(help: ArgumentHelp("The name that the parts of one run share.", valueName: "name"))
  var group: String?

  func validate() throws {
    guard shard == nil, group != nil || shards != nil else { return }
    throw ValidationError("\(group == nil ? "--shards" : "--group") needs --shard")
  }

  /// What they say; `nil` for all of the run.
  var settings: ShardSettings? {
    shard.map { ShardSettings(shard: $0, group: group, count: shards) }
  }
}
