import FlexAPI

/// Why a sentence could not be executed.
enum RuntimeError: Error {
  /// For a reason of its own: a name is empty, a text is no SID. Nothing was sent for it.
  case sentence(String)
  /// It needs a value that only a response could provide, and a dry run asks nothing.
  case unanswered
  /// A look-up failed.
  case api(APIError, Operation)
  /// A file is not what was checked any more; which one, and why.
  case fileChanged(String)
}

extension RuntimeError {
  /// A value would become longer than ``Value/maximumSize``.
  static func tooLong(_ what: String) -> RuntimeError {
    .sentence("\(what) would become longer than 1 MiB, and a value holds at most that")
  }
}
