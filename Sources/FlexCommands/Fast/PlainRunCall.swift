import FlexScript
import FlexSimulator

extension RunRequest {
  /// Reads a call of `run` whose every word is a file, a value, or one of the options that most calls
  /// have; `nil` if there is anything else, so that only a parser can tell what it means.
  ///
  /// ArgumentParser finds out what the options of a command are by casting each of its properties, and
  /// each cast looks through all conformances of the program.
  ///
  /// Slow counterpart: `RunCommand.parseAsRoot`. Compared by
  /// `whatAPlainCallMeansIsWhatTheParserSays`. Gain: 65 % of the instructions of a run of one line.
  ///
  /// `words`: those after `run`.
  package init?(plainCall words: [String]) {
    var call = PlainRunCall()
    guard call.read(words), let request = call.request else { return nil }
    self = request
  }
}

/// What was read of a call so far.
private struct PlainRunCall {
  private var others: [String] = []
  private var lines: [String] = []
  private var isSimulated = false
  private var isDryRun = false
  private var baseURL: String?
  private var setup = RunSetup(target: .server(nil))

  /// Reads all words; false if one of them is not known here.
  mutating func read(_ words: [String]) -> Bool {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.utf8.first == UInt8(ascii: "-") else {
        guard !word.isEmpty else { return false }
        others.append(word)
        continue
      }
      if setFlag(word) { continue }
      guard let value = rest.popFirst(), !value.isEmpty, value.utf8.first != UInt8(ascii: "-"),
        setOption(word, value)
      else { return false }
    }
    return true
  }

  /// The whole call; `nil` if its words do not go together, or ask for a prompt.
  var request: RunRequest? {
    let written = ScriptArguments(others)
    guard written.twice == nil, lines.isEmpty != written.files.isEmpty else { return nil }
    var setup = setup
    if isSimulated {
      guard !isDryRun, baseURL == nil, setup.connection.profile == nil else { return nil }
      setup.target = .simulator(fixture: nil, FaultPlan([], seed: 0), seed: 0)
    } else {
      setup.target = isDryRun ? .dryRun(baseURL) : .server(baseURL)
    }
    let scripts: RunRequest.Scripts =
      lines.isEmpty ? .files(written.files) : .text(lines.joined(separator: "\n") + "\n")
    return RunRequest(scripts, values: written.values, setup)
  }

  /// Notes an option without a value; false if it is not known here.
  private mutating func setFlag(_ name: String) -> Bool {
    switch name {
    case "--simulate": isSimulated = true
    case "--dry-run": isDryRun = true
    case "--keep-going": setup.run.keepsGoing = true
    case "--yes", "-y": setup.run.assumesYes = true
    case "--strict": setup.run.isStrict = true
    case "--read-only": setup.run.isReadOnly = true
    case "--at-most-once": setup.connection.isAtMostOnce = true
    case "--no-journal": setup.journal.isOff = true
    case "--quiet", "-q": setup.output.isQuiet = true
    default: return false
    }
    return true
  }

  /// Notes an option with its value; false if it is not known here, or the value is not one of its values.
  private mutating func setOption(_ name: String, _ value: String) -> Bool {
    switch name {
    case "-c":
      lines.append(value)
    case "--base-url":
      baseURL = value
    case "--profile":
      setup.connection.profile = value
    case "--journal-dir":
      setup.journal.folder = value
    case "--jobs", "-j":
      guard let jobs = Int(value), (1...256).contains(jobs) else { return false }
      setup.connection.jobs = jobs
    case "--rate":
      guard let rate = RequestRate(spelling: value) else { return false }
      setup.connection.rate = rate
    case "--output", "-o":
      guard let format = OutputSettings.Format(rawValue: value) else { return false }
      setup.output.format = format
    default:
      return false
    }
    return true
  }
}
