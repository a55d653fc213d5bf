import FlexAPI

/// Why a sentence could not be executed.
enum RuntimeError: Error {
  /// For a reason of its own: a name is empty, a text is no SID. Nothing was sent for it.
  case sentence(String)
  /// It needs a value that only a response could provide, and a dry run asks nothing.
  case unanswered
  /// Something has to be looked up before it can be computed; ``LookUps`` does that.
  case needs(Need)
  /// What is written after `of` leads to no channel; why.
  case leadsNowhere(String)
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
