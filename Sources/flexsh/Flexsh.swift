import ArgumentParser
import FlexCommands
import FlexConsole
import FlexScript
import SystemPackage

/// The executable: arguments, wiring, exit statuses.
@main
struct Flexsh: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flexsh",
    abstract: "The shell for Twilio Flex interactions.",
    discussion: """
      Removes agents from conversations, one sentence per operation: close UT… on UO…
      A script is checked as a whole before anything is sent.

        flexsh check park.flex             every mistake, nothing sent
        flexsh run --simulate park.flex    rehearse it against a simulator
        flexsh park.flex chat=UO…          run it: short for flexsh run
        flexsh -c 'close UT… on UO… in KD…'

      Credentials come from the environment: TWILIO_ACCOUNT_SID with
      TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN.

      `flexsh help TOPIC` tells about \(Commands.helpTopics.joined(separator: ", ")).
      """,
    version: "flexsh \(Version.current)",
    subcommands: [
      // `run` is inserted before a parser sees the arguments: see `commandLine`.
      RunCommand.self, CheckCommand.self, FormatCommand.self, FindCommand.self, PlanCommand.self,
      ApplyCommand.self, ResumeCommand.self, RunsCommand.self, WhoAmICommand.self,
      SimulatorCommand.self, LanguageServerCommand.self,
    ])

  /// The names of the commands.
  private static var names: [String] {
    configuration.subcommands.compactMap { $0.configuration.commandName }
  }

  /// Runs the command beside the main thread, which then waits.
  ///
  /// An asynchronous `main` would end that thread with `pthread_exit`, for which glibc loads libgcc: it
  /// need not be there. The task has the priority that an asynchronous `main` has.
  static func main() {
    ProcessSetup.prepare()
    Task.detached(priority: .userInitiated) { await perform() }
    MainThread.waitForEnd()
  }

  /// Runs the command on a thread of the pool: the main thread's stack may be too small for a deeply
  /// nested script.
  @concurrent
  private static func perform() async {
    guard let arguments = ProcessArguments.read() else {
      ProcessSetup.exit(
        CommandEnd(
          status: ExitStatus.usage, message: "the program was started without arguments",
          help: "a program that starts flexsh must pass its name as the first argument"))
    }
    // It needs no parser, whose start is two thirds of the program's.
    if arguments == ["--version"] {
      ProcessSetup.exit(Commands.printed(configuration.version + "\n", in: .process()))
    }
    if let end = ShellCompletionCommand.asked(for: arguments) { ProcessSetup.exit(end) }
    if let end = await GeneratedHelp.asked(for: arguments) { ProcessSetup.exit(end) }
    if let help = Commands.help(
      arguments, commands: CommandTree.commands.map(\.name), in: .process())
    {
      ProcessSetup.exit(help)
    }
    if let unknown = UnknownCommand.asked(for: arguments, commands: names)
      ?? UnknownCommand.askedOfRuns(
        arguments,
        commands: RunsCommand.configuration.subcommands.compactMap {
          $0.configuration.commandName
        })
    {
      exit(unknown, arguments)
    }
    if let script = ScriptHelp.asked(for: arguments) {
      ProcessSetup.exit(await Commands.describe(script: script, in: .process()))
    }
    let words = CommandLineText.complete(arguments, commands: names)
    if words.first == "run", let request = RunRequest(plainCall: Array(words.dropFirst())) {
      exit(await Commands.run(request, in: .process()), arguments)
    }
    do {
      var command = try parsed(words)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let end as CommandEnd {
      exit(end, arguments)
    } catch {
      finish(error, arguments)
    }
  }

  /// Parses the command that a call names by itself, which takes half as long as the whole tree of
  /// commands; the tree decides whenever there is anything to say about the call.
  private static func parsed(_ words: [String]) throws -> any ParsableCommand {
    let command = configuration.subcommands.first { $0.configuration.commandName == words.first }
    let asks = words.contains { word in
      ["-h", "--version"].contains(word) || word.hasPrefix("--help")
        || word.hasPrefix("--generate-completion-script")
    }
    if let command, command.configuration.subcommands.isEmpty, !asks,
      let parsed = try? command.parseAsRoot(Array(words.dropFirst())), type(of: parsed) == command
    {
      return parsed
    }
    return try parseAsRoot(words)
  }

  /// Ends the program; a wrong command line is told to programs, too, once its format is known.
  private static func exit(_ end: CommandEnd, _ arguments: [String]) -> Never {
    if end.status == ExitStatus.usage, !end.isReported,
      let format = FormatOptions.asked(for: arguments)
    {
      Commands.report(end, in: format, .process())
    }
    ProcessSetup.exit(end)
  }

  /// Prints the message or the help of ArgumentParser, which may quote any argument, and ends the
  /// program with its status.
  private static func finish(_ error: any Error, _ arguments: [String]) {
    if let hint = Commands.valueWrittenAsOption(arguments) { exit(hint, arguments) }
    let status = exitCode(for: error).rawValue
    if status == ExitStatus.usage {
      exit(
        CommandLineText.usage(self.message(for: error), arguments, commands: names), arguments)
    }
    let message = fullMessage(for: error)
    var stream = OutputStream(status == 0 ? .standardOutput : .standardError, isBuffered: true)
    for line in message.split(separator: "\n", omittingEmptySubsequences: false)
    where !message.isEmpty {
      stream.write(VisibleText.escaped(String(line), keepingTabs: true) + "\n")
    }
    stream.flush()
    ProcessSetup.exit(
      CommandEnd(
        status: status == 0 && stream.failure != nil ? ExitStatus.outputFailed : status,
        message: ""))
  }
}
