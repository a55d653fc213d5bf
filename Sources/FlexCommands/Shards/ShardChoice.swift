import FlexRuntime
import FlexStorage

/// What the options for shards say.
package struct ShardSettings: Sendable {
  /// `I/N` or `auto`.
  package var shard: String
  /// `--group`.
  package var group: String?
  /// `--shards`.
  package var count: Int?

  /// Takes the options.
  package init(shard: String, group: String?, count: Int?) {
    (self.shard, self.group, self.count) = (shard, group, count)
  }
}

/// The shard that this process is to execute, and what says so.
///
/// Source: CLI.md, §11; the variables are those of the engines' documentation.
struct ShardChoice {
  /// Which part of which group.
  let shard: RecordedShard
  /// The variable that says which, and its value: `JOB_COMPLETION_INDEX=2`; `nil` for the option.
  private(set) var source: String?
  /// The variable that says that the engine starts the shard again, and its value.
  private(set) var laterAttempt: String?

  /// The most shards of a group.
  private static let most = 10_000

  /// Makes the choice; ends the command with 64 if there is none.
  init(_ settings: ShardSettings, _ variables: [String: String]) throws {
    guard settings.shard == "auto" else {
      let parts = settings.shard.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, let number = Self.number(parts[0]), let count = Self.number(parts[1])
      else {
        throw Self.usage(
          "`--shard \(settings.shard)` is neither I/N, such as 3/8, nor auto", help: nil)
      }
      self = try ShardChoice(settings, number, of: count, group: nil)
      return
    }
    let engines = Engine.present(variables)
    guard let engine = engines.first else {
      throw Self.usage(
        "--shard auto finds no engine: none of \(Engine.variables.joined(separator: ", ")) is set",
        help: "name the shard: --shard 3/8")
    }
    if engines.count > 1 {
      throw Self.usage(
        "--shard auto finds two engines: \(engines.map(\.variable).joined(separator: " and ")) are "
          + "set", help: "name the shard: --shard 3/8")
    }
    let found = try engine.read(variables)
    guard let count = found.count ?? settings.count else {
      throw Self.usage(
        "\(found.source) says which shard this is, and not of how many",
        help: "give their number: --shards N")
    }
    self = try ShardChoice(settings, found.number, of: count, group: found.group)
    source = found.source
    laterAttempt = found.laterAttempt
  }

  private init(
    _ settings: ShardSettings, _ number: Int, of count: Int, group: String?
  ) throws {
    if let stated = settings.count, stated != count {
      throw Self.usage("--shards \(stated) and \(count) shards do not agree", help: nil)
    }
    guard (1...Self.most).contains(count), (1...count).contains(number) else {
      throw Self.usage(
        "there is no shard \(number) of \(count): I is from 1 to N, and N at most \(Self.most)",
        help: nil)
    }
    guard let name = settings.group ?? group else {
      throw Self.usage(
        "--shard needs --group: the shards of one run have the same name",
        help: "for example: --group shift-end-2026-11-27")
    }
    guard ShardGroup.isName(name) else {
      throw Self.usage(
        "`\(name)` cannot be the name of a group",
        help: "1 to 64 of the characters A-Z a-z 0-9 . _ -, the first a letter or a digit; not the "
          + "id of a run, and not `simulated`")
    }
    shard = RecordedShard(group: name, number: number, count: count)
  }

  fileprivate static func usage(_ message: String, help: String?) -> CommandEnd {
    CommandEnd(status: ExitStatus.usage, message: message, help: help)
  }

  fileprivate static func number(_ text: some StringProtocol) -> Int? {
    guard (1...9).contains(text.utf8.count),
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int(text)
  }
}

/// An engine that starts the processes of a group, and the variables in which it says which is which.
private struct Engine {
  /// What an engine says.
  struct Found {
    var number: Int
    var count: Int?
    var group: String?
    var source: String
    var laterAttempt: String?
  }

  /// The variable with the number.
  let variable: String
  let read: @Sendable ([String: String]) throws -> Found

  static let variables = all.map(\.variable)

  /// The engines that say which part this is.
  static func present(_ variables: [String: String]) -> [Engine] {
    let engines = all.filter { variables[$0.variable] != nil }
    // GitLab sets the total in every job, and the index only in one of several; a job that is one may use
    // another engine.
    guard engines.isEmpty, variables["CI_NODE_TOTAL"] == "1" else { return engines }
    return all.filter { $0.variable == "CI_NODE_INDEX" }
  }

