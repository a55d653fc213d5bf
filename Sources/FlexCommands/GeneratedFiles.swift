import FlexConsole
import FlexScript
import FlexStorage

extension Commands {
  /// Writes files that the program makes into a folder, and says what became of each; a file that was
  /// changed stays as it is, and the command ends with 1.
  ///
  /// `files`: their paths and texts. `list`: the name of the list of what was written; without one, every
  /// file is overwritten. `advice`: where they belong.
  package static func write(
    _ files: [(path: String, text: String)], to folder: String, list: String?, advice: String,
    in context: CommandContext
  ) async -> CommandEnd {
    await CommandEnd.of {
      let effects: [(path: String, effect: GeneratedFolder.Effect)]
      do throws(FileProblem) {
        effects = try GeneratedFolder(folder, list: list).write(files)
      } catch {
        throw CommandEnd(
          status: ExitStatus.outputFailed,
          message: "\(folder) cannot be written: \(error.reason)", help: error.help)
      }
      var output = context.outputStream()
      for (path, effect) in effects {
        let words =
          switch effect {
          case .written: "wrote "
          case .unchanged: "unchanged: "
          case .kept: "kept, because it was changed: "
          }
        output.write(words + VisibleText.escaped("\(folder)/\(path)") + "\n")
      }
      output.write(advice + "\n")
      output.flush()
      guard output.failure == nil else { return CommandEnd(status: ExitStatus.outputFailed) }
      guard effects.contains(where: { $0.effect == .kept }) else { return CommandEnd(status: 0) }
      return CommandEnd(
        status: ExitStatus.failed, message: "a file that was changed is never overwritten",
        help: "move it away, and run the command again")
    }
  }
}
