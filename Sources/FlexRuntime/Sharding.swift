import FlexAPI
package import FlexScript

/// The part of a run that one of several processes executes.
///
/// Source: CLI.md, §11.
package struct Sharding: Sendable {
  /// Which part, from 1.
  package let number: Int
  /// How many parts there are.
  package let count: Int
  /// Returns the number of the part that a text belongs to.
  let shard: @Sendable (String) -> Int
  /// Returns the SHA-256 of a file in hexadecimal.
  let hash: @Sendable (OpenedFile) -> String
  /// Returns an event as JSON, as its journal keeps it; `nil` for one that is not reported.
  let describe: @Sendable (RunEvent) -> [UInt8]?

  /// Describes a part.
  ///
  /// - Parameters:
  ///   - number: Which part, from 1.
  ///   - count: How many parts there are.
  ///   - shard: Returns the number of the part, from 1, that a text belongs to.
  ///   - hash: Returns the SHA-256 of a file that was checked.
  ///   - describe: Returns an event as the journal keeps it.
  package init(
    number: Int, count: Int, shard: @escaping @Sendable (String) -> Int,
    hash: @escaping @Sendable (OpenedFile) -> String,
    describe: @escaping @Sendable (RunEvent) -> [UInt8]?
  ) {
    (self.number, self.count) = (number, count)
    (self.shard, self.hash, self.describe) = (shard, hash, describe)
  }

  /// Whether the part executes what belongs to a SID.
  func owns(_ sid: AnySID) -> Bool { shard(sid.description.uppercased()) == number }

  /// Whether the part executes the pass of a loop that creates an interaction.
  func owns(pass: Int, of file: OpenedFile?) -> Bool {
    shard("\(pass)@\(file.map(hash) ?? "")") == number
  }
}

/// Shards: what this one executes.
extension ScriptRunner {
  /// Whether the next sentence is a unit, or has units in it.
  var isBetweenUnits: Bool { units != nil && !isInUnit }

  /// Executes a sentence, if this run is to do so; inside a unit, it is.
  func executeOwn(_ command: Command, _ toleration: Toleration) async {
    guard isBetweenUnits, let sharding else { return await execute(command, toleration) }
    let rule: UnitRule
    do throws(SourceFailure) {
      rule = try units?.rule(of: command) ?? .everyShard
    } catch {
      return endAtChange(
        "\(error.file ?? frame.file): \(error.reason)", at: SourceLocation(file: frame.file))
    }
    switch rule {
    case .open: await execute(command, toleration)
    case .everyShard: await asUnit { await execute(command, toleration) }
    case .owner(let sid):
      guard sharding.owns(sid) else { return }
      await asUnit { await execute(command, toleration) }
    case .passes(let owner):
      passOwner = owner
      defer { passOwner = nil }
      await execute(command, toleration)
    }
  }

  /// Executes a body as a unit: what is in it is not looked at again.
  func asUnit(_ body: () async -> Void) async {
    let outer = isInUnit
    isInUnit = true
    defer { isInUnit = outer }
    await body()
  }

  /// Whether this run executes a pass; `file`: the data file that it is a row of.
  ///
  /// `place`: the line of the row, or the number of the element.
  func isOwn(_ value: Value, in file: OpenedFile?, _ place: Int) -> Bool {
    guard isBetweenUnits, let sharding, let passOwner else { return true }
    switch (passOwner, value) {
    case (.sid(let sid), _): return sharding.owns(sid)
    case (.place, _): return sharding.owns(pass: place, of: file)
    // What names nothing has to be executed by one, too.
    case (.cell, .row(let row)):
      return passOwner.sid(in: row).map(sharding.owns) ?? (sharding.number == 1)
    case (.cell, _):
      return AnySID(ofAnyShape: value.text).map(sharding.owns) ?? (sharding.number == 1)
    }
  }
}
