import FlexStorage

/// The command that resumes a run, with every option it needs to reach the same account and journal.
struct ResumeCommandLine {
  private let options: [String]

  init(_ setup: RunSetup) {
    var options = Self.target(setup)
    if let folder = setup.journal.folder {
      options.append(ShellWord.option("--journal-dir", folder))
    }
    self.options = options
  }

  /// The options that choose the account and where requests go.
  static func target(_ setup: RunSetup) -> [String] {
    var options: [String] = []
    switch setup.target {
    case .simulator(let fixture, _, _):
      options.append("--simulate")
      // `resume` works in the folder of the run, whatever the folder it is called in.
      if let fixture {
        options.append(ShellWord.option("--fixture", WorkingFolder.absolute(fixture)))
      }
    case .server(let url), .dryRun(let url):
      if let url { options.append(ShellWord.option("--base-url", url)) }
    }
    if let profile = setup.connection.profile {
      options.append(ShellWord.option("--profile", profile))
    }
    return options
  }

  /// The command for a run.
  func text(for run: String) -> String {
    (["flexsh", "resume"] + options + [run]).joined(separator: " ")
  }
}
