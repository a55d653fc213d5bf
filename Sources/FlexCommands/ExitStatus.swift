package import FlexRuntime

/// The exit statuses of the contract, each with one meaning; the README has the same table.
package enum ExitStatus {
  /// Everything done.
  package static let success: Int32 = 0
  /// A sentence failed and was not tolerated.
  package static let failed: Int32 = 1
  /// Refused: not confirmed, over a limit, a stale plan, or a file that changed.
  package static let refused: Int32 = 2
  /// At least one outcome is unknown.
  package static let unknown: Int32 = 3
  /// The command line is wrong.
  package static let usage: Int32 = 64
  /// A script, a file that it names or an argument does not check; nothing was sent.
  package static let checkFailed: Int32 = 65
  /// A file named on the command line cannot be read.
  package static let noInput: Int32 = 66
  /// Instead of 1, if no request of the run was answered.
  package static let unavailable: Int32 = 69
  /// The journal, standard output or a report could not be written.
  package static let outputFailed: Int32 = 74
  /// Another process is executing the run: try again later.
  package static let busy: Int32 = 75
  /// The credentials were refused.
  package static let unauthorized: Int32 = 77
  /// No credentials, or a configuration that makes no sense.
  package static let configuration: Int32 = 78

  /// How a run with a status ended, for people.
  static func words(for status: Int32) -> String {
    switch status {
    case success: "finished"
    case failed: "failed"
    case refused: "refused"
    case unknown: "outcome unknown"
    case unavailable: "not reached"
    case unauthorized: "credentials rejected"
    case outputFailed: "output lost"
    case 130: "interrupted"
    case 143: "terminated"
    case 129: "hung up"
    default: "ended with \(status)"
    }
  }

  /// The status for the way in which a run ended.
  package static func of(_ run: RunResult) -> Int32 {
    switch run.halt {
    case .unauthorized?: return unauthorized
    case .outputLost?, .journalLost?: return outputFailed
    case .interrupted(let cause)?: return 128 + Int32(cause.rawValue)
    case .failure?, .scriptFailed?, .stopped?, .refused?, .fileChanged?, .planEnds?, nil: break
    }
    switch run.worst {
    case .none: return success
    case .failed: return run.wasUnreachable && !run.wasAnswered ? unavailable : failed
    case .refused: return refused
    case .unknown: return unknown
    }
  }
}
