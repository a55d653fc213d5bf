import FlexRuntime
import FlexScript

/// What a session has done so far, as sentences for a script.
///
/// Failures and look-ups are omitted; a sentence that was executed in part is replaced by the
/// actions that are done, with every SID written out.
struct SessionLog {
  private var entries: [Runbook.Entry] = []

  /// Whether nothing was done.
  var isEmpty: Bool { entries.isEmpty }

  /// Adds the sentences of a text, which ran together.
  ///
  /// `results`: the result of each sentence; sentences after the last result were not reached.
  mutating func add(
    _ commands: [Command], of text: String, _ results: [PromptReport.SentenceResult]
  ) {
    let ends = commands.dropFirst().map(\.position.offset) + [text.utf8.count]
    for (command, (end, result)) in zip(commands, zip(ends, results)) where !command.onlyLooks {
      // A sentence that found nothing to change did nothing.
      if result.isWhole, command.isAction, result.done.isEmpty { continue }
      if result.isWhole {
        let slice = Array(text.utf8)[command.position.offset..<end]
        entries.append(.sentence(String(decoding: slice, as: UTF8.self)))
        continue
      }
      entries += result.done.compactMap { $0.script.map { .sentence($0) } }
      entries += result.unknown.map {
        .remark("it is not known whether this took effect: \($0.sentence)")
      }
    }
  }

  /// Adds what sentences did, for a script that may be shared: the actions, with pseudonyms.
  ///
  /// The sentences themselves are left out: their texts, names and comments may say anything.
  mutating func add(_ results: [PromptReport.SentenceResult], sharedAs names: SharedNames) {
    for result in results {
      entries += result.done.compactMap { $0.operation.map { .sentence(names.script(of: $0)) } }
      entries += result.unknown.map {
        .remark("it is not known whether this took effect: \(names.sentence($0.sentence))")
      }
    }
  }

  /// A script that repeats what was done.
  func script(title: String) -> [UInt8] {
    Runbook.script(from: entries, title: title)
  }
}

extension Command {
  /// Whether the command is one action, which may have several targets or none.
  fileprivate var isAction: Bool {
    switch kind {
    case .action: true
    case .attempt(let inner): inner.isAction
    case .param, .use, .query, .bind, .loop, .branch, .expect, .waitUntil, .run, .stop, .fail,
      .echo, .confirm, .sleep, .set:
      false
    }
  }

  /// Whether the command only shows something.
  var onlyLooks: Bool {
    switch kind {
    case .query: true
    case .attempt(let inner): inner.onlyLooks
    default: false
    }
  }
}
