/// Every form of the sentences that begin with a word: `[…]` may be left out, `|` stands between choices.
enum LanguageForms {
  private static let place = "[on UO…] [in KD…]"
  private static let origin = "of WT…|WR…|WK…|worker \"…\""

  /// The forms, by the first word.
  static let forms: [Keyword: [String]] = [
    .use: [
      "use interaction KD…", "use channel UO… [in KD…]", "use channel \(origin)",
      "use workspace WS…|\"name\"",
    ],
    .close: [
      "close UT…, UT…, … \(place)", "close every agent \(place)", "close every agent \(origin)",
      "close channel [UO…] [in KD…] [completing tasks]",
    ],
    .wrapup: [
      "wrapup UT…, UT…, … \(place)", "wrapup every agent \(place)",
      "wrapup every agent \(origin)",
    ],
    .deactivate: ["deactivate channel [UO…] [in KD…]", "deactivate channel \(origin)"],
    .invite: ["invite \(place) routing {…}"],
    .add: [
      "add agent|customer|supervisor|external|unknown \(place) media {…} [routing {…}]"
    ],
    .create: [
      "create interaction channel {…} [routing {…}] [context \"…\"] [webhook \"…\"]"
    ],
    .update: [
      "update interaction [KD…] webhook \"…\"", "update transfer UX… \(place) {…}",
    ],
    .transfer: ["transfer \(place) {…}"],
    .complete: [
      "complete reservation WR… [of WT…|WK…]", "complete [voice] task WT… [in WS…] because \"…\"",
    ],
    .cancel: ["cancel [voice] task WT… [in WS…] because \"…\""],
    .show: [
      "show interaction [KD…]", "show channel [UO…] [in KD…]", "show channel \(origin)",
      "show transfer UX… \(place)", "show reservation WR… [of WT…|WK…]",
      "show task|worker|queue|workflow WT…|\"name\" [in WS…]", "show workspace [WS…]",
      "show conversation CH…",
    ],
    .list: [
      "list [first N] channels [in KD…] [where …]",
      "list [first N] participants|invites \(place) [where …]",
      "list [first N] participants \(origin) [where …]",
      "list [first N] tasks [of WK…|WQ…|KD…|UO…|CH…] [in WS…] [where …]",
      "list [first N] reservations [of WT…|WK…] [in WS…] [where …]",
      "list workers|queues|workflows [in WS…] [where …]", "list workspaces",
    ],
    .find: ["find \"+15550100\"|\"name or e-mail\"|SID"],
    .let: [
      "let NAME = value", "let NAME = channel … | participants … [where …] | find …",
      "let NAME = invite … | create …",
    ],
    .for: [
      "for NAME in value|listing|find … [where …] { … }",
      "for NAME in rows of \"file.csv\" [where …] { … }",
    ],
    .if: ["if condition { … } [else if condition { … }] [else { … }]"],
    .expect: ["expect condition [, \"message\"]"],
    .wait: ["wait until condition [every 2s] [timeout 60s]"],
    .try: ["try sentence"],
    .run: ["run \"file.flex\" [with NAME = value, …]"],
    .stop: ["stop [\"text\"]"],
    .fail: ["fail \"text\""],
    .echo: ["echo value, …"],
    .confirm: ["confirm \"question\""],
    .sleep: ["sleep 500ms|10s|2m"],
    .set: [
      "set timeout 10s", "set retries 4", "set jobs 8", "set rate 20/s",
      "set on-error stop|continue",
    ],
    .param: ["param NAME: type [= value] [\"what it is for\"]"],
  ]
}
