package import FlexAPI

/// An API that reads the live state, sends no write, and says of each write what would become of it.
///
/// What it predicts holds for the writes that follow: an agent who was closed is gone.
package actor Planner: TwilioAPI {
  private let api: any TwilioAPI
  private let predictions = DryRun()
  private let catalog: Catalog
  private var channels: [Scope: KnownChannel] = [:]

  /// Plans against an API.
  package init(_ api: any TwilioAPI, catalog: Catalog = .standard) {
    self.api = api
    self.catalog = catalog
  }

  package func perform(
    _ operation: Operation, permission: SendPermission?
  ) async throws(APIError) -> Answer {
    guard operation.isWrite else { return try await api.perform(operation) }
    let forecast: Forecast
    do throws(APIError) {
      forecast = try await self.forecast(operation)
    } catch {
      // A look-up failed: nothing was to be changed.
      var failure = error
      failure.mayHaveBeenProcessed = false
      throw failure
    }
    var answer = try await predictions.perform(operation)
    answer.forecast = forecast
    if !forecast.isRefused { remember(operation) }
    return answer
  }

  /// What the live state says of an action.
  package func forecast(_ operation: Operation) async throws(APIError) -> Forecast {
    switch operation.definition.precondition {
    case .none:
      return Forecast(
        isRefused: false, reason: "nothing is known against it", facts: JSONObject())
    case .exists:
      let resource = operation.definition.resource
      var facts = JSONObject()
      let exists = try await fetch(resource.type, in: operation.scope, operation.sid) != nil
      facts["\(resource.noun)_exists"] = .bool(exists)
      return Forecast(
        isRefused: !exists,
        reason: exists ? "the \(resource.noun) is there" : "no such \(resource.noun)",
        facts: facts)
    case .openChannel:
      let channel = try await channel(of: operation, listing: false)
      return channel.refusal
        ?? Forecast(isRefused: false, reason: "the channel is open", facts: channel.facts)
    case .listedAgent: return try await forecastOnAgent(operation)
    }
  }

  private func forecastOnAgent(_ operation: Operation) async throws(APIError) -> Forecast {
    let channel = try await channel(of: operation, listing: true)
    if let refusal = channel.refusal { return refusal }
    let key = operation.sid?.description.lowercased() ?? ""
    var facts = channel.facts
    if let done = channel.done[key],
      done == operation.definition || done.repetition == .ends
    {
      return Forecast(
        isRefused: true,
        reason: "it would be done twice: \(done.verb) in an earlier sentence", facts: facts)
    }
    guard let type = channel.participants?[key] else {
      facts["participant_type"] = .null
      return Forecast(isRefused: true, reason: "not on this channel", facts: facts)
    }
    facts["participant_type"] = .string(type)
    guard type == Participant.agent else {
      return Forecast(isRefused: true, reason: "it is a \(type), no agent", facts: facts)
    }
    return Forecast(isRefused: false, reason: "an agent, and there", facts: facts)
  }

  /// Fetches a resource; `nil` if it does not exist.
  private func fetch(
    _ type: SIDType, in scope: Scope, _ sid: AnySID?
  ) async throws(APIError) -> JSONObject? {
    guard let definition = catalog.fetch(type) else { return nil }
    do throws(APIError) {
      return try await api.perform(Operation(definition, in: scope, sid: sid)).fields
    } catch {
      if error.status == 404 { return nil }
      throw error
    }
  }

  /// The channel that an operation addresses, or happens on; with its participants if asked for.
  private func channel(
    of operation: Operation, listing: Bool
  ) async throws(APIError) -> KnownChannel {
    let scope = Self.channelScope(of: operation)
    var channel: KnownChannel
    if let known = channels[scope] {
      channel = known
    } else {
      channel = KnownChannel()
      let interaction = Scope(Array(scope.sids.dropLast()))
      if let fields = try await fetch(.channel, in: interaction, scope.innermost) {
        channel.status = fields["status"]?.text
      } else {
        channel.isGone = true
      }
    }
    if listing, !channel.isGone, channel.participants == nil,
      let list = catalog.list(.participant)
    {
      var participants: [String: String] = [:]
      for item in try await api.list(Operation(list, in: scope)).items {
        guard let fields = item.object, let sid = fields["sid"]?.text else { continue }
        participants[sid.lowercased()] = fields["type"]?.text ?? "unknown"
      }
      channel.participants = participants
    }
    channels[scope] = channel
    return channel
  }

  /// The scope that leads to the channel of an operation.
  private static func channelScope(of operation: Operation) -> Scope {
    let sids = operation.addressed.sids
    let end = sids.firstIndex { $0.type == .channel }.map { $0 + 1 } ?? sids.count
    return Scope(Array(sids[..<end]))
  }

  private func remember(_ operation: Operation) {
    let definition = operation.definition
    switch definition.precondition {
    case .none, .exists: break
    case .listedAgent:
      guard let sid = operation.sid else { return }
      channels[Self.channelScope(of: operation)]?.done[sid.description.lowercased()] = definition
    case .openChannel:
      guard let status = definition.constants.first(where: { $0.answerField == "status" })
      else { return }
      channels[Self.channelScope(of: operation)]?.status = status.value
    }
  }
}

/// What a plan knows of a channel.
private struct KnownChannel {
  var status: String?
  /// The types of its participants by SID in lower case; `nil` if they were not listed yet.
  var participants: [String: String]?
  var isGone = false
  /// What the plan has done to participants, by SID in lower case.
  var done: [String: OperationDefinition] = [:]

  var facts: JSONObject {
    var facts = JSONObject()
    facts["channel_status"] = .string(orNull: isGone ? "gone" : status)
    return facts
  }

  /// Why nothing can be done here; `nil` when something can.
  var refusal: Forecast? {
    if isGone { return Forecast(isRefused: true, reason: "the channel is gone", facts: facts) }
    switch status {
    case "closed", "failed":
      return Forecast(
        isRefused: true, reason: "the channel is \(status ?? "") already", facts: facts)
    default: return nil
    }
  }
}
