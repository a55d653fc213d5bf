/// A text that must not be seen; printing it prints `‹redacted›`.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  let revealed: String

  /// Creates a secret from a text.
  package init(_ text: String) {
    revealed = text
  }

  /// Whether it has no characters.
  package var isEmpty: Bool { revealed.isEmpty }
  /// Whether it can be part of a header: ASCII without spaces or control characters.
  package var isPlain: Bool { revealed.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
  /// `‹redacted›`.
  package var description: String { "‹redacted›" }
  /// `‹redacted›`.
  package var debugDescription: String { description }
  /// Has no children, so that `dump` shows nothing of it either.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
