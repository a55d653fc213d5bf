/// What a piece of text means; how that looks is the palette's business.
package enum Role: Sendable {
  case success, failure, doubt, dimmed, strong
}

/// Gives roles their looks: colours on a terminal, nothing elsewhere.
///
/// Meaning is never by colour alone.
package struct Palette: Sendable {
  /// Whether there are colours.
  package let isColored: Bool

  /// Colours, or none.
  package init(isColored: Bool) {
    self.isColored = isColored
  }

  /// When colours are used.
  package enum Choice: String, Sendable, CaseIterable {
    case auto, always, never
  }

  /// Decides by the option and by the environment: `NO_COLOR` wins, then `CLICOLOR_FORCE`, then
  /// `CLICOLOR`; else a terminal gets colours.
  package init(_ choice: Choice, environment: [String: String], isTerminal: Bool) {
    func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
    let automatic: Bool
    if isSet("NO_COLOR") {
      automatic = false
    } else if isSet("CLICOLOR_FORCE"), environment["CLICOLOR_FORCE"] != "0" {
      automatic = true
    } else {
      automatic = isTerminal && environment["CLICOLOR"] != "0" && environment["TERM"] != "dumb"
    }
    isColored = choice == .auto ? automatic : choice == .always
  }

  /// Text in the look of a role; the text must be safe to show already.
  package func text(_ text: String, _ role: Role) -> String {
    guard isColored else { return text }
    let code =
      switch role {
      case .success: "32"
      case .failure: "31"
      case .doubt: "33"
      case .dimmed: "2"
      case .strong: "1"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
