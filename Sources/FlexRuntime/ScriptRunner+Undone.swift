import FlexAPI
import FlexScript

/// What is left undone when a run ends before its script.
extension ScriptRunner {
  /// Walks through a command after the end of the run, and reports which actions were not reached.
  ///
  /// What depends on a condition or on live data is left out: it may not have been reached anyway.
  func leaveUndone(_ command: Command, _ context: SentenceContext) async {
    let evaluator = evaluator
    switch command.kind {
    case .param(let name, let type, let defaultValue):
      if case .written(let text)? = frame.arguments[name], case .file = type {
        frame[name] = .file(text)
      } else if case .written(let text)? = frame.arguments[name],
        let expression = ArgumentValue.expression(text, for: type)
      {
        frame[name] = try? evaluator.value(expression)
      } else if case .value(let value)? = frame.arguments[name] {
        frame[name] = value
      } else if let defaultValue {
        frame[name] = try? evaluator.value(defaultValue)
      }
    case .use(let type, let target, let scope):
      guard let resource = catalog.resource(type) else { return }
      for outer in resource.scope {
        if let named = scope[outer.type] {
          frame.use(try? evaluator.sid(named), outer, in: catalog)
        }
      }
      frame.use(target.flatMap { try? evaluator.sid($0) }, resource, in: catalog)
    case .action(let action), .bind(_, .action(let action)): await perform(action, context)
    case .bind(let name, .value(let expression)): frame[name] = try? evaluator.value(expression)
    case .attempt(let inner): await leaveUndone(inner, context)
    case .loop(let name, .value(let expression), nil, let body):
      guard case .list(let values)? = try? evaluator.value(expression) else { return }
      for value in values {
        await block(body, context.toleration, binding: name, to: value)
      }
    case .loop(let name, .rows(let expression), let filter, let body):
      // What has changed is not looked at again.
      if case .fileChanged? = state.result.halt { return }
      guard let path = try? evaluator.value(expression) else { return }
      try? await rows(path, name, filter, body, context)
    case .run(let run):
      guard let file = try? check.openScript(run.path, from: frame.file) else { return }
      var arguments: [String: Frame.Argument] = [:]
      for (name, expression) in run.arguments {
        arguments[name] = (try? evaluator.value(expression)).map { .value($0) }
      }
      await self.run(file, arguments, writtenArguments: nil, context.toleration)
    case .query, .bind, .loop, .branch, .expect, .waitUntil, .stop, .fail, .echo, .confirm, .sleep,
      .set:
      break
    }
  }
}
