import FlexConsole
import FlexStorage

/// The run of one account among several: what it shares with the others.
struct ProfileTurn: Sendable {
  /// The name of the profile.
  let profile: String
  /// Its place among the runs, from 0.
  let number: Int
  /// Where it prints.
  let output: RunsOutput
  /// What interrupts it.
  let signals: SharedSignals

  /// The context of the run.
  ///
  /// `isHeld`: whether others run at the same time, so that its text waits for its turn.
  func context(in context: CommandContext, isHeld: Bool) -> CommandContext {
    var own = context
    own.turn = self
    guard isHeld else { return own }
    let (output, number) = (output, number)
    own.output = context.output.passing { output.take(.output($0), from: number) }
    own.errors = context.errors.passing { output.take(.errors($0), from: number) }
    return own
  }
}

/// Passes the record of one run to what all of them print.
final class ProfileSink: RecordSink {
  private let output: RunsOutput
  private let number: Int

  /// `number`: the place of the run among them.
  init(_ output: RunsOutput, number: Int) {
    self.output = output
    self.number = number
  }

  var keepsAttempts: Bool { output.keepsAttempts }
  var isLost: Bool { output.isLost }

  func take(_ object: [UInt8], _ part: RecordPart) {
    let time = part == .start ? Int(WallClock.now()) : 0
    output.take(.record(object, part, time: time), from: number)
  }
}
