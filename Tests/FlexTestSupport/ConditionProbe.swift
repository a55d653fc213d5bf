import FlexScript

/// Reads conditions and writes them again.
package enum ConditionProbe {
  /// A condition as it is written after it was read; `nil` if it is none.
  package static func rewritten(_ text: String) -> String? {
    PromptChecker.condition(text)?.text
  }
}
