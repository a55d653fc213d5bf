import FlexAPI
import FlexSimulator
import FlexTestSupport
import Testing

/// One contract, whoever fulfils it: in memory, and by the client over a real socket.
@Suite struct ContractTests {
  private let path = Sample.path
  private let agent = Sample.participant(Sample.agent)

  @Test(arguments: Reach.allCases)
  func allFourteenOperationsAreCarriedOut(_ reach: Reach) async throws {
    try await reach.with { api in
      let channel = JSON.object(["type": .string("sms")])
      let created = try await api.perform(
        .createInteraction(channel: channel, routing: nil, context: nil, webhook: "w"))
      #expect(created.status == 200)
      let new = try #require(Interaction(fields: created.fields).sid)
      #expect(try await api.perform(.fetchInteraction(new)).fields["webhook_ttid"] == .string("w"))
      let updated = try await api.perform(.updateInteraction(new, webhook: "é & ü = +"))
      #expect(updated.fields["webhook_ttid"] == .string("é & ü = +"))
      #expect(try await api.list(.channels(new)).items.count == 1)

      #expect(Channel(fields: try await api.perform(.fetchChannel(path)).fields).status == .active)
      let routing = JSON.object([
        "properties": .object(["workspace_sid": .string(Sample.workspace)])
      ])
      let invite = try await api.perform(.createInvite(path, routing: routing))
      #expect(invite.fields["sid"]?.text?.hasPrefix("KG") == true)
      #expect(try await api.list(.invites(path)).items.count == 1)
      let added = try await api.perform(
        .createParticipant(
          path, type: .customer, media: .object(["name": .string("Jo")]), routing: nil))
      #expect(Participant(fields: added.fields).type == .customer)
      let closed = try await api.perform(.updateParticipant(path, agent, to: .closed))
      #expect(Participant(fields: closed.fields).sid == agent)
      let left = try await api.list(.participants(path)).items
      #expect(!left.contains { $0.object?["sid"] == .string(Sample.agent) })

      let transfer = try await api.perform(
        .createTransfer(path, body: .object(["type": .string("warm")])))
      #expect(transfer.status == 201)
      let sid = try #require(Transfer(fields: transfer.fields).sid)
      #expect(try await api.perform(.fetchTransfer(path, sid)).fields["type"] == .string("warm"))
      let completed = try await api.perform(
        .updateTransfer(path, sid, body: .object(["status": .string("completed")])))
      #expect(completed.fields["status"] == .string("completed"))
      let inactive = try await api.perform(.updateChannel(path, to: .inactive))
      #expect(Channel(fields: inactive.fields).status == .inactive)
    }
  }

  @Test(arguments: Reach.allCases)
  func aRefusalHasTwiliosShape(_ reach: Reach) async throws {
    try await reach.with { api in
      _ = try await api.perform(.updateParticipant(path, agent, to: .closed))
      let error = await #expect(throws: APIError.self) {
        _ = try await api.perform(.updateParticipant(path, agent, to: .closed))
      }
      #expect(error?.status == 404)
      #expect(error?.code == .number(20404))
      #expect(error?.moreInfo == "https://www.twilio.com/docs/errors/20404")
      #expect(error?.requestID?.hasPrefix("RQ") == true)
      #expect(error?.mayHaveBeenProcessed == false)
    }
  }

  @Test(arguments: Reach.allCases)
  func aListingFollowsEveryPage(_ reach: Reach) async throws {
    try await reach.with { api in
      for _ in 0..<120 {
        _ = try await api.perform(
          .createParticipant(path, type: .customer, media: .object([:]), routing: nil))
      }
      let (items, last) = try await api.list(.participants(path))
      #expect(items.count == 123)
      #expect(Set(items.compactMap { $0.object?["sid"]?.text }).count == 123)
      #expect(last.attempts == 3)
    }
  }

  @Test(arguments: Reach.allCases)
  func theWrongPlaceIsNotFound(_ reach: Reach) async throws {
    let wrong = ChannelPath(
      interaction: try #require(InteractionSID(Sample.otherInteraction)), channel: path.channel)
    try await reach.with { api in
      for operation in [
        Operation.fetchChannel(wrong), .updateParticipant(wrong, agent, to: .wrapup),
        .listParticipants(wrong, page: .first),
      ] {
        let error = await #expect(throws: APIError.self) { _ = try await api.perform(operation) }
        #expect(error?.status == 404)
      }
    }
  }
}
