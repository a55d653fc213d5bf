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
    if let unknown = UnknownCommand.asked(for: arguments)
      ?? UnknownCommand.askedOfRuns(arguments)
    {
      exit(unknown, arguments)
    }
    if let script = ScriptHelp.asked(for: arguments) {
      ProcessSetup.exit(await Commands.describe(script: script, in: .process()))
    }
    do {
      var command = try parsed(commandLine(arguments))
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

  /// The arguments with the command that they leave out: `flexsh FILE` is `flexsh run FILE`.
  ///
  /// A default command of ArgumentParser would do the same, and cost a third of the start: whatever the
  /// call, it looks for what the default command does with arguments that it does not know.
  private static func commandLine(_ arguments: [String]) -> [String] {
    let commands = configuration.subcommands.compactMap { $0.configuration.commandName }
    let own = ["help", "--help", "-h", "--version", "--generate-completion-script"]
    guard let first = arguments.first else { return ["run"] }
    let isCommand =
      (commands + own).contains(first) || first.hasPrefix("--generate-completion-script=")
    return isCommand ? arguments : ["run"] + arguments
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

  /// The end of a program whose command line is wrong.
  private static func usageEnd(_ message: String, _ arguments: [String]) -> CommandEnd {
    let commands = configuration.subcommands.compactMap { $0.configuration.commandName }
    let command = arguments.first.flatMap { commands.contains($0) ? $0 : nil } ?? "run"
    if let option = ["-o", "--output"].first(where: { message.contains("option '\($0)'") }) {
      let words = arguments.prefix { $0 != option }.filter { !$0.hasPrefix("-") }
      let name = command == "runs" ? words.prefix(2).joined(separator: " ") : command
      return CommandEnd(
        status: ExitStatus.usage, message: "\(name) prints text only, and takes no \(option)",
        help: "flexsh \(command) --help lists the options")
    }
    var text = message
    // The first letter is a capital unless it is an option, a command or a quotation.
    if let first = text.first, first.isUppercase, text.dropFirst().first?.isLowercase ?? false {
      text = first.lowercased() + text.dropFirst()
    }
    return CommandEnd(
      status: ExitStatus.usage, message: withChoices(text).replacing("\n", with: "; "),
      help: "flexsh \(command) --help lists the options")
  }

  /// A message of ArgumentParser about a value that is none of several, on one line, with the one that
  /// was probably meant.
  private static func withChoices(_ message: String) -> String {
    guard let mark = message.firstRange(of: "Please provide one of") else { return message }
    let choices = message[mark.upperBound...].split { !$0.isLetter && $0 != "-" }.map(String.init)
      .filter { !["the", "following", "or", "-"].contains($0) }
    let start = message[..<mark.lowerBound].split(separator: " ").joined(separator: " ")
    let written = start.split(separator: "'").dropFirst().first.map(String.init) ?? ""
    let meant = Suggestion.closest(to: written, among: choices)
    return "\(start.hasSuffix(".") ? String(start.dropLast()) : start): it is one of "
      + choices.joined(separator: ", ") + (meant.map { "; did you mean '\($0)'?" } ?? "")
  }

  /// Prints the message or the help of ArgumentParser, which may quote any argument, and ends the
  /// program with its status.
  private static func finish(_ error: any Error, _ arguments: [String]) {
    if let hint = Commands.valueWrittenAsOption(arguments) { exit(hint, arguments) }
    let status = exitCode(for: error).rawValue
    if status == ExitStatus.usage { exit(usageEnd(self.message(for: error), arguments), arguments) }
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
