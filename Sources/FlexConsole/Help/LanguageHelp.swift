package import FlexScript

/// What is worth knowing of each word of the language, and of each topic.
package enum LanguageHelp {
  /// What a word does, and a sentence that it stands in.
  package struct Entry: Sendable {
    /// One sentence, or two.
    package let what: String
    /// A sentence, SIDs shortened to their prefix and `…`.
    package let example: String
  }

  /// Every topic: words of the language, and what is about the whole.
  package static let allTopics =
    HelpTopics.texts.keys.sorted() + Keyword.allCases.map(\.rawValue)
    + ConsoleCommand.words.map(\.word).filter { Keyword(rawValue: $0) == nil }

  /// The topics that are no words of the language.
  package static let topics = HelpTopics.texts.keys.sorted()

  /// The text on a topic or a word.
  ///
  /// It has no line end at its end; `nil` when there is none.
  package static func text(on topic: String) -> String? {
    if let text = HelpTopics.texts[topic] { return text }
    var parts: [String] = []
    if let keyword = Keyword(rawValue: topic) {
      let entry = entry(for: keyword)
      parts.append("\(topic)\n  \(entry.what)\n\nFor instance:\n  \(entry.example)")
    }
    if let command = ConsoleCommand.words.first(where: { $0.word == topic }) {
      parts.append("At the prompt: \(command.usage)\n  It \(command.meaning).")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
  }

  /// What `help` alone shows at the prompt.
  package static let overview: String = {
    let width = ConsoleCommand.words.map { $0.usage.count }.max() ?? 0
    let commands = ConsoleCommand.words.map { command in
      let padding = String(repeating: " ", count: width - command.usage.count + 2)
      return "  \(command.usage)\(padding)\(command.meaning)"
    }
    return """
      A sentence a line; nothing is sent before it checks. An open {, [ or ( and a \\ ask for more.
        use channel UO… in KD…                  the place for what follows
        show channel; list participants         look; then @1, @2, … name the rows
        close UT…; wrapup @1; close every agent act
      Tab completes, also SIDs that were seen; a pasted text runs when you press Enter.
      Ctrl-C drops a line, or ends what runs; Ctrl-D ends the session.

      The prompt's own words:
      \(commands.joined(separator: "\n"))

      help TOPIC: any word of the language, or one of
        \(topics.joined(separator: ", "))
      """
  }()

  /// What a word does, and a sentence that it stands in.
  package static func entry(for keyword: Keyword) -> Entry {
    switch keyword {
    case .use, .close, .wrapup, .deactivate, .invite, .add, .create, .update, .transfer, .show,
      .list, .let, .for, .if, .expect, .wait, .try, .run, .stop, .fail, .echo, .confirm, .sleep,
      .set, .param:
      verb(keyword)
    default: word(keyword)
    }
  }

  private static func verb(_ keyword: Keyword) -> Entry {
    let (what, example) =
      switch keyword {
      case .use:
        ("Sets the interaction, or the channel, for what follows.", "use channel UO… in KD…")
      case .close:
        (
          "Closes participants: the agent leaves, the task completes, the conversation stays open. "
            + "`close channel` closes the conversation.", "close every agent on UO… in KD…"
        )
      case .wrapup:
        (
          "Puts the reservation of participants into wrapping; the conversation stays open.",
          "wrapup UT… on UO… in KD…"
        )
      case .deactivate:
        (
          "Tasks complete, the channel sleeps until the customer writes.",
          "deactivate channel UO… in KD…"
        )
      case .invite:
        (
          "Routes a new task to an agent.",
          #"invite on UO… in KD… routing {"properties": {"workspace_sid": "WS…"}}"#
        )
      case .add: ("Adds a participant.", #"add customer on UO… in KD… media {"name": "Jo"}"#)
      case .create: ("Creates an interaction.", #"create interaction channel {"type": "sms"}"#)
      case .update:
        (
          "Sets the webhook of an interaction, or updates a transfer.",
          #"update interaction KD… webhook "flex_interactionwebhook_1""#
        )
      case .transfer:
        (
          "Begins a transfer; its body goes as it is.",
          #"transfer on UO… in KD… {"to": "WK…"}"#
        )
      case .show: ("Shows one interaction, channel or transfer.", "show channel UO… in KD…")
      case .list:
        (
          "Lists channels, participants or invites, every page.",
          "list participants on UO… in KD… where type is agent"
        )
      case .let:
        (
          "Keeps a value, a look-up or an answer under a name.",
          "let agents = participants on UO… in KD… where type is agent"
        )
      case .for:
        (
          "Goes over a list, a listing or the rows of a data file.",
          "for a in [UT…, UT…] { close $a on UO… in KD… }"
        )
      case .if:
        (
          "Does what stands behind the first condition that holds.",
          "if (channel UO… in KD…).status is active { close every agent on UO… in KD… }"
        )
      case .expect:
        (
          "Ends the run unless a condition holds, and shows both sides.",
          #"expect (channel UO… in KD…).status is active, "the channel is gone""#
        )
      case .wait:
        (
          "Asks again until a condition holds; by default every 2s, for 60s.",
          "wait until (channel UO… in KD…).status is closed every 5s timeout 2m"
        )
      case .try: ("Tolerates a failure; never an unknown outcome.", "try close UT… on UO… in KD…")
      case .run: ("Runs another script.", #"run "park.flex" with chat = UO…"#)
      case .stop: ("Ends the run well.", #"stop "nothing to do""#)
      case .fail: ("Ends the run badly.", #"fail "this cannot be""#)
      case .echo: ("Prints values.", #"echo "closed", UT…"#)
      case .confirm:
        ("Asks on the terminal, and goes on for `yes` alone.", #"confirm "close them all?""#)
      case .sleep: ("Waits for so long.", "sleep 2s")
      case .set: ("Sets something from here on.", "set on-error continue")
      default:
        ("Declares a value that the script takes.", #"param chat: channel = UO… "what to clear""#)
      }
    return Entry(what: what, example: example)
  }

  private static func word(_ keyword: Keyword) -> Entry {
    let place = "close UT… on UO… in KD…"
    let wait = "wait until (channel UO… in KD…).status is closed every 5s timeout 2m"
    let agents = "list participants on UO… in KD… where type is agent"
    let either = #"if 1 < 2 and not 3 < 2 { echo "yes" } else { echo "no" }"#
    let create = #"create interaction channel {"type": "sms"} routing {"properties": {}}"#
    func parameter(_ type: String) -> Entry {
      let example =
        switch type {
        case "text": #"param reason: text = "end of shift""#
        case "number": "param most: number = 3"
        case "duration": "param pause: duration = 2s"
        case "file": #"param data: file = "stuck.csv""#
        default: "param it: \(type)"
        }
      return Entry(what: "A type of parameters.", example: example)
    }
    let (what, example): (String, String)
    switch keyword {
    case .on: (what, example) = ("Names the channel for one sentence.", place)
    case .in:
      (what, example) = (
        "Names the interaction for one sentence; or what `for` goes over.", place
      )
    case .completing, .tasks:
      (what, example) = (
        "`completing tasks` behind `close channel`: every task completes, instead of wrapping.",
        "close channel UO… in KD… completing tasks"
      )
    case .routing: (what, example) = ("Says how a task is routed, as JSON.", create)
    case .media:
      (what, example) = (
        "Says how a participant is reached, as JSON.",
        #"add customer on UO… in KD… media {"name": "Jo"}"#
      )
    case .context:
      (what, example) = (
        "Names an interaction context (HQ…) of a new interaction.",
        #"create interaction channel {"type": "sms"} context HQ…"#
      )
    case .webhook:
      (what, example) = (
        "Names a webhook's identifier.",
        #"update interaction KD… webhook "flex_interactionwebhook_1""#
      )
    case .every:
      (what, example) = (
        "`every agent`: all agents whom the channel lists when the sentence is reached. "
          + "Behind `wait until`: how often to ask.", "close every agent on UO… in KD…"
      )
    case .where: (what, example) = ("Keeps what a condition holds for.", agents)
    case .rows, .of:
      (what, example) = (
        "`rows of` a CSV or JSON Lines file: one record a row, its columns by name.",
        #"for row in rows of "stuck.csv" { echo $row.participant }"#
      )
    case .else: (what, example) = ("What is done when no condition held.", either)
    case .until: (what, example) = ("Begins the condition that `wait` waits for.", wait)
    case .timeout:
      (what, example) = ("Bounds a wait, or with `set` each request.", "set timeout 10s")
    case .with:
      (what, example) = ("Gives values to another script.", #"run "a.flex" with chat = UO…"#)
    case .and: (what, example) = ("Holds when both sides hold.", either)
    case .or: (what, example) = ("Holds when a side holds.", #"if 1 < 2 or 2 < 1 { echo "yes" }"#)
    case .not: (what, example) = ("Turns a condition round.", either)
    case .is:
      (what, example) = (
        "Compares: SIDs without regard to case, texts exactly, numbers as numbers.", agents
      )
    case .empty:
      (what, example) = (
        "What a field that is null or absent is.",
        "list participants on UO… in KD… where routing_properties is not empty"
      )
    case .retries:
      (what, example) = ("With `set`: tries after the first, 0 to 100.", "set retries 2")
    case .jobs: (what, example) = ("With `set`: actions in flight at once, 1 to 256.", "set jobs 8")
    case .rate: (what, example) = ("With `set`: requests begun a second at most.", "set rate 20/s")
    case .continue, .onError:
      (what, example) = (
        "`set on-error continue` goes on behind a failure; `set on-error stop` ends there.",
        "set on-error continue"
      )
    case .interaction:
      (what, example) = ("A case of contact with a customer, KD….", "show interaction KD…")
    case .channel:
      (what, example) = ("The medium of an interaction, UO….", "show channel UO… in KD…")
    case .participant:
      (what, example) = ("Somebody in a channel's conversation, UT….", "param who: participant")
    case .channels: (what, example) = ("The channels of an interaction.", "list channels in KD…")
    case .participants:
      (what, example) = ("Who is in a channel's conversation.", "list participants on UO… in KD…")
    case .invites:
      (what, example) = ("The invites of a channel.", "list invites on UO… in KD…")
    case .agent:
      (what, example) = ("A type of participants; `every agent` is all of them.", agents)
    case .customer, .supervisor, .external, .unknown:
      (what, example) = (
        "A type of participants.",
        "list participants on UO… in KD… where type is \(keyword.rawValue)"
      )
    default: return parameter(keyword.rawValue)
    }
    return Entry(what: what, example: example)
  }
}
