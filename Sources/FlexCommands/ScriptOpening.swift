import FlexScript
import FlexSimulator
import FlexStorage

/// Opens the scripts that a request names.
enum ScriptOpening {
  /// Opens a file, or standard input for `-`.
  ///
  /// `isRecorded`: whether what is read later is compared with what is read first.
  static func open(_ name: String, isRecorded: Bool = true) throws(CommandEnd) -> OpenedFile {
    do throws(FileProblem) {
      if name == "-" { return try StandardInput.read(name: "-") }
      return try isRecorded ? Files.openRecorded(name) : Files.open(name)
    } catch {
      throw CommandEnd(
        status: ExitStatus.noInput, message: "\(name) cannot be read: \(error.reason)")
    }
  }

  /// All bytes of a file.
  static func bytes(of file: OpenedFile) throws(CommandEnd) -> [UInt8] {
    do throws(SourceFailure) {
      return try file.bytes() ?? []
    } catch {
      throw CommandEnd(
        status: ExitStatus.noInput, message: "\(file.name) cannot be read: \(error.reason)")
    }
  }
}

/// Opens the worlds that a request names.
enum FixtureOpening {
  /// Reads a fixture; a mistake in it ends the command.
  static func open(_ name: String) throws(CommandEnd) -> SimulatedTwilio {
    let bytes = try ScriptOpening.bytes(of: ScriptOpening.open(name))
    do throws(FixtureProblem) {
      return try SimulatedTwilio.fixture(bytes)
    } catch {
      throw CommandEnd(status: ExitStatus.checkFailed, message: "\(name): \(error.reason)")
    }
  }
}
