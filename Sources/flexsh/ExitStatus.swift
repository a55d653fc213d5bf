import FlexRuntime

/// The exit statuses of the contract, each with one meaning; the same table is in the README.
enum ExitStatus {
  /// Everything done.
  static let success: Int32 = 0
  /// A sentence failed and was not tolerated.
  static let failed: Int32 = 1
  /// Refused: not confirmed, over a limit, a stale plan, or a file that changed.
  static let refused: Int32 = 2
  /// At least one outcome is unknown.
  static let unknown: Int32 = 3
  /// The command line is wrong.
  static let usage: Int32 = 64
  /// A script, a file that it names or an argument does not check; nothing was sent.
  static let checkFailed: Int32 = 65
  /// A file named on the command line cannot be read.
  static let noInput: Int32 = 66
  /// In the place of 1, when no request of the run was answered.
  static let unavailable: Int32 = 69
  /// The journal, standard output or a report could not be written.
  static let outputFailed: Int32 = 74
  /// Another process is executing the run: try again later.
  static let busy: Int32 = 75
  /// The credentials were refused.
  static let unauthorized: Int32 = 77
  /// No credentials, or a configuration that makes no sense.
  static let configuration: Int32 = 78

  /// The status for the way in which a run ended.
  static func of<Report>(_ run: Interpreter<Report>) -> Int32 {
    switch run.halt {
    case .unauthorized: return unauthorized
    case .outputLost, .journalLost: return outputFailed
    case .interrupted(let cause): return 128 + Int32(cause.rawValue)
    default: break
    }
    switch run.worst {
    case .none: return success
    case .failed: return run.wasUnreachable && !run.wasAnswered ? unavailable : failed
    case .refused: return refused
    case .unknown: return unknown
    }
  }
}

/// Ends the program with a status, and says why.
struct Exit: Error {
  let status: Int32
  /// What goes to standard error; empty for what has been said already.
  let message: String
  /// What to do.
  var help: String?
}
