import FlexAPI
import FlexRuntime

/// What a prompt says below a sentence that failed: what it means, what to do, and what was nearest.
///
/// With the sentence itself these are at most four lines; `why` tells the rest.
struct BriefFailure {
  /// The lines, in order: at most three.
  let lines: [String]

  /// Describes a failure.
  ///
  /// `isUnknown`: whether the outcome is unknown. `advice`: what to do next. `look`: the sentence
  /// that shows the state of what was addressed; `nil` if there is none. `nearest`: the nearest thing
  /// that was seen, in words. `fits`: whether a line fits the window.
  init(
    _ error: APIError, isUnknown: Bool, advice: String, look: String?, nearest: String?,
    fits: (String) -> Bool
  ) {
    let more = "why shows the rest"
    if isUnknown, let look {
      let line = "it may have taken effect; look first: \(look)"
      lines =
        fits(line)
        ? [error.displayText, line, more]
        : [error.displayText, "it may have taken effect; look first:", "  \(look)"]
      return
    }
    guard error.kind == .api, error.status == 404 else {
      lines = [error.displayText, advice, more]
      return
    }
    let meaning = "404, gone or elsewhere"
    guard let look else {
      lines = [meaning] + (nearest.map { [$0] } ?? []) + [more]
      return
    }
    let line = "\(meaning); look: \(look)"
    // A narrow window has no room for `why`.
    lines =
      fits(line)
      ? [line] + (nearest.map { [$0] } ?? []) + ["why shows Twilio's answer and the request id"]
      : [meaning, "look: \(look)"] + [nearest ?? more]
  }
}

extension Duration {
  /// How long ago something was, in one unit: `just now`, `40 s ago`, `3 min ago`.
  var ageText: String {
    let seconds = Int(components.seconds)
    switch seconds {
    case ..<1: return "just now"
    case ..<60: return "\(seconds) s ago"
    case ..<3600: return "\(seconds / 60) min ago"
    case ..<172_800: return "\(seconds / 3600) h ago"
    default: return "\(seconds / 86_400) days ago"
    }
  }
}
