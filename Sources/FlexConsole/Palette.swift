/// The meaning of a piece of text; the palette decides how it looks.
package enum Role: Sendable {
  case success, failure, doubt, dimmed, strong
}

/// The look of each role: colours on a terminal, plain text elsewhere.
///
/// Meaning is never conveyed only by colour.
package struct Palette: Sendable {
  /// Whether colours are used.
  package let isColored: Bool

  /// Creates a palette with or without colours.
  package init(isColored: Bool) {
    self.isColored = isColored
  }

  /// When colours are used.
  package enum Choice: String, Sendable, CaseIterable {
    case auto, always, never
  }

  /// Decides by the option and the environment: `NO_COLOR` wins, then `CLICOLOR_FORCE`, then
  /// `CLICOLOR`; otherwise colours are used on a terminal.
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

  /// Formats text for a role; the text must already be safe to show.
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
