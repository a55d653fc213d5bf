/// The keywords of the language, in lower case only.
package enum Keyword: String, CaseIterable, Sendable {
  // Verbs: each can begin a sentence, and none may be a name.
  case param, use, close, wrapup, deactivate, invite, add, create, update, transfer, show, list
  case find, complete, cancel
  case `let`, `for`, `if`, expect, wait, `try`, run, stop, fail, echo, confirm, sleep, set
  // Prepositions and the other words of sentences.
  case on, `in`, completing, tasks, routing, media, context, webhook, every, `where`, rows, of
  case `else`, until, timeout, with, and, or, not, `is`, empty, retries, jobs, rate, `continue`
  case because, voice, first, one, than, older, newer, before, after
  case onError = "on-error"
  // Nouns.
  case interaction, channel, participant, channels, participants, invites
  case task, worker, reservation, workspace, workflow, queue, sid, text, number, duration, file
  case reservations, workers, queues, workflows, workspaces, conversation
  case agent, customer, supervisor, external, unknown

  /// The words that can begin a sentence, in the order in which help lists them.
  package static let verbs: [Keyword] =
    [.use, .show, .list, .find] + Vocabulary.standard.actionVerbs + [
      .let, .for, .if, .expect, .wait, .try, .run, .stop, .fail, .echo, .confirm, .sleep, .set,
      .param,
    ]

  /// Whether it can begin a sentence.
  package var isVerb: Bool { Keyword.verbs.contains(self) }
}
