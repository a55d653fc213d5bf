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
      let new = try #require(created.fields.sid("sid") as InteractionSID?)
      #expect(try await api.perform(.fetchInteraction(new)).fields["webhook_ttid"] == .string("w"))
      let updated = try await api.perform(.updateInteraction(new, webhook: "é & ü = +"))
      #expect(updated.fields["webhook_ttid"] == .string("é & ü = +"))
      #expect(try await api.list(.listChannels(in: new)).items.count == 1)

      #expect(
        try await api.perform(.fetchChannel(path)).fields["status"] == .string("active"))
      let routing = JSON.object([
        "properties": .object(["workspace_sid": .string(Sample.workspace)])
      ])
      let invite = try await api.perform(.invite(on: path, routing: routing))
      #expect(invite.fields["sid"]?.text?.hasPrefix("KG") == true)
      #expect(try await api.list(.listInvites(on: path)).items.count == 1)
      let added = try await api.perform(
        .addParticipant(
          on: path, type: "customer", media: .object(["name": .string("Jo")]), routing: nil))
      #expect(added.fields["type"] == .string("customer"))
      let closed = try await api.perform(.close(agent, on: path))
      #expect(closed.fields.anySID("sid") == agent.any)
      let left = try await api.list(.listParticipants(on: path)).items
      #expect(!left.contains { $0.object?["sid"] == .string(Sample.agent) })

      let transfer = try await api.perform(
        .transfer(on: path, body: .object(["type": .string("warm")])))
      #expect(transfer.status == 201)
      let sid = try #require(transfer.fields.sid("sid") as TransferSID?)
      #expect(
        try await api.perform(.fetchTransfer(sid, on: path)).fields["type"] == .string("warm"))
      let completed = try await api.perform(
        .updateTransfer(sid, on: path, body: .object(["status": .string("completed")])))
      #expect(completed.fields["status"] == .string("completed"))
      let inactive = try await api.perform(.deactivateChannel(path))
      #expect(inactive.fields["status"] == .string("inactive"))
    }
  }

  @Test(arguments: Reach.allCases)
  func theReadsOfTaskRouterAndConversationsAreCarriedOut(_ reach: Reach) async throws {
    func sid(_ type: SIDType, _ pair: String) throws -> AnySID {
      try #require(AnySID(type.rawValue + String(repeating: pair, count: 16)))
    }
    let scope = Scope([try sid(.workspace, "5f")])
    let (task, worker) = (try sid(.task, "c3"), try sid(.worker, "1a"))
    try await reach.with { api in
      let configuration = try await api.perform(Operation(FlexConfiguration.fetch))
      #expect(configuration.fields.anySID("taskrouter_workspace_sid") == scope.innermost)
      #expect(try await api.list(Operation(Workspace.list)).items.count == 1)
      #expect(try await api.list(Operation(Worker.list, in: scope)).items.count == 4)
      #expect(try await api.list(Operation(Queue.list, in: scope)).items.count == 2)
      #expect(try await api.list(Operation(Workflow.list, in: scope)).items.count == 1)
      let live = RoutedTask.liveStatuses.map {
        OperationRequest.Field(name: "AssignmentStatus", value: $0)
      }
      let tasks = try await api.list(Operation(RoutedTask.list, in: scope, filters: live))
      #expect(tasks.items.count == 8)
      let fetched = try await api.perform(Operation(RoutedTask.fetch, in: scope, sid: task))
      #expect(fetched.revision == "\"1\"")
      #expect(fetched.clockSkew != nil)
      #expect(TaskLinks(fetched.fields).place == path)
      let reservations = try await api.list(
        Operation(Reservation.list, in: scope.appending(task)))
      #expect(reservations.items.count == 1)
      let own = try await api.list(
        Operation(
          Reservation.listOfWorker, in: scope.appending(worker),
          filters: [OperationRequest.Field(name: "ReservationStatus", value: "accepted")]))
      #expect(own.items.count == 2)
      let conversations = try await api.list(.conversations(ofAddress: "+15550100"))
      #expect(conversations.items.count == 1)
      let shown = try await api.perform(
        Operation(Conversation.fetch, sid: try sid(.conversation, "5a")))
      #expect(shown.fields["state"] == .string("active"))
      // A participant that is closed completes its reservation and its task, and the revision grows.
      _ = try await api.perform(.close(agent, on: path))
      let ended = try await api.perform(Operation(RoutedTask.fetch, in: scope, sid: task))
      #expect(ended.fields["assignment_status"] == .string("completed"))
      #expect(ended.revision != fetched.revision)
    }
  }

  @Test(arguments: Reach.allCases)
  func aRevisionThatIsNotTheLastIsRefused(_ reach: Reach) async throws {
    let workspace = try #require(AnySID("WS" + String(repeating: "5f", count: 16)))
    let task = try #require(AnySID("WT" + String(repeating: "ca", count: 16)))
    try await reach.with { api in
      var operation = Operation(
        RoutedTask.completeVoice, in: Scope([workspace]), sid: task, [.text("over")])
      operation.revision = "\"99\""
      let stale = operation
      let error = await #expect(throws: APIError.self) { _ = try await api.perform(stale) }
      #expect(error?.status == 412)
      operation.revision = "\"0\""
      let ended = try await api.perform(operation)
      #expect(ended.fields["assignment_status"] == .string("completed"))
    }
  }

  @Test(arguments: Reach.allCases)
  func aRefusalHasTwiliosShape(_ reach: Reach) async throws {
    try await reach.with { api in
      _ = try await api.perform(.close(agent, on: path))
      let error = await #expect(throws: APIError.self) {
        _ = try await api.perform(.close(agent, on: path))
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
          .addParticipant(on: path, type: "customer", media: .object([:]), routing: nil))
      }
      let (items, last) = try await api.list(.listParticipants(on: path))
      #expect(items.count == 123)
      #expect(Set(items.compactMap { $0.object?["sid"]?.text }).count == 123)
      #expect(last.attempts == 3)
    }
  }

  @Test(arguments: Reach.allCases)
  func theWrongPlaceIsNotFound(_ reach: Reach) async throws {
    let wrong = Scope(
      interaction: try #require(InteractionSID(Sample.otherInteraction)),
      channel: try #require(path.channel))
    try await reach.with { api in
      for operation in [
        Operation.fetchChannel(wrong), .wrapup(agent, on: wrong),
        .listParticipants(on: wrong),
      ] {
        let error = await #expect(throws: APIError.self) { _ = try await api.perform(operation) }
        #expect(error?.status == 404)
      }
    }
  }
}
