/// The help texts that need no network, by topic.
enum HelpTopics {
  /// Other names of topics.
  static let synonyms = ["config": "profiles", "credentials": "profiles", "csv": "data"]

  static let texts: [String: String] = [
    "exit-codes": """
    0    everything done
    1    a sentence failed (an action, a query, an expectation, `fail`) and was not tolerated
    2    refused: not confirmed, over --max-changes, --read-only, a stale plan or step, a file that
         changed after it was checked, an account or host other than the plan's or the run's
    3    at least one outcome is unknown
    64   the command line is wrong
    65   a script, a file that it names, a name=value or an edited plan has errors; nothing was
         sent
    66   a file named on the command line, a plan or a journal cannot be read
    69   instead of 1, when no request of the run was answered
    74   the journal, a plan, a report or standard output could not be written; nothing
         further was sent
    75   another process is executing this run, shard or plan: try again later
    77   the credentials were rejected
    78   no credentials, or an invalid configuration
    130, 143, 129   interrupted, terminated, hung up; `flexsh resume` continues the run
    If several of 1, 2 and 3 apply, the highest counts; 77 and 74 end a run at once.
    """,
    "environment": """
    TWILIO_ACCOUNT_SID                   the account, AC…
    TWILIO_API_KEY, TWILIO_API_SECRET    an API key, SK…, and its secret: the recommended pair
    TWILIO_AUTH_TOKEN                    the account's auth token, if there is no API key
    TWILIO_EDGE, TWILIO_REGION           where the API is reached; a region needs its edge
    TWILIO_FLEX_WORKSPACE_SID            the workspace, WS…, if the account comes from the
                                         environment; otherwise Flex's configuration names it
    FLEXSH_BASE_URL                      replaces Twilio's hosts, if the account comes from the
                                         environment; --base-url replaces it for every account
    SSL_CERT_FILE                        a PEM file of trusted certificates
    HTTPS_PROXY, NO_PROXY                a proxy for https, by CONNECT
    NO_COLOR, CLICOLOR_FORCE, CLICOLOR   colours; NO_COLOR wins
    XDG_STATE_HOME                       journals are in its flexsh/runs (~/.local/state)
    FLEXSH_KEEP_RUNS, FLEXSH_KEEP_DAYS   how many runs are kept (1000), and for how many days (90)
    An empty variable counts as unset. Secrets are never printed. Profiles: help profiles
    """,
    "output": """
    -o text      for people; fits the window of a terminal
    -o ndjson    one object per line, in script order, from `start` to `summary`
    -o json      the same objects as one array
    -o tsv, csv  one table: the listing of the script, or one row per action
    -o flex      listings as a script, its lines commented out (run, find, runs show)
    --columns a,b   these columns, in this order; dots for what is inside: error.code
    --no-header     no header above the table
    --table T       the table, if there are several: actions, or L:C of a sentence
    --raw-cells     in csv, without the ' before what a spreadsheet would execute
    --wide          SIDs are never shortened on a terminal
    Every run prints `start` and `summary`: programs need to read only standard output.
    """,
    "reports": """
    --report-html F    one page: the verdict, what is not done, a timeline, every action, the script
    --report-junit F   for CI systems, within the limits of GitLab and Jenkins
    --report-md F      a summary for a pull request, at most 60 KB
    --report-json F    everything that happened, requests included
    They are written however the run ends; runs show RUN writes them later. With --share they are
    copies that may be passed on: identifiers become pseudonyms of the same shape, and names,
    numbers and texts are left out. `flexsh runs reveal SID` maps a pseudonym back.
    --progress auto|always|never   how far the run is, on standard error; SIGUSR1 prints a line
    """,
    "editor": """
    flexsh help editor vim|vscode|emacs|pygments   prints the main file of an editor
                                   --out FOLDER    writes all of them, and overwrites none that was
                                                   changed: ~/.vim; a folder in ~/.vscode/extensions
    flexsh lsp   is the language server: mistakes as you type, completion, renaming, fixes, layout.
      Neovim     vim.lsp.start({ name = "flexsh", cmd = { "flexsh", "lsp" } })    from version 0.8 on
      Emacs      (require 'flexsh-mode), then M-x eglot, which knows how to start it
      VS Code    any extension that starts a language server for a language
    It ends with 0 after `shutdown` and `exit`; with 1 if the input or the client ends before, or a message
    is longer than 64 MiB.
    Files of lex end in .flex, too, so the editors look at the content.
    """,
    "shards": """
    flexsh run FILE --shard 3/8 --group NAME   executes the third of eight parts; on any machine
                    --shard auto               takes the part from Slurm, GNU parallel, Kubernetes
                                               (--shards N), AWS Batch or GitLab
    flexsh runs merge NAME                     prints the shards as one run; missing ones are named
    A unit is a sentence outside loops, or one pass of a loop over rows or a list. The shard of the
    interaction that it names executes it; if it names none, that of its task. A unit without an
    owner is executed by every shard, and writes nothing. Refused beforehand (not-shardable): a unit
    with two owners, what has to be looked up first, a write without an owner, `stop` and `fail` in
    a unit with an owner, an `expect` or `wait` that decides about what another shard executes.
    The shards share the folder of journals. A shard that is started again resumes; a finished one
    sends nothing. --rate is for the whole group, --jobs for each shard. One account is not faster
    in shards: Twilio limits its requests as a whole.
    """,
    "accounts": """
    flexsh run FILE --profiles eu,us            runs the script once in the account of each profile
                    --profiles all              of our own file; if it has none, of Twilio CLI's
                    --parallel-profiles 4       several at once; what they print stays in order
    All profiles are looked for, and the whole script is checked, before anything is sent; each
    production profile asks. A SID is of one account, so the script, its arguments and its data
    name none (literal-sid): names, `find` and listings are what accounts have in common.
    Each account has a run of its own, which `resume`, `runs show` and `undo` know. One that fails,
    cannot be reached or rejects the credentials does not stop the others; Ctrl-C stops all.
    Every event has its `profile`, a table has it as its first column, a report has all accounts,
    and the last event, `total`, the sum. Of several statuses, the first of 3, 2 and 1 that occurs
    counts, otherwise the highest. --max-changes, --jobs and --rate are for each account.
    """,
    "man": """
    flexsh help man PAGE          prints a manual page: flexsh, flexsh-run or run, flexsh-language, …
                    --out FOLDER  writes all of them, for `man -M FOLDER flexsh`
    """,
    "journal": """
    Every run that sends something keeps a journal: what is about to be sent is on the disk first.
    It is a file that only you can read, below $XDG_STATE_HOME/flexsh/runs (--journal-dir);
    simulated runs have a folder of their own in it. The thousand newest of the last 90 days are
    kept: FLEXSH_KEEP_RUNS, FLEXSH_KEEP_DAYS. --no-journal keeps none: such a run cannot be resumed.
    flexsh runs              lists them; a RUN is an ending of its id, or `last`
    flexsh runs show RUN     what happened; -o and --report-… as for a run; --only failed,unknown
    flexsh runs verify RUN   reads back what it did
    flexsh runs undo RUN     prints what would compensate for it
    flexsh resume RUN        continues it: help resume
    """,
    "prompt": """
    At a terminal, flexsh without a script reads one sentence at a time.
    Tab completes what the grammar allows there, and SIDs that were seen; Ctrl-R searches the
    history; an open {, [ or (, or a \\ at the end, continues on the next line.
    Words and SIDs are coloured by what they are; what cannot stand where it does is underlined.
    Dimmed after the cursor is the newest line of the history that begins like this and is still valid, or
    what the grammar expects, as ‹participant›. → or Ctrl-E at the end takes such a line, Alt-→ one word of
    it; Enter never does. `set hints off` turns the dimmed text off, `hints = false` in config.toml for good;
    NO_COLOR, --color never and TERM=dumb turn colours off, too.
    After a listing, @1, @2, … name its rows; UT…c3c3 or UT..c3c3 is a SID that was seen, by at least four of
    its last digits. Both are written out before anything is sent.
    A sentence that changes several things shows them and asks for their number; in production, for the
    profile's name as well.
    Ctrl-C discards the line or stops the running sentence; Ctrl-D ends the session.
    `help` at the prompt lists its own words: plan, save, why, again, edit, output, dry, read-only, …
    """,
    "profiles": """
    First found: --profile NAME, the environment, the active profile. $XDG_CONFIG_HOME/flexsh/config.toml:
      profile = "staging"                     the active one
      hints = false                           the prompt does not show what could follow
      [profiles.staging]
      account_sid = "AC…"
      api_key = "SK…"                         or auth_token alone
      credential_command = "pass flex/key"    its first line is the secret; or api_secret = "…"
      region = "ie1"                          with edge = "dublin"
      workspace = "WS…"                       instead of the one that Flex's configuration names
      base_url = "https://…"                  replaces Twilio's hosts for this account
      production = true                       a red prompt, and a question before changes
      read_only = true                        every write is refused; nothing turns this off
      max_changes = 50                        as --max-changes
      jobs = 4                                as --jobs; likewise rate, timeout and retries
    `production` and `read_only` apply to the account, wherever its credentials come from.
    The profiles of Twilio CLI work too ($TWILIO_CONFIG_DIR or ~/.twilio-cli, config.json).
    A file with a secret is refused if others can read it. A file with a secret or a
    credential_command is refused if others can write to it, or if it or its folder belongs to another
    user. A credential_command has 30 s, no standard input and none of the secrets of the environment.
    """,
    "reach": """
    From what you know to the conversation:
      find "+15550100"                        a customer's number; also a name, an address, any SID
      close @1                                the first row of it: its agent leaves
      list reservations where status is wrapping and date_updated older than 2h
      close every agent of WT…                of a task, WR… of a reservation, WK… of a worker
      wrapup every agent of worker "asha@example.org"
      list tasks of queue "Support"           of a worker, an interaction, a channel, a conversation, too
      use channel of WT…                      the channel of a task, for what follows
    A worker, a queue, a workflow or a workspace may be named: its whole name, in any case; a worker
    also by full name or e-mail address. The workspace is the first one found of: `in WS…`, `use
    workspace …`, the account's (TWILIO_FLEX_WORKSPACE_SID, or `workspace` of its profile), Flex's
    configuration.
    Attributes of tasks are copied and may be wrong. A participant counts only if its own routing
    properties name the task or the reservation; what leads to no participant is reported with the
    reason. `complete` and `cancel` are refused while an interaction holds the task.
    """,
    "sids": """
    A SID is two capital letters and 32 hexadecimal digits, in either case.
    interaction KD   channel UO    participant UT   invite KG     transfer UX
    task WT          worker WK     reservation WR   workspace WS  workflow WW   queue WQ
    conversation CH
    To get there from a task, an agent's name or a phone number: help reach
    --lenient-sids accepts other shapes and kinds, with a warning, in case Twilio changes a prefix.
    """,
    "language": """
    One sentence per line, or `;` between them; `#` begins a comment; `\\` continues a line.
      use interaction KD…                       for the sentences that follow
      use channel UO… in KD…
      close UT… on UO…                          act: close, wrapup, close channel, deactivate channel,
                                                invite, add, create, update, transfer
      show channel                              look: show, list
      let agents = participants where type is agent
      if $agents.count > 1 { … } else { … }     decide: if, expect, wait until
      for row in rows of "stuck.csv" { … }      repeat: lists, listings, CSV and JSON Lines
      run "park.flex" with chat = UO…           other scripts
      param chat: channel "the conversation"    values from the command line: chat=UO…
    `help close`, for example, explains one word.
    """,
    "resume": """
    The journal of the run records a request on the disk before it is sent. `flexsh resume` continues
    the last run on a real account that did not end with 0; `flexsh resume RUN` continues that run.
      done          skipped
      in flight     read back: a participant who is no longer listed was closed, a channel has its
                    status. If it did not take effect, it is sent again; an action that creates
                    something is sent again only with --resend
      failed        sent again, as are the actions that were not reached
    Look-ups before the first sentence that failed give the answers of the first run, so a loop covers
    the same items; that sentence, and everything after it, is evaluated again. The options of the
    first run are kept, except --yes; those given now win.
    """,
    "plan": """
    `flexsh plan FILE` reads the live state and sends no write. It shows what each action would change
    and which would be refused: a customer, a participant who is not there, a channel that is closed or
    does not exist, an action that is already planned. It ends with 2 if an action would be refused.
    A look-up after a planned action is answered as if the action had been performed. Conditions,
    waits, questions and echoes are steps too. What does not exist yet, an invite for example, is shown
    as ‹the invite of line 3› and filled in later; if a decision depends on it, the plan ends there.
    `--out PLAN` saves it; `flexsh plan show PLAN` prints it. `flexsh apply PLAN` evaluates what a step
    depends on again, just before the step; if that has changed, the step is refused, and the others
    are not affected. Applying a plan again skips what is done.
    The options, the environment and the profile decide where the requests go. A plan that was made for
    another account or host, or with the simulator, is refused; the same holds for a run that is
    resumed or verified. The checksum of a plan detects accidents only: anyone can compute it.
    """,
    "faults": """
    --fault 'KIND[:PARAMETER][@PROBABILITY|#NTH]', with --simulate and for `flexsh simulator`; can be
    repeated. @0.1 is one request in ten, #3 the third request, with neither, all of them.
    Not processed:   429, 500, 503 and so on   answered with that status
                     429:retry-after=1         the same, with a Retry-After
                     limit:8                   429 above eight requests in flight, as Twilio does
                     refuse                    the connection is reset before
                     redirect:URL              307 to somewhere else
    Processed:       reset                     the connection is reset after
                     hang                      no answer comes
                     truncate, garbage, html, empty   the answer is unusable
                     slow:1KB/s                the answer arrives slowly
    Besides:         delay:50ms, jitter:20ms   answers come later
                     gone                      the agent leaves before the request
    The same --seed gives the same faults to the same requests.
    """,
    "data": """
    for row in rows of "leavers.csv" { close $row.participant on $row.channel in $row.interaction }
      .csv, others     a header, then a record per line (RFC 4180); commas, semicolons or tabs, as the
                       header or a line `sep=;` before it says
      .tsv             tabs; \\N is empty, and the escapes of COPY are decoded
      .jsonl, .ndjson  a JSON object per line
      .json            an array of objects
    UTF-8, or UTF-16 with a byte-order mark; LF, CRLF or CR. A column is $row."Agent Name" or
    $row.agent_name. An empty cell is `empty`; a comparison with it is neither true nor false. Every
    row is checked before anything is sent, in every use of its cells; a mistake is reported as
    leavers.csv:17:5, and so is what happened for a row. A file that changes after it was checked ends
    the run. A path in a script is relative to the script, a path given as name=value to the current
    folder.
    """,
    "errors": """
    done      Flex confirmed it, for exactly the resource that was addressed
              (settled: the answer was lost, and reading back showed that it took effect)
    failed    Flex refused it, or it was never sent: nothing changed
    refused   flexsh refused it: nothing was sent
    unknown   sent, but no trustworthy answer arrived: look before you send it again
    skipped   done before, by the run that is resumed or an earlier apply of the plan
    planned   a dry run: not sent
    not-run   not reached
    error.kind in ndjson: api, auth, rate-limit, timeout, connect, tls, reset, protocol (the answer is
    cut short, malformed or about something else), refused (by flexsh), interrupted.
    """,
  ]
}
