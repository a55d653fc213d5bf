package import FlexConsole
import FlexRuntime
package import FlexScript
package import FlexSimulator

/// What a run sends its requests to.
package enum Target: Sendable {
  /// A server at a base URL; `nil` for the one that is configured, or Twilio's hosts.
  case server(String?)
  /// A simulator inside the process.
  ///
  /// `fixture`: the file of its world; `nil` for the demo world and what the scripts name, whose
  /// other data come from the seed.
  case simulator(fixture: String?, FaultPlan, seed: UInt64)
  /// Nothing: what would be sent would go to this base URL.
  case dryRun(String?)

  /// Whether a simulator answers.
  package var isSimulated: Bool {
    if case .simulator = self { true } else { false }
  }
}

/// The account, and the limits of requests.
package struct ConnectionSettings: Sendable {
  /// The profile that the command line names.
  package var profile: String?
  /// The limit for one request; `nil` for the default.
  package var timeout: Duration?
  /// The limit for making a connection; `nil` for the default.
  package var connectTimeout: Duration?
  /// Attempts after the first, 0 to 100; `nil` for the default.
  package var retries: Int?
  /// Whether an action is never sent again unless it provably was not processed.
  package var isAtMostOnce = false
  /// Actions in flight at once, 1 to 256; `nil` for the default.
  package var jobs: Int?
  /// Requests per second; `nil` for no limit.
  package var rate: RequestRate?

  /// The defaults.
  package init() {}
}

/// What changes how a run proceeds.
package struct RunSettings: Sendable {
  /// Whether the run continues after a failed sentence.
  package var keepsGoing = false
  /// Whether every confirmation is answered with yes.
  package var assumesYes = false
  /// Whether warnings of the checker fail, too.
  package var isStrict = false
  /// Whether every write is refused.
  package var isReadOnly = false
  /// Whether SIDs of another shape or kind are taken, with a warning.
  package var admitsOtherSIDs = false
  /// Whether an action in doubt that creates something is sent again, in a resumed run or plan.
  package var resends = false
  /// The limit of changes; `nil` for none.
  package var maximumChanges: Int?

  /// The defaults.
  package init() {}
}

/// What is shown, and how.
package struct OutputSettings: Sendable {
  /// The form of results on standard output.
  package enum Format: String, CaseIterable, Sendable {
    case text, json, ndjson, tsv, csv, flex

    /// Whether exactly one table is printed.
    package var isTable: Bool { self == .tsv || self == .csv }
  }

  /// One of the tables of a script.
  package enum Table: Hashable, Sendable {
    /// Its actions.
    case actions
    /// What one sentence shows.
    case sentence(line: Int, column: Int)
  }

  /// The form of results.
  package var format = Format.text
  /// The columns of the table, in order; `nil` for all.
  package var columns: [String]?
  /// Whether a table has a header.
  package var hasHeader = true
  /// The table that is printed; `nil` if there is only one.
  package var table: Table?
  /// Whether cells that a spreadsheet would execute are printed as they are.
  package var hasRawCells = false
  /// Whether SIDs are never shortened.
  package var isWide = false
  /// When it is shown how far a run is.
  package enum Progress: String, CaseIterable, Sendable {
    /// As a bar, if standard error is a terminal.
    case auto
    /// As a bar on a terminal, and elsewhere as a line every ten seconds.
    case always
    case never
  }

  /// When it is shown how far a run is.
  package var progress = Progress.auto
  /// Whether reports, and what is shown of a recorded run, are copies to share.
  package var isShared = false
  /// The reports that are written to files.
  package var reports: [ReportRequest] = []
  /// Whether only results and failures are shown.
  package var isQuiet = false
  /// 0: no requests are shown; 1: curl lines; 2: whole exchanges.
  package var verbosity = 0
  /// When colours are used.
  package var color = Palette.Choice.auto

  /// The defaults.
  package init() {}

  /// How the rows of a table are written.
  var dialect: TableDialect {
    switch format {
    case .tsv: .tsv
    case .csv, .text, .json, .ndjson, .flex: .csv(isRaw: hasRawCells)
    }
  }
}

/// A report that is written to a file.
package struct ReportRequest: Hashable, Sendable {
  /// The kinds of reports.
  package enum Kind: String, CaseIterable, Sendable {
    case json, junit, md, html
  }

  /// The kind.
  package var kind: Kind
  /// The file.
  package var file: String

  /// A report in a file.
  package init(_ kind: Kind, _ file: String) {
    self.kind = kind
    self.file = file
  }
}

/// Where the journals of runs are.
package struct JournalSettings: Sendable {
  /// Whether no journal is kept.
  package var isOff = false
  /// The folder; `nil` for the default.
  package var folder: String?

  /// The defaults.
  package init() {}
}

/// Everything but the scripts that the commands for runs take.
package struct RunSetup: Sendable {
  /// What requests are sent to.
  package var target: Target
  /// The account, and the limits of requests.
  package var connection = ConnectionSettings()
  /// How the run proceeds.
  package var run = RunSettings()
  /// What is shown.
  package var output = OutputSettings()
  /// Where the journal is.
  package var journal = JournalSettings()
  /// The accounts that the script runs in; `nil` for the one of the connection.
  package var accounts: AccountsSettings?
  /// The part that is executed of a run in shards; `nil` for all of it.
  package var shards: ShardSettings?
  /// The same, once it is known.
  var shard: RecordedShard?
  /// The account in use, once it was looked for.
  var account: AccountResolver?

  /// The defaults for a target.
  package init(target: Target) {
    self.target = target
  }
}
