package import FlexAPI
import Synchronization

/// A pretend Twilio in memory: a ``TwilioAPI`` itself, which ``SimulatorServer`` serves to others.
package final class SimulatedTwilio: TwilioAPI {
  private let state: Mutex<State>
  private let routes: Routes

  private struct State {
    var world: World
    /// The world before the last write, if that may be asked for.
    var earlier: World?
    var keepsEarlier = false
    var requestIDs: SIDGenerator
  }

  init(world: World, seed: UInt64) {
    routes = Routes(world.catalog)
    state = Mutex(State(world: world, requestIDs: SIDGenerator(seed: ~seed)))
  }

  package func perform(
    _ operation: Operation, permission: SendPermission?
  ) async throws(APIError) -> Answer {
    if let permission, await !permission() { throw .notPermitted }
    let response = respond(to: operation)
    let requestID = response.requestID
    switch response.result {
    case .success(let fields):
      var answer = Answer(
        status: SimulatedTwilio.status(of: operation), fields: fields, requestID: requestID,
        attempts: 1)
      answer.revision = response.revision
      answer.clockSkew = operation.isWrite ? nil : 0
      return answer
    case .failure(let refusal):
      var body: [UInt8] = []
      refusal.body.write(into: &body)
      throw APIError(status: refusal.status, body: body, requestID: requestID)
    }
  }

  /// What comes of an operation.
  struct Response: Sendable {
    let result: Result<JSONObject, Refusal>
    let requestID: String
    /// The `ETag` of the resource, if it has one.
    var revision: String?
  }

  ///
  /// `isStale`: whether a listing shows the state before the last write.
  func respond(to operation: Operation, isStale: Bool = false) -> Response {
    state.withLock { state in
      let requestID = state.requestIDs.next("RQ")
      do throws(Refusal) {
        if isStale, operation.listKey != nil, var earlier = state.earlier {
          return Response(result: .success(try earlier.perform(operation)), requestID: requestID)
        }
        if state.keepsEarlier, operation.isWrite { state.earlier = state.world }
        let fields = try state.world.perform(operation)
        return Response(
          result: .success(fields), requestID: requestID,
          revision: state.world.revision(of: operation))
      } catch {
        return Response(result: .failure(error), requestID: requestID)
      }
    }
  }

  /// Keeps the world before each write, for listings that are one write late.
  func keepEarlierState() { state.withLock { $0.keepsEarlier = true } }

  /// How many interactions there are, and the one with the most participants.
  package var interactions: (count: Int, largest: AnySID?) {
    state.withLock { state in
      let world = state.world
      func size(_ interaction: SimulatedInteraction) -> Int {
        interaction.channels.reduce(0) { $0 + (world.channels[$1]?.participants.count ?? 0) }
      }
      let largest = world.interactions.values.max {
        (size($0), $1.sid.description) < (size($1), $0.sid.description)
      }
      return (world.interactions.count, largest?.sid.any)
    }
  }

  /// The seconds since 1970 of this Twilio.
  var now: Int { state.withLock { $0.world.now } }

  /// *Documented*: 200 for everything, 201 for a new transfer.
  static func status(of operation: Operation) -> Int {
    operation.definition == Transfer.create ? 201 : 200
  }

  /// Answers a request as it came off the wire.
  ///
  /// `isStale`: whether a listing shows the state before the last write.
  func answer(_ request: SimulatedRequest, isStale: Bool = false) -> Reply {
    do throws(Refusal) {
      guard SimulatedTwilio.isWellFormed(request.authorization) else { throw Refusal.unauthorized }
      var operation = try routes.operation(request)
      operation.revision = request.revision
      let response = respond(to: operation, isStale: isStale)
      switch response.result {
      case .success(let fields):
        return Reply(
          status: SimulatedTwilio.status(of: operation),
          body: fields.leading(to: request.host, from: operation.definition.resource.service),
          requestID: response.requestID, revision: response.revision)
      case .failure(let refusal):
        return Reply(status: refusal.status, body: refusal.body, requestID: response.requestID)
      }
    } catch {
      return Reply(
        status: error.status, body: error.body,
        requestID: state.withLock { $0.requestIDs.next("RQ") })
    }
  }

  /// An answer before it goes on the wire.
  struct Reply: Sendable {
    let status: Int
    let body: JSONObject
    let requestID: String
    var revision: String?
  }

  /// What exists, or is where it is, only because a script says so; `nil` if nothing does.
  ///
  /// A rehearsal cannot confirm it.
  package var inventions: String? {
    let (invented, names, moves, age) = state.withLock {
      ($0.world.inventions, $0.world.inventedNames, $0.world.moves, $0.world.inventedAge)
    }
    let states = state.withLock { $0.world.inventedStates }
    var parts: [String] = []
    if !invented.isEmpty {
      parts.append(
        invented.count == 1 ? "1 SID was invented" : "\(invented.count) SIDs were invented")
    }
    for name in names.prefix(3) {
      let noun = name.type == .conversation ? "address" : name.type.noun
      parts.append("the \(noun) \(JSON.string(name.text).serialized) was invented")
    }
    if names.count > 3 { parts.append("\(names.count - 3) more names were invented") }
    if let age {
      let limit = age % 3600 == 0 ? "\(age / 3600)h" : age % 60 == 0 ? "\(age / 60)m" : "\(age)s"
      parts.append("an accepted and a wrapping reservation older than \(limit) were invented")
    }
    for (type, state) in states { parts.append("a \(state) \(type.noun) was invented") }
    func short(_ sid: AnySID) -> String { "\(sid.prefix)…\(sid.description.suffix(4))" }
    for move in moves.prefix(3) {
      parts.append("\(short(move.resource)) was placed in \(short(move.place))")
    }
    if moves.count > 3 { parts.append("\(moves.count - 3) more were placed elsewhere") }
    guard !parts.isEmpty else { return nil }
    return "rehearsal: " + parts.joined(separator: ", and ")
      + ", because the script says so; only a plan against the live account can confirm "
      + (parts.count == 1 && invented.count < 2 && age == nil ? "it" : "them")
  }

  /// The same world, where no invite is ever answered: nothing in it changes by being read.
  package func withoutAnswers() -> SimulatedTwilio {
    answerInvite(.never)
    return self
  }

  /// Decides how the next invite is answered.
  func answerInvite(_ ending: PendingInvite.Ending) {
    state.withLock { $0.world.inviteEnding = ending }
  }

  /// A request id for an answer that is no operation's.
  func nextRequestID() -> String {
    state.withLock { $0.requestIDs.next("RQ") }
  }

  /// Removes the participant that a request addresses, as if it had left by itself.
  func removeParticipant(asked request: SimulatedRequest) {
    guard let operation = try? routes.operation(request), operation.isWrite,
      let sid = operation.addressed.participant
    else { return }
    state.withLock { $0.world.remove(sid) }
  }

  /// Whether a header is HTTP Basic with an account or an API key, and something after the colon.
  ///
  /// Any secret will do: this is a rehearsal.
  private static func isWellFormed(_ authorization: String?) -> Bool {
    guard let authorization, authorization.lowercased().hasPrefix("basic "),
      let decoded = Base64Decoding.decode(String(authorization.dropFirst(6)))
    else { return false }
    let parts = decoded.split(separator: UInt8(ascii: ":"), maxSplits: 1)
    guard parts.count == 2, let user = AnySID(bytes: parts[0]) else { return false }
    return user.prefix == "AC" || user.prefix == "SK"
  }
}

extension JSONObject {
  /// A page whose links lead to the server that was asked, as those of Twilio do.
  fileprivate func leading(to host: String?, from service: Service) -> JSONObject {
    guard let host, var meta = self["meta"]?.object else { return self }
    for member in meta.members {
      guard let url = member.value.text, url.hasPrefix("https://\(service.host)/") else { continue }
      meta[member.name] = .string(
        "http://\(host)" + url.dropFirst("https://\(service.host)".count))
    }
    var page = self
    page["meta"] = .object(meta)
    return page
  }
}

/// Decodes Base64 of RFC 4648; written independently of the client's encoder.
enum Base64Decoding {
  static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for byte in text.utf8.drop(while: { $0 == UInt8(ascii: " ") }) {
      let value: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      case UInt8(ascii: "="): continue
      default: return nil
      }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return bytes
  }
}
