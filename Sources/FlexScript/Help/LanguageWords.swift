/// Explains the words of the language itself; the catalogue explains verbs and nouns of the API.
///
/// A test checks that every keyword has an entry in one of them.
enum LanguageWords {
  private static let place = "close UT… on UO… in KD…"
  private static let wait =
    "wait until (channel UO… in KD…).status is closed every 5s timeout 2m"
  private static let agents = "list participants on UO… in KD… where type is agent"
  private static let either = #"if 1 < 2 and not 3 < 2 { echo "yes" } else { echo "no" }"#
  private static let create =
    #"create interaction channel {"type": "sms"} routing {"properties": {}}"#

  /// What each word does, and a sentence that contains it.
  static let entries: [Keyword: (what: String, example: String)] = [
    .use: (
      "Sets the interaction, the channel or the workspace for what follows.",
      "use channel UO… in KD…"
    ),
    .show: ("Shows one resource.", "show channel UO… in KD…"),
    .list: ("Lists resources, every page.", agents),
    .let: (
      "Keeps a value, a look-up or an answer under a name.",
      "let agents = participants on UO… in KD… where type is agent"
    ),
    .for: (
      "Goes over a list, a listing or the rows of a data file.",
      "for a in [UT…, UT…] { close $a on UO… in KD… }"
    ),
    .if: (
      "Runs the block after the first condition that holds.",
      "if (channel UO… in KD…).status is active { close every agent on UO… in KD… }"
    ),
    .expect: (
      "Ends the run unless a condition holds, and shows both sides.",
      #"expect (channel UO… in KD…).status is active, "the channel is gone""#
    ),
    .wait: (
      "Repeats its look-ups until a condition holds; by default every 2s, for 60s.", wait
    ),
    .try: ("Tolerates a failure; never an unknown outcome.", "try close UT… on UO… in KD…"),
    .run: ("Runs another script.", #"run "park.flex" with chat = UO…"#),
    .stop: ("Ends the run successfully.", #"stop "nothing to do""#),
    .fail: ("Ends the run as a failure.", #"fail "this cannot be""#),
    .echo: ("Prints values.", #"echo "closed", UT…"#),
    .confirm: (
      "Asks on the terminal, and continues only if the answer is `yes`.",
      #"confirm "close them all?""#
    ),
    .sleep: ("Waits for a time.", "sleep 2s"),
    .set: ("Changes a setting from here on.", "set on-error continue"),
    .param: (
      "Declares a value that the script takes.", #"param chat: channel = UO… "what to clear""#
    ),
    .on: ("Names the channel for one sentence.", place),
    .in: ("Names the interaction for one sentence; or what `for` goes over.", place),
    .completing: (
      "`completing tasks` after `close channel`: every task completes, instead of wrapping.",
      "close channel UO… in KD… completing tasks"
    ),
    .routing: ("Says how a task is routed, as JSON.", create),
    .media: (
      "Says how a participant is reached, as JSON.",
      #"add customer on UO… in KD… media {"name": "Jo"}"#
    ),
    .context: (
      "Names an interaction context (HQ…) of a new interaction.",
      #"create interaction channel {"type": "sms"} context HQ…"#
    ),
    .webhook: (
      "Names a webhook's identifier.",
      #"update interaction KD… webhook "flex_interactionwebhook_1""#
    ),
    .every: (
      "`every agent`: all agents that the channel lists when the sentence is reached. "
        + "After `wait until`: how often to look.", "close every agent on UO… in KD…"
    ),
    .where: ("Keeps only what meets a condition.", agents),
    .rows: (
      "`rows of` a CSV or JSON Lines file: one record a row, its columns by name.",
      #"for row in rows of "stuck.csv" { echo $row.participant }"#
    ),
    .of: (
      "Names the task, the reservation or the worker that leads to a place; what `rows of` reads.",
      "close every agent of WT…"
    ),
    .find: (
      "Finds conversations from a SID, an agent's name, an address or a telephone number.",
      #"find "+15550100""#
    ),
    .because: (
      "Gives the reason for which a task ends.",
      #"complete task WT… because "left over from a test""#
    ),
    .voice: (
      "States that the call of a voice task was observed to be over.",
      #"complete voice task WT… because "the call is over""#
    ),
    .first: ("Lists at most N rows, and requests no page after them.", "list first 10 tasks"),
    .one: (
      "`is one of` compares with each value of a list.",
      "list tasks where status is one of [assigned, wrapping]"
    ),
    .than: (age, ageExample),
    .older: (age, ageExample),
    .newer: (
      "`newer than` a duration: whether a time is less than that ago.",
      "list tasks where date_created newer than 1d"
    ),
    .before: (
      "Compares a time with a time in quotes.",
      #"list tasks where date_created before "2026-11-26T10:00:00Z""#
    ),
    .after: (
      "Compares a time with a time in quotes.",
      #"list tasks where date_created after "2026-11-26T10:00:00Z""#
    ),
    .else: ("Begins the block that runs if no condition held.", either),
    .until: ("Begins the condition that `wait` waits for.", wait),
    .timeout: ("Bounds a wait, or with `set` each request.", "set timeout 10s"),
    .with: ("Gives values to another script.", #"run "a.flex" with chat = UO…"#),
    .and: ("Holds if both sides hold.", either),
    .or: ("Holds if one side holds.", #"if 1 < 2 or 2 < 1 { echo "yes" }"#),
    .not: ("Negates a condition.", either),
    .is: ("Compares: SIDs ignoring case, texts exactly, numbers as numbers.", agents),
    .empty: (
      "The value of a field that is null or absent.",
      "list participants on UO… in KD… where routing_properties is not empty"
    ),
    .retries: ("With `set`: attempts after the first, 0 to 100.", "set retries 2"),
    .jobs: ("With `set`: actions in flight at once, 1 to 256.", "set jobs 8"),
    .rate: ("With `set`: requests per second, at most.", "set rate 20/s"),
    .continue: onError,
    .onError: onError,
    .agent: ("A type of participants; `every agent` is all of them.", agents),
    .customer: type(.customer),
    .supervisor: type(.supervisor),
    .external: type(.external),
    .unknown: type(.unknown),
    .sid: parameter("sid"),
    .text: (typeOfParameters, #"param reason: text = "end of shift""#),
    .number: (typeOfParameters, "param most: number = 3"),
    .duration: (typeOfParameters, "param pause: duration = 2s"),
    .file: (typeOfParameters, #"param data: file = "stuck.csv""#),
  ]

  private static let age = "`older than` a duration: holds if a time is longer ago than that."
  private static let ageExample =
    "list reservations where status is wrapping and date_updated older than 2h"
  private static let onError = (
    what: "`set on-error continue` continues after a failure; `set on-error stop` ends there.",
    example: "set on-error continue"
  )
  private static let typeOfParameters = "A parameter type."

  private static func type(_ keyword: Keyword) -> (what: String, example: String) {
    (
      "A participant type.",
      "list participants on UO… in KD… where type is \(keyword.rawValue)"
    )
  }

  private static func parameter(_ type: String) -> (what: String, example: String) {
    (typeOfParameters, "param it: \(type)")
  }
}
