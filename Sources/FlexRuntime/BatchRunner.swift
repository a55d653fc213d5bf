package import FlexAPI
package import FlexScript

/// Checks scripts as a whole, and runs them one after the other in one run.
package struct BatchRunner {
  /// The scripts in the order in which they run.
  package let scripts: [OpenedFile]
  /// The values for their parameters, as written on the command line.
  package let arguments: [String: String]
  /// Opens the scripts and data files that they name.
  package let session: CheckSession

  /// Puts one together.
  package init(scripts: [OpenedFile], arguments: [String: String], files: any ScriptFiles) {
    self.scripts = scripts
    self.arguments = arguments
    session = CheckSession(files: files)
  }

  /// The SIDs that the arguments name.
  package var argumentSIDs: [AnySID] {
    arguments.keys.sorted().compactMap { arguments[$0].flatMap { AnySID($0) } }
  }

  /// Checks every script with its arguments.
  ///
  /// - Returns: Whether they may run; the diagnostics are the session's.
  package func check(strictly: Bool) throws(SourceFailure) -> Bool {
    var declared: Set<String> = []
    for script in scripts {
      let parameters = try session.check(script, arguments: arguments)
      declared.formUnion(parameters.map(\.name))
    }
    for name in arguments.keys.sorted() where !declared.contains(name) {
      var list = DiagnosticList(file: scripts.first?.name ?? "-")
      list.add(.unknownArgument(name, parameters: declared.sorted()))
      session.add(list)
    }
    return !session.hasErrors && !(strictly && session.lists.contains { $0.hasWarnings })
  }

  /// Runs the scripts, which have been checked.
  package func run(_ configuration: RunConfiguration) async -> RunResult {
    let runner = ScriptRunner(configuration)
    for script in scripts { await runner.run(script, arguments: arguments) }
    await runner.settleDoubts()
    return runner.result
  }
}
