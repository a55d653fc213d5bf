import FlexConsole
import FlexScript
import FlexStorage
import Subprocess
import SystemPackage

/// The programs of the user's choice that show and edit texts: a pager, an editor.
///
/// They see the environment that is passed to them and nothing else of this process's.
enum ExternalPrograms {
  /// Shows a text page by page, if it is longer than the screen and there is a pager.
  ///
  /// `$PAGER` is a command line of the shell, `less` when it is unset; less shows colours and leaves
  /// short texts on the screen. Returns: whether it was shown.
  static func page(_ text: String, environment: [String: String]) async -> Bool {
    guard let size = Terminal.size(.standardOutput), size.lines > 0,
      text.utf8.count(where: { $0 == UInt8(ascii: "\n") }) >= size.lines
    else { return false }
    let pager = environment["PAGER"].flatMap { $0.isEmpty ? nil : $0 } ?? "less"
    TerminalGuard.restore()
    var environment = environment
    if (environment["LESS"] ?? "").isEmpty { environment["LESS"] = "FRX" }
    let result = try? await run(
      .path("/bin/sh"), arguments: ["-c", pager], environment: Environment(exactly: environment),
      input: .string(text),
      output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
      error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
    // 126 and 127: the shell found no such program.
    guard case .exited(let status)? = result?.terminationStatus else { return result != nil }
    return status != 126 && status != 127
  }

  /// What came of editing a text.
  enum Edited: Sendable {
    case text(String)
    /// Why there is no text.
    case problem(String)
  }

  /// Opens a text in `$VISUAL` or `$EDITOR`, `vi` when both are unset.
  ///
  /// Meanwhile it is in a file of `$TMPDIR` that only its owner can read.
  static func edit(
    _ text: String, environment: [String: String]
  ) async -> Edited {
    let editor = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "vi"
    let folder = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let path = FilePath(folder).appending("flexsh-\(UInt64.random(in: .min ... .max)).flex")
    TerminalGuard.restore()
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite)
      _ = try file.closeAfter { try file.writeAll(Array(text.utf8)) }
      defer { try? RemovedFile.remove(path) }
      let result = try await run(
        .path("/bin/sh"), arguments: ["-c", "\(editor) \"$1\"", "sh", path.string],
        environment: Environment(exactly: environment),
        input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
        output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
        error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
      guard result.terminationStatus.isSuccess else {
        return .problem("\(editor) did not end well, so nothing was changed")
      }
      guard let bytes = try Files.open(path.string).bytes(atMost: 1 << 20),
        let edited = String(validating: bytes, as: UTF8.self)
      else { return .problem("what \(editor) saved is not UTF-8, or too long") }
      return .text(edited)
    } catch {
      let reason = (error as? FileProblem)?.reason ?? Files.words(for: error)
      return .problem("\(editor) could not be used: \(reason)")
    }
  }
}

extension Environment {
  /// An environment of exactly these variables.
  init(exactly variables: [String: String]) {
    var entries: [Key: String] = [:]
    for (name, value) in variables {
      if let key = Key(rawValue: name) { entries[key] = value }
    }
    self = .custom(entries)
  }
}
