/// The kinds of SID that the catalogue knows; the raw value is the prefix.
///
/// ``allCases`` are those that the language names. Source: Twilio's OpenAPI documents.
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
  case conversation = "CH"
  /// An account, which has one configuration; scripts cannot name it.
  case account = "AC"
  /// A participant of a conversation of the Conversations API; scripts cannot name it.
  case chatParticipant = "MB"

  /// A row of `find`, which has no SID of its own.
  case finding = "--"

  /// The kinds that the language names.
  package static let allCases: [SIDType] = [
    .interaction, .channel, .participant, .invite, .transfer, .task, .worker, .reservation,
    .workspace, .workflow, .queue, .conversation,
  ]

  /// The kind with this prefix, its first letter in the high byte; `nil` unless the language names it.
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
    case 0x4348: self = .conversation
    default: return nil
    }
  }

  /// A number from 0 for sets of kinds; fewer than 32.
  package var index: Int {
    switch self {
    case .interaction: 0
    case .channel: 1
    case .participant: 2
    case .invite: 3
    case .transfer: 4
    case .task: 5
    case .worker: 6
    case .reservation: 7
    case .workspace: 8
    case .workflow: 9
    case .queue: 10
    case .conversation: 11
    case .account: 12
    case .chatParticipant: 13
    case .finding: 14
    }
  }

  /// The prefix as a number, its first letter in the high byte.
  package var prefixCode: UInt16 {
    switch self {
    case .interaction: 0x4B44
    case .channel: 0x554F
    case .participant: 0x5554
    case .invite: 0x4B47
    case .transfer: 0x5558
    case .task: 0x5754
    case .worker: 0x574B
    case .reservation: 0x5752
    case .workspace: 0x5753
    case .workflow: 0x5757
    case .queue: 0x5751
    case .conversation: 0x4348
    case .account: 0x4143
    case .chatParticipant: 0x4D42
    case .finding: 0
    }
  }

  /// Not that of the raw value: a text costs ten times as much.
  package func hash(into hasher: inout Hasher) { hasher.combine(index) }

  /// The word for one of them, as scripts and messages use it: `channel`.
  package var noun: String {
    // Not the name of the case by reflection, which costs 7,000 instructions.
    switch self {
    case .interaction: "interaction"
    case .channel: "channel"
    case .participant: "participant"
    case .invite: "invite"
    case .transfer: "transfer"
    case .task: "task"
    case .worker: "worker"
    case .reservation: "reservation"
    case .workspace: "workspace"
    case .workflow: "workflow"
    case .queue: "queue"
    case .conversation: "conversation"
    case .account: "configuration"
    case .chatParticipant: "participant conversation"
    case .finding: "row of find"
    }
  }

  /// The word with its article, for messages: `an interaction`.
  package var nounWithArticle: String {
    self == .interaction || self == .invite ? "an \(noun)" : "a \(noun)"
  }
}
