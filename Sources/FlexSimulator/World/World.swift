import FlexAPI

/// The state of a pretend Twilio: interactions, what belongs to them, and other records.
///
/// What an operation does is in `Services/`, each effect marked *documented* or *assumed*; nothing
/// else is known of the server's behavior.
struct World: Sendable {
  var interactions: [InteractionSID: SimulatedInteraction] = [:]
  var channels: [ChannelSID: SimulatedChannel] = [:]
  var participants: [ParticipantSID: SimulatedParticipant] = [:]
  /// Tasks and reservations.
  var table = TaskTable()
  /// The workspace that Flex uses.
  var workspace: AnySID
  /// The time.
  var clock = SimulatedClock.system
  /// The conversations in which an address or an identity takes part.
  var addresses: [(text: String, conversation: AnySID)] = []
  /// The names of resources that have one.
  var friendlyNames: [AnySID: String] = [:]
  /// Resources that only their own fields describe, in the order of their creation.
  var records: [SIDType: [SimulatedRecord]] = [:]
  /// What is known of resources and operations.
  let catalog: Catalog
  /// Makes new SIDs.
  var generator: SIDGenerator
  /// The invites that have not been answered yet.
  var pendingInvites: [PendingInvite] = []
  /// How the next invite is answered.
  var inviteEnding = PendingInvite.Ending.accepted
  /// The SIDs that exist only because a script names them.
  var inventions: Set<AnySID> = []
  /// The names that exist only because a script names them.
  var inventedNames: [(type: SIDType, text: String)] = []
  /// The age, in seconds, for which an older reservation of each open state was invented.
  var inventedAge: Int?
  /// The states of tasks and reservations for which something was invented.
  var inventedStates: [(type: SIDType, text: String)] = []
  /// The resources that are elsewhere only because a script says so, and where.
  var moves: [(resource: AnySID, place: AnySID)] = []
  /// Whether a resource that is addressed elsewhere than it was put moves there.
  ///
  /// It does in a world that was inferred from the SIDs of a script, until an operation has
  /// touched the resource.
  var isInferred = false

  init(seed: UInt64, catalog: Catalog = .standard) {
    self.catalog = catalog
    generator = SIDGenerator(seed: seed)
    workspace = .fixed(.workspace, "5f")
  }

  /// The seconds since 1970.
  var now: Int { clock.now() }

  /// Removes a participant from its channel.
  ///
  /// *Documented*: its reservation completes, and its task.
  mutating func remove(_ sid: ParticipantSID) {
    guard let gone = participants.removeValue(forKey: sid) else { return }
    move(gone, to: "completed")
    channels[gone.channel]?.participants.removeAll { $0 == sid }
  }
}

/// An interaction of a pretend Flex.
struct SimulatedInteraction: Sendable {
  let sid: InteractionSID
  var channels: [ChannelSID] = []
  var channel: JSON = .null
  var routing: JSON = .null
  var context: JSON = .null
  var webhook: JSON = .null
}

/// A channel of a pretend Flex.
struct SimulatedChannel: Sendable {
  let sid: ChannelSID
  var interaction: InteractionSID
  var type = "web"
  var status = "active"
  var participants: [ParticipantSID] = []
  /// Whether an operation has been performed on it.
  var isTouched = false
}

/// A participant of a pretend Flex.
struct SimulatedParticipant: Sendable {
  let sid: ParticipantSID
  var channel: ChannelSID
  var type: String
  var routing: JSON
  /// Whether its reservation is wrapping.
  var isWrapping = false
  /// Whether an operation has been performed on it.
  var isTouched = false
}

/// New SIDs, the same for the same seed.
struct SIDGenerator: Sendable {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// A SID with this prefix.
  mutating func next(_ prefix: String) -> String {
    prefix + hexadecimal() + hexadecimal()
  }

  /// A SID of a kind.
  mutating func next<Kind>() -> SID<Kind> {
    guard let sid = SID<Kind>(next(Kind.type.rawValue)) else {
      preconditionFailure("a prefix and 32 hexadecimal digits are a SID")
    }
    return sid
  }

  /// A SID of a kind that is known only while the program runs.
  mutating func next(_ type: SIDType) -> AnySID {
    guard let sid = AnySID(next(type.rawValue)) else {
      preconditionFailure("a prefix and 32 hexadecimal digits are a SID")
    }
    return sid
  }

  private mutating func hexadecimal() -> String {
    let digits = String(word(), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// SplitMix64, by Steele, Lea and Flood: a whole period of well mixed words from any seed.
  private mutating func word() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

/// An answer of the pretend Flex that refuses something.
struct Refusal: Error, Hashable, Sendable {
  let status: Int
  let code: Int
  let message: String

  /// *Documented*: status 404 and code 20404.
  ///
  /// *Assumed*: the words, after those of other products.
  static func notFound(_ path: String) -> Refusal {
    let resource = path.hasPrefix("/v1") ? String(path.dropFirst(3)) : path
    return Refusal(
      status: 404, code: 20404, message: "The requested resource \(resource) was not found")
  }

  /// *Assumed*: status 400 with code 20001, as other products answer a bad parameter.
  static func invalid(_ message: String) -> Refusal {
    Refusal(status: 400, code: 20001, message: message)
  }

  /// *Assumed*: status 409 with code 20409, whose text fits.
  static func conflict(_ message: String) -> Refusal {
    Refusal(status: 409, code: 20409, message: message)
  }

  /// *Documented*: status 401 and code 20003.
  static let unauthorized = Refusal(status: 401, code: 20003, message: "Authenticate")

  /// *Documented*: status 429 and code 20429.
  static let throttled = Refusal(status: 429, code: 20429, message: "Too Many Requests")

  /// A status that a fault asks for; the codes are Twilio's general ones.
  static func simulated(_ status: Int) -> Refusal {
    switch status {
    case 401: .unauthorized
    case 429: .throttled
    default:
      Refusal(status: status, code: 20000 + status, message: "Simulated: status \(status)")
    }
  }

  /// *Documented*: code 20007 for a page size above 1000.
  static let pageSize = Refusal(
    status: 400, code: 20007, message: "Page size must be between 1 and 1000")

  /// *Documented*: the four members.
  ///
  /// Source: <https://www.twilio.com/docs/usage/twilios-response>.
  var body: JSONObject {
    JSON.object([
      "code": .number(code), "message": .string(message),
      "more_info": .string("https://www.twilio.com/docs/errors/\(code)"),
      "status": .number(status),
    ]).object ?? JSONObject()
  }
}

extension AnySID {
  /// A SID of a kind whose digits repeat a pair.
  static func fixed(_ type: SIDType, _ pair: String) -> AnySID {
    guard let sid = AnySID(type.rawValue + String(repeating: pair, count: 16)) else {
      preconditionFailure("a prefix and 32 hexadecimal digits are a SID")
    }
    return sid
  }
}
