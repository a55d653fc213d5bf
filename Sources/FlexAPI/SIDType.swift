/// The kinds of SID that the language names; the raw value is the prefix.
///
/// Source: Twilio's OpenAPI document and the Interactions API pages of its documentation.
package enum SIDType: String, CaseIterable, Sendable {
  case interaction = "KD"
  case channel = "UO"
  case participant = "UT"
  case invite = "KG"
  case transfer = "UX"
  case task = "WT"
  case worker = "WK"
  case reservation = "WR"
  case workspace = "WS"
  case workflow = "WW"
  case queue = "WQ"

  /// The kind with this prefix, its first letter in the high byte.
  init?(prefixCode: UInt16) {
    switch prefixCode {
    case 0x4B44: self = .interaction
    case 0x554F: self = .channel
    case 0x5554: self = .participant
    case 0x4B47: self = .invite
    case 0x5558: self = .transfer
    case 0x5754: self = .task
    case 0x574B: self = .worker
    case 0x5752: self = .reservation
    case 0x5753: self = .workspace
    case 0x5757: self = .workflow
    case 0x5751: self = .queue
    default: return nil
    }
  }

  /// The word for one of them, as scripts and messages use it: `channel`.
  package var noun: String { "\(self)" }

  /// The word with its article, for messages: `an interaction`.
  package var nounWithArticle: String {
    self == .interaction || self == .invite ? "an \(noun)" : "a \(noun)"
  }
}
