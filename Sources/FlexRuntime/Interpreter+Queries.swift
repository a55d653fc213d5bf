import FlexAPI
import FlexScript

extension Interpreter {
  mutating func query(_ query: Query, _ command: Command) async {
    switch query {
    case .show(let fetch):
      let noun = fetch.type.noun
      await emitQuery(.show(noun), command) { interpreter throws(RuntimeError) in
        let operation = try interpreter.operation(fetch)
        let value = try await interpreter.look(up: operation, type: fetch.type)
        guard case .resource(let resource) = value else {
          return (Sentence.text(of: operation), .notAsked)
        }
        return (Sentence.text(of: operation), .item(resource.fields))
      }
    case .list(let collection, let filter):
      await emitQuery(.list(collection.kind.rawValue), command) {
        interpreter throws(RuntimeError) in
        let sentence = Sentence.text(
          of: try interpreter.listing(collection).operation(page: .first))
        guard let items = try await interpreter.items(collection, where: filter) else {
          return (sentence, .notAsked)
        }
        return (
          sentence,
          .items(
            items.map { value in
              if case .resource(let resource) = value { return .object(resource.fields) }
              return value.json
            })
        )
      }
    }
  }

  private mutating func emitQuery(
    _ subject: QueryRecord.Subject, _ command: Command,
    _ body: (inout Self) async throws(RuntimeError) -> (sentence: String, QueryRecord.Result)
  ) async {
    do throws(RuntimeError) {
      let (sentence, result) = try await body(&self)
      emit(
        .query(
          QueryRecord(at: at(command), subject: subject, sentence: sentence, result: result)))
    } catch {
      switch error {
      case .api(let error, let subject, let asked):
        emitQueryFailure(subject, command, error, asked)
      case .sentence(let message): emitFailure(command, message)
      case .unanswered: emit(.unexpanded(at: at(command), source: command.source ?? ""))
      }
    }
  }

  /// Tells that a look-up failed.
  mutating func emitQueryFailure(
    _ subject: QueryRecord.Subject, _ command: Command, _ error: APIError, _ asked: Operation
  ) {
    let isTolerated = isTolerating && error.kind != .auth
    emit(
      .query(
        QueryRecord(
          at: at(command), subject: subject, sentence: Sentence.text(of: asked),
          address: Sentence.address(of: asked), result: .failure(error),
          isTolerated: isTolerated)))
    noteFailure(.failed)
  }

  // MARK: Look-ups

  /// The operation that looks something up.
  func operation(_ fetch: Fetch) throws(RuntimeError) -> Operation {
    switch fetch {
    case .interaction(let target): return .fetchInteraction(try interaction(target))
    case .channel(let place): return .fetchChannel(try path(place))
    case .transfer(let target, let place):
      let transfer = try sid(target)
      return .fetchTransfer(try path(place, of: try resource(target)), transfer)
    }
  }

  /// Looks one resource up; ``Value/unanswered`` when nothing was asked.
  mutating func look(up operation: Operation, type: SIDType) async throws(RuntimeError) -> Value {
    guard let fields = try await ask(operation, .show(type.noun)) else { return .unanswered }
    return .resource(ResourceValue(type: type, fields: fields))
  }

  func listing(_ collection: Collection) throws(RuntimeError) -> Listing {
    switch collection.kind {
    case .channels: return .channels(try interaction(collection.place.interaction))
    case .participants: return .participants(try path(collection.place))
    case .invites: return .invites(try path(collection.place))
    }
  }

  /// Lists what a collection holds; `nil` when nothing was asked.
  mutating func items(
    _ collection: Collection, where filter: Condition?
  ) async throws(RuntimeError) -> [Value]? {
    try await items(try listing(collection), where: filter)
  }

  /// Lists everything; `nil` when nothing was asked.
  mutating func items(
    _ listing: Listing, where filter: Condition?
  ) async throws(RuntimeError) -> [Value]? {
    guard let all = try await ask(listing, .list(listing.noun)) else { return nil }
    let type = listing.sidType
    var kept: [Value] = []
    for case .object(let fields) in all {
      let item = Value.resource(
        ResourceValue(type: type, fields: listing.completing(fields)))
      if let filter, try await holds(filter, of: item) != true { continue }
      kept.append(item)
    }
    return kept
  }
}

extension Fetch {
  /// The kind of SID of what it looks up.
  var type: SIDType {
    switch self {
    case .interaction: .interaction
    case .channel: .channel
    case .transfer: .transfer
    }
  }
}

extension Listing {
  /// What the listing is called in scripts.
  var noun: String {
    switch self {
    case .channels: "channels"
    case .participants: "participants"
    case .invites: "invites"
    }
  }

  /// The kind of SID of its items.
  fileprivate var sidType: SIDType {
    switch self {
    case .channels: .channel
    case .participants: .participant
    case .invites: .invite
    }
  }

  /// The fields of an item, with the place that was listed where the item does not name its own.
  fileprivate func completing(_ fields: JSONObject) -> JSONObject {
    var fields = fields
    func fill(_ name: String, _ sid: AnySID) {
      if fields[name] == nil || fields[name] == .null { fields[name] = .string(sid.description) }
    }
    switch self {
    case .channels(let interaction): fill("interaction_sid", interaction.any)
    case .invites(let path), .participants(let path):
      fill("channel_sid", path.channel.any)
      fill("interaction_sid", path.interaction.any)
    }
    return fields
  }
}
