import FlexAPI
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage

/// What a session at the prompt says first: the version, whose account is in use, the runs that are
/// not finished, and a sentence to try.
struct PromptGreeting {
  let connection: Connection
  let setup: RunSetup
  let context: CommandContext
  let palette: Palette

  /// The lines, with their line ends.
  var text: String {
    let columns = context.columns
    let lines = [title] + [unfinished].compactMap(\.self) + ["Try:  \(sentence)", keys]
    return lines.map { TextWindow.wrapped($0, columns: columns) + "\n" }.joined()
  }

  private var keys: String {
    "Type help for help, Tab to complete, Ctrl-D to leave."
  }

  private var title: String {
    let version = "flexsh \(Version.current) · "
    if let world = connection.world {
      let count = "\(world.interactions) interaction\(world.interactions == 1 ? "" : "s")"
      return version
        + VisibleText.escaped("simulator, \(world.name): \(count), nothing here is real")
    }
    guard let account = connection.account else {
      return version + "a dry run: requests are shown and not sent"
    }
    let profile = (connection.profile ?? connection.production).map {
      "profile \($0.name)" + (connection.production != nil ? " (production)" : "") + " · "
    }
    let whose = VisibleText.escaped(
      "\(account.prefix(2))…\(account.suffix(4)) · \(profile ?? "")\(connection.baseURL)")
    return version + (connection.production != nil ? palette.text(whose, .failure) : whose)
  }

  /// A sentence that shows something on this account.
  private var sentence: String {
    connection.world?.largest.map { "list channels in \($0)" } ?? "list workers"
  }

  // MARK: Unfinished runs

  /// How many journals are read, the latest first, and how long they may be together, in bytes: the
  /// prompt waits for it.
  private static let (most, longest): (Int, Int64) = (20, 4 << 20)

  /// The runs of this account that ended early and can be resumed; `nil` if there are none.
  private var unfinished: String? {
    guard !setup.journal.isOff, let account = connection.account else { return nil }
    let real = RunDirectory(setup.journal, context)
    let directory = setup.target.isSimulated ? real.ofSimulatedRuns : real
    var left = Self.longest
    let runs = directory.runs().prefix(Self.most).filter { name in
      guard let length = directory.length(of: name), length <= left else { return false }
      left -= length
      guard
        let past = try? directory.read(name), !past.header.scripts.isEmpty,
        past.header.account == account, past.header.baseURL == connection.baseURL
      else { return false }
      return past.mayBeResumed && !directory.isInUse(name)
    }
    guard let last = runs.first else { return nil }
    let count = runs.count == 1 ? "1 run is not finished" : "\(runs.count) runs are not finished"
    return "\(count): flexsh resume \(last.suffix(4)), flexsh runs"
  }
}

extension RecordedRun {
  /// Whether it ended before all was done: interrupted, cut off, or with an unknown outcome.
  fileprivate var mayBeResumed: Bool {
    switch end?.exit {
    case nil, ExitStatus.unknown?, ExitStatus.unavailable?, ExitStatus.outputFailed?: true
    case let exit?: exit > 128
    }
  }
}
