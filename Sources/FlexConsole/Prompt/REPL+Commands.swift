import FlexAPI
import FlexRuntime
import FlexScript

extension REPL {
  /// Executes one of the prompt's own commands.
  ///
  /// - Returns: Whether the session continues.
  mutating func carryOut(_ command: ConsoleCommand) async -> Bool {
    switch command {
    case .exit: return false
    case .mistaken(let usage):
      let hint = usage.hasSuffix(" FILE") ? "; a name with spaces goes in quotes" : ""
      write("usage: \(usage)\(hint)\n")
    case .help(let topic): await help(topic)
    case .history(let most):
      let all = surroundings.history.lines().enumerated().map { index, line in
        "\(index + 1)  \(VisibleText.escaped(line, keepingTabs: true))\n"
      }
      let lines = most.map { all.suffix($0) } ?? all[...]
      await surroundings.page(lines.joined())
    case .vars: await showVariables()
    case .place: showPlace()
    case .save(let path): await save(expanded(path))
    case .source(let path): return await source(expanded(path))
    case .edit: await edit()
    case .why:
      let account =
        surroundings.sharedNames.map { report.account(sharedAs: $0()) } ?? report.account
      guard let account else {
        write("nothing has gone wrong in this session\n")
        break
      }
      // What is shared says nothing of when.
      let isShared = surroundings.sharedNames != nil
      let age = isShared ? "" : report.ageOfProblem.map { "\($0):\n" } ?? ""
      let columns = surroundings.width()
      let lines = (age + account).split(separator: "\n", omittingEmptySubsequences: false)
      write(
        lines.map { TextWindow.wrapped(String($0), columns: columns) }.joined(separator: "\n"))
    case .output(let output): report.show(output)
    case .timing(let isOn): showsTiming = isOn
    case .dry(let isOn): setDry(isOn)
    case .readOnly:
      wasMadeReadOnly = true
      runner.policy.isReadOnly = true
      write("every write is refused from here on; a new session may write\n")
    case .again(let pause, let condition): return await again(every: pause, until: condition)
    case .plan(let sentence): return await plan(sentence)
    case .profile(let name): return await leave(for: name)
    case .hints(let isOn): showsHints = isOn
    case .names(let isOn): runner.looksUpNames = isOn
    }
    return true
  }

  /// Shows what sentences would do.
  private mutating func plan(_ written: String) async -> Bool {
    let text: String
    do throws(ListedRows.Missing) {
      text = try typedText(written + "\n").whole
    } catch {
      complain("error: \(error.reason)\n")
      return true
    }
    switch checkAside(text) {
    case .mistakes(let lists):
      complain(
        rendered(lists))
      return true
    case .commands(let commands, let lists):
      write(rendered(lists))
      let interruption = Interruption()
      let (runner, report) = (runner, report)
      var planned: (content: PlanContent, problem: String?)?
      await surroundings.whileRunning(interruption) {
        await report.whilePlanning {
          planned = await runner.plan(commands, $0, interruption: interruption)
        }
      }
      report.flush()
      guard interruption.cause == nil, let planned else {
        return goesOn(after: interruption.cause)
      }
      await surroundings.page(
        report.text(of: planned.content, isWhole: planned.problem == nil))
      if let problem = planned.problem { complain("\(VisibleText.escaped(problem))\n") }
      return true
    }
  }

  private func help(_ topic: String?) async {
    func page(_ text: String) async {
      await surroundings.page(TextWindow.filled(text, columns: surroundings.width()) + "\n")
    }
    guard let topic else { return await page(LanguageHelp.overview) }
    // `help close channel` is about `close`.
    let words = topic.lowercased().split(separator: " ").prefix(1).map(String.init)
    if let text = LanguageHelp.text(on: topic) ?? words.first.flatMap(LanguageHelp.text) {
      return await page(text)
    }
    let known = LanguageHelp.topics.joined(separator: ", ")
    write(
      "there is no help on \(VisibleText.escaped(topic)); there is help on every word of the language, "
        + "and on \(known)\n")
  }

