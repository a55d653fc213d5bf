package import FlexAPI

/// An API that reads live state, sends no write, and says of each what would become of it.
///
/// What it predicts holds for the writes that follow: an agent who was closed is gone.
package actor Planner: InteractionsAPI {
  private let api: any InteractionsAPI
  private let predictions = DryRun()
  private var places: [ChannelPath: KnownChannel] = [:]

  /// Plans against an API.
  package init(_ api: any InteractionsAPI) {
    self.api = api
  }

  package func perform(_ operation: Operation) async throws(APIError) -> Answer {
    guard operation.isWrite else { return try await api.perform(operation) }
    let forecast: Forecast
    do throws(APIError) {
      forecast = try await self.forecast(operation)
    } catch {
      // What failed is the look: nothing was to be changed.
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
    switch operation {
    case .updateParticipant(let path, let sid, let target):
      let place = try await look(at: path, listing: true)
      if let refusal = place.refusal { return refusal }
      let key = sid.description.lowercased()
      var facts = place.facts
      if let done = place.done[key], done == target.rawValue || done == "closed" {
        return Forecast(
          isRefused: true, reason: "it would be done twice: \(done) by an earlier sentence",
          facts: facts)
      }
      guard let type = place.participants?[key] else {
        facts["participant_type"] = .null
        return Forecast(isRefused: true, reason: "not on this channel", facts: facts)
      }
      facts["participant_type"] = .string(type)
      guard type == Participant.Role.agent.rawValue else {
        return Forecast(isRefused: true, reason: "it is a \(type), no agent", facts: facts)
      }
      return Forecast(isRefused: false, reason: "an agent, and there", facts: facts)
    case .updateChannel(let path, _):
      let place = try await look(at: path, listing: false)
      return place.refusal
        ?? Forecast(isRefused: false, reason: "the channel is open", facts: place.facts)
    case .createInvite(let path, _), .createParticipant(let path, _, _, _),
      .createTransfer(let path, _), .updateTransfer(let path, _, _):
      let place = try await look(at: path, listing: false)
      return place.refusal
        ?? Forecast(isRefused: false, reason: "the channel is open", facts: place.facts)
    case .updateInteraction(let sid, _):
      var facts = JSONObject()
      let exists = try await found(.fetchInteraction(sid)) != nil
      facts["interaction_exists"] = .bool(exists)
      return Forecast(
        isRefused: !exists, reason: exists ? "the interaction is there" : "no such interaction",
        facts: facts)
    default:
      return Forecast(isRefused: false, reason: "nothing is known against it", facts: JSONObject())
    }
  }

  /// What is there; `nil` for what is not.
  private func found(_ operation: Operation) async throws(APIError) -> JSONObject? {
    do throws(APIError) {
      return try await api.perform(operation).fields
    } catch {
      if error.status == 404 { return nil }
      throw error
    }
  }

  private func look(at path: ChannelPath, listing: Bool) async throws(APIError) -> KnownChannel {
    var place: KnownChannel
    if let known = places[path] {
      place = known
    } else {
      place = KnownChannel()
      if let channel = try await found(.fetchChannel(path)) {
        place.status = channel["status"]?.text
      } else {
        place.isGone = true
      }
    }
    if listing, !place.isGone, place.participants == nil {
      var participants: [String: String] = [:]
      for item in try await api.list(.participants(path)).items {
        guard let fields = item.object, let sid = fields["sid"]?.text else { continue }
        participants[sid.lowercased()] = fields["type"]?.text ?? "unknown"
      }
      place.participants = participants
    }
    places[path] = place
    return place
  }

  private func remember(_ operation: Operation) {
    switch operation {
    case .updateParticipant(let path, let sid, let target):
      places[path]?.done[sid.description.lowercased()] = target.rawValue
    case .updateChannel(let path, let target): places[path]?.status = target.status.rawValue
    default: break
    }
  }
}

/// What a plan knows of a channel.
private struct KnownChannel {
  var status: String?
  /// Who is there, by SID in lower case, with the type; `nil` while nobody has looked.
  var participants: [String: String]?
  var isGone = false
  /// What the plan has done to participants, by SID in lower case.
  var done: [String: String] = [:]

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