  static let all = [
    Engine(variable: "SLURM_ARRAY_TASK_ID") { variables in
      let index = try value("SLURM_ARRAY_TASK_ID", variables)
      let count = try variables["SLURM_ARRAY_TASK_COUNT"].map { _ in
        try value("SLURM_ARRAY_TASK_COUNT", variables)
      }
      let least = try optional("SLURM_ARRAY_TASK_MIN", variables)
      let most = try optional("SLURM_ARRAY_TASK_MAX", variables)
      let step = try optional("SLURM_ARRAY_TASK_STEP", variables)
      guard let count, let least, let most, step ?? 1 == 1, least == 0 || least == 1,
        most - least + 1 == count
      else {
        throw ShardChoice.usage(
          "the array of Slurm does not run from 0 or 1 to its count in steps of 1",
          help: "for example: sbatch --array=1-8")
      }
      return Found(
        number: index - least + 1, count: count, group: variables["SLURM_ARRAY_JOB_ID"],
        source: "SLURM_ARRAY_TASK_ID=\(index)",
        laterAttempt: try attempt("SLURM_RESTART_COUNT", above: 0, variables))
    },
    Engine(variable: "JOB_COMPLETION_INDEX") { variables in
      let index = try value("JOB_COMPLETION_INDEX", variables)
      return Found(number: index + 1, source: "JOB_COMPLETION_INDEX=\(index)")
    },
    Engine(variable: "AWS_BATCH_JOB_ARRAY_INDEX") { variables in
      let index = try value("AWS_BATCH_JOB_ARRAY_INDEX", variables)
      return Found(
        number: index + 1, count: try optional("AWS_BATCH_JOB_ARRAY_SIZE", variables),
        group: variables["AWS_BATCH_JOB_ID"].map { String($0.prefix { $0 != ":" }) },
        source: "AWS_BATCH_JOB_ARRAY_INDEX=\(index)",
        laterAttempt: try attempt("AWS_BATCH_JOB_ATTEMPT", above: 1, variables))
    },
    Engine(variable: "PARALLEL_SEQ") { variables in
      let index = try value("PARALLEL_SEQ", variables)
      return Found(number: index, source: "PARALLEL_SEQ=\(index)")
    },
    Engine(variable: "CI_NODE_INDEX") { variables in
      let count = try value("CI_NODE_TOTAL", variables)
      let index = try variables["CI_NODE_INDEX"].map { _ in try value("CI_NODE_INDEX", variables) }
      // The name of a job of several ends in `3/8`.
      var job = variables["CI_JOB_NAME"] ?? ""
      if job.hasSuffix("\(index ?? 1)/\(count)") {
        job = String(job.dropLast("\(index ?? 1)/\(count)".count))
        while job.hasSuffix(" ") { job.removeLast() }
      }
      let name = "\(variables["CI_PIPELINE_ID"] ?? "")-\(job)"
      return Found(
        number: index ?? 1, count: count,
        group: variables["CI_PIPELINE_ID"] == nil || job.isEmpty ? nil : plain(name),
        source: index.map { "CI_NODE_INDEX=\($0)" } ?? "CI_NODE_TOTAL=1")
    },
  ]

  /// A name with only those characters that the name of a group may have.
  private static func plain(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { scalar in
          let isPlain =
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
            || ("0"..."9").contains(scalar) || scalar == "." || scalar == "_" || scalar == "-"
          return isPlain ? scalar : "-"
        }.prefix(64)))
  }

  private static func value(_ name: String, _ variables: [String: String]) throws -> Int {
    guard let number = variables[name].flatMap({ ShardChoice.number($0) }) else {
      throw ShardChoice.usage(
        "\(name) is not a number: `\(variables[name] ?? "")`", help: "name the shard: --shard 3/8")
    }
    return number
  }

  private static func optional(_ name: String, _ variables: [String: String]) throws -> Int? {
    variables[name] == nil ? nil : try value(name, variables)
  }

  /// The variable that says that this is a later attempt, and its value.
  private static func attempt(
    _ name: String, above first: Int, _ variables: [String: String]
  ) throws -> String? {
    guard let number = try optional(name, variables), number > first else { return nil }
    return "\(name)=\(number)"
  }
}