  private func showVariables() async {
    var text = ""
    for (name, value) in runner.variables {
      text += "$\(name)  \(VisibleText.escaped(value.displayText))\n"
    }
    await surroundings.page(text.isEmpty ? "no names yet: let chat = UO…\n" : text)
  }

  private func showPlace() {
    var lines = runner.inUse.map { resource, sid in
      let place = resource.scope.reversed().map { " \($0.preposition) \($0.type.rawValue)…" }
      return (
        resource.noun,
        sid?.description
          ?? (resource.placeRule == .ofAccount ? "the account's; " : "none: ")
          + "use \(resource.noun) \(resource.type.rawValue)…\(place.joined())"
      )
    }
    lines += surroundings.facts
    if isDry { lines.append(("dry", "requests are shown and not sent")) }
    if runner.policy.isReadOnly { lines.append(("read-only", "every write is refused")) }
    let width = lines.map { $0.0.count }.max() ?? 0
    for (name, value) in lines {
      let padding = String(repeating: " ", count: width - name.count)
      write("\(name)\(padding)  \(VisibleText.escaped(value))\n")
    }
  }

  private func setDry(_ isOn: Bool) {
    runner.setDry(isOn)
    if runner.isDry, !isOn { write("the session was begun with --dry-run\n") }
  }

  // MARK: Files

  /// A path with a leading `~/` replaced by the user's home.
  private func expanded(_ path: String) -> String {
    path.hasPrefix("~/") ? surroundings.files.home + path.dropFirst() : path
  }

  /// Saves what was done as a script, which must pass the check.
  private mutating func save(_ path: String) async {
    guard !log.isEmpty else {
      write("nothing has been done yet, so there is nothing to save\n")
      return
    }
    let shown = VisibleText.escaped(path)
    if let problem = surroundings.files.problem(path) {
      return complain("error: \(VisibleText.escaped(problem.reason))\n")
    }
    let isShared = surroundings.sharedNames != nil
    let bytes = log.script(
      title: isShared
        ? SharedCopy.notice : "From a session at the prompt, \(surroundings.now()).")
    let lists = session.checkApart(bytes, name: path)
    guard !lists.contains(where: \.hasErrors) else {
      write(rendered(lists))
      write("nothing was written: the script would have errors there\n")
      return
    }
    do throws(FileProblem) {
      if try !surroundings.files.create(path, bytes) {
        let replace = try surroundings.files.replacing(path)
        let answer = await ask("\(shown) already exists; type yes to replace it: ")
        guard answer == "yes" else {
          write("nothing was written\n")
          return
        }
        try replace(bytes)
      }
      write("saved to \(shown), without errors\n")
    } catch {
      complain("error: \(shown) cannot be written: \(error.reason)\n")
    }
  }

  /// Runs a file as if it were typed.
  private mutating func source(_ path: String) async -> Bool {
    let shown = VisibleText.escaped(path)
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try surroundings.files.read(path)
    } catch {
      complain("error: \(shown) cannot be read: \(error.reason)\n")
      return true
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      complain("error: \(shown) is not UTF-8\n")
      return true
    }
    return await sentences(text, file: path)
  }

  /// Opens the last sentence in an editor; the result waits in the line for Enter.
  private mutating func edit() async {
    guard let edited = await surroundings.edit(last.text) else { return }
    guard edited != last.text, edited.contains(where: { !$0.isWhitespace }) else {
      write("unchanged; nothing is run\n")
      return
    }
    draft = edited
  }
}

extension Value {
  /// The value on one line.
  fileprivate var displayText: String {
    switch self {
    case .list(let values):
      "\(values.count) \(values.count == 1 ? "item" : "items"): "
        + values.prefix(20).map(\.text).joined(separator: ", ") + (values.count > 20 ? ", …" : "")
    case .empty: "empty"
    default: text
    }
  }
}
