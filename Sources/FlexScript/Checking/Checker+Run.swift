import FlexAPI

extension Checker {
  /// Closes the scope of a loop's name.
  mutating func closeScope() {
    reportUnused(environment.pop())
  }

  /// Checks that another script can be run from here, and checks that script itself.
  mutating func run(_ syntax: RunSyntax, _ statement: StatementSyntax) -> Run? {
    guard let path = syntax.path.literal else {
      mismatch(
        "a text with references", "a path written out", at: syntax.path.range,
        help: "which scripts a run consists of is known before it begins")
      for argument in syntax.arguments { _ = expression(argument.value) }
      return nil
    }
    var arguments: [(name: NameSyntax, value: ValueSyntax, expression: Expression, type: ValueType)]
    arguments = []
    var isWhole = true
    for (name, value) in syntax.arguments {
      if let earlier = arguments.first(where: { $0.name.text == name.text }) {
        report(.duplicateName(name.text, line: earlier.name.range.start.line), at: name.range)
        isWhole = false
      } else if let (expression, type) = expression(value) {
        arguments.append((name, value, expression, type))
      } else {
        isWhole = false
      }
    }
    var data: [String: DataArgument] = [:]
    for argument in arguments {
      data[argument.name.text] = dataArgument(argument.value, argument.type)
    }
    guard let parameters = script(path, data, at: syntax.path.range) else { return nil }
    for argument in arguments {
      guard let parameter = parameters.first(where: { $0.name == argument.name.text }) else {
        report(
          .unknownArgument(
            argument.name.text, script: path, candidates: parameters.map(\.name)),
          at: argument.name.range)
        continue
      }
      accept(argument.value, argument.type, for: parameter)
    }
    for parameter in parameters where parameter.defaultText == nil && isWhole {
      if !arguments.contains(where: { $0.name.text == parameter.name }) {
        report(
          .missingArgument(parameter.name, type: parameter.type.word, script: path),
          at: syntax.path.range)
      }
    }
    return Run(path: path, arguments: arguments.map { ($0.name.text, $0.expression) })
  }

  /// Checks that a value fits a parameter.
  private mutating func accept(_ value: ValueSyntax, _ type: ValueType, for parameter: Parameter) {
    let expected = Checker.type(of: parameter.type)
    switch (parameter.type, type) {
    case (_, .anything), (_, .json): return
    case (.sid(let kind), _): _ = isSID(type, kind, parameter.name, at: value.range)
    case (.anySID, .sid), (.anySID, .resource): return
    case (.anySID, .column(let row, let path)): note(row, path, .sid(nil), parameter.name)
    case (.number, .column(let row, let path)): note(row, path, .number, parameter.name)
    case (.duration, .column(let row, let path)): note(row, path, .duration, parameter.name)
    case (.text, .text), (.text, .word), (.text, .sid), (.text, .resource), (.text, .column),
      (.text, .file), (.number, .number), (.duration, .duration), (.file, .text), (.file, .word),
      (.file, .file), (.file, .column):
      return
    default: mismatch(type.description, expected.description, at: value.range)
    }
  }

  /// Returns the data file that an argument names, as far as that is known before the run.
  private func dataArgument(_ value: ValueSyntax, _ type: ValueType) -> DataArgument {
    switch (value.kind, type) {
    // A path in a script is relative to the script that opens it.
    case (.text(let text), .text): return DataArgument(path: text.literal, isArgument: false)
    case (.reference(let reference), .file), (.reference(let reference), .text):
      guard reference.path.isEmpty, let entry = environment[reference.name.text] else { break }
      return DataArgument(path: entry.constant, isArgument: entry.isArgument)
    default: break
    }
    return DataArgument(path: nil, isArgument: false)
  }

  /// Checks another script once for each set of data files, and returns its parameters; `nil` if it
  /// cannot be run from here.
  private mutating func script(
    _ path: String, _ data: [String: DataArgument], at range: SourceRange
  ) -> [Parameter]? {
    let opened: OpenedFile
    do throws(FileProblem) {
      opened = try session.openScript(path, from: file)
    } catch {
      noteChange(of: path, error)
      report(.fileNotFound(path: path, error), at: range)
      return nil
    }
    if let start = session.stack.firstIndex(where: { $0.identity == opened.identity }) {
      let chain = session.stack[start...].map(\.name) + [opened.name]
      report(.runCycle(chain), at: range)
      return nil
    }
    if let parameters = session.parameters[opened.identity],
      session.wasChecked(opened, data)
    {
      return parameters
    }
    guard session.stack.count <= CheckSession.maximumDepth else {
      report(.runTooDeep("\(CheckSession.maximumDepth) scripts deep"), at: range)
      return nil
    }
    guard
      session.parameters.count < CheckSession.maximumFiles
        || session.parameters[opened.identity] != nil
    else {
      report(.runTooDeep("\(CheckSession.maximumFiles) scripts long"), at: range)
      return nil
    }
    do throws(SourceFailure) {
      return try session.check(opened, arguments: nil, data: data)
    } catch {
      if error.isChange { session.noteChange(of: opened.name, error.reason) }
      report(.fileNotFound(path: path, FileProblem(reason: error.reason)), at: range)
      return nil
    }
  }
}
