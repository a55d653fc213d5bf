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
    guard let parameters = script(path, at: syntax.path.range) else { return nil }
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
    case (.anySID, .column(let row, let name)):
      require(row, name, SIDRequirement(type: nil, verb: parameter.name))
    case (.text, .text), (.text, .sid), (.text, .resource), (.text, .column), (.text, .file),
      (.number, .number), (.number, .column), (.duration, .duration), (.duration, .column),
      (.file, .text), (.file, .file), (.file, .column):
      return
    default: mismatch(type.description, expected.description, at: value.range)
    }
  }

  /// Checks another script once, and returns its parameters; `nil` if it cannot be run from here.
  private mutating func script(_ path: String, at range: SourceRange) -> [Parameter]? {
    let opened: OpenedFile
    do throws(FileProblem) {
      opened = try session.openScript(path, from: file)
    } catch {
      report(.fileNotFound(path: path, reason: error.reason), at: range)
      return nil
    }
    if let start = session.stack.firstIndex(where: { $0.identity == opened.identity }) {
      let chain = session.stack[start...].map(\.name) + [opened.name]
      report(.runCycle(chain), at: range)
      return nil
    }
    if let parameters = session.parameters[opened.identity] { return parameters }
    guard session.stack.count <= CheckSession.maximumDepth else {
      report(.runTooDeep("\(CheckSession.maximumDepth) scripts deep"), at: range)
      return nil
    }
    guard session.parameters.count < CheckSession.maximumFiles else {
      report(.runTooDeep("\(CheckSession.maximumFiles) scripts"), at: range)
      return nil
    }
    do throws(SourceFailure) {
      return try session.check(opened, arguments: nil)
    } catch {
      report(.fileNotFound(path: path, reason: error.reason), at: range)
      return nil
    }
  }
}
