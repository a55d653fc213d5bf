package import FlexAPI

/// What a script names and looks for: a rehearsal takes it to be right.
package struct Inference: Sendable {
  /// The SIDs of each sentence or row, in their order.
  ///
  /// A channel belongs to the interaction of its group, or else to the last one named before;
  /// participants, who are agents, to the channel likewise. What is asked for elsewhere before anything
  /// has touched it moves there.
  package var groups: [[AnySID]]
  /// The names of workers, queues, workflows and workspaces; with `conversation`, what `find` looks for.
  package var names: [(type: SIDType, text: String)] = []
  /// The states of tasks and reservations that are looked for.
  package var states: [(type: SIDType, text: String)] = []
  /// The longest time that something is looked for to be older than, in seconds.
  package var age: Int?
  /// The reservations and tasks that are completed or canceled, and how.
  package var ended: [(sid: AnySID, operation: OperationDefinition)] = []

  /// Takes SIDs.
  package init(_ groups: [[AnySID]] = []) {
    self.groups = groups
  }

  /// The workspace that the script names, if it names one.
  var workspace: AnySID? { groups.lazy.joined().first { $0.type == .workspace } }
}

extension World {
  /// Puts everything that a script names and looks for into the world.
  mutating func infer(from inference: Inference) {
    isInferred = true
    let known = allSIDs
    let kinds: [SIDType] = [
      .interaction, .channel, .participant, .transfer, .task, .reservation, .worker, .queue,
      .workspace, .workflow, .conversation,
    ]
    inventions = Set(inference.groups.joined()).filter { sid in
      sid.type.map(kinds.contains) == true && !known.contains(sid)
    }
    for (sid, operation) in inference.ended { inferEnded(sid, operation, inference.groups) }
    inferConversations(from: inference.groups)
    for group in inference.groups { inferTasks(of: group) }
    for (type, text) in inference.names { inferName(type, text) }
    for (type, state) in inference.states { inferState(type, state) }
    if let age = inference.age {
      // One that is older; those of the demonstration are not, unless the time is short.
      for status in ["accepted", "wrapping"] { addConversation(status: status, age: age + 3600) }
      inventedAge = age
    }
  }

  // MARK: Tasks

  /// A task or a reservation in a state that the script looks for, unless there is one.
  private mutating func inferState(_ type: SIDType, _ state: String) {
    prepareWorkspace()
    switch type {
    case .task:
      guard !table.tasks.values.contains(where: { $0.status == state }) else { return }
      var new = SimulatedTask(
        sid: generator.next(.task), workspace: workspace, created: now - 600, updated: now - 600)
      (new.channel, new.status) = ("default", state)
      new.queue = .fixed(.queue, "6e")
      table.add(new)
      if state == "reserved" { addReservation(of: new.sid, "pending") }
    case .reservation:
      guard !table.reservations.values.contains(where: { $0.status == state }) else { return }
      if state == "wrapping" || state == "accepted" { return addConversation(status: state) }
      var new = SimulatedTask(
        sid: generator.next(.task), workspace: workspace, created: now - 600, updated: now - 600)
      (new.channel, new.status) = ("default", state == "pending" ? "reserved" : "pending")
      if state == "completed" { new.status = "completed" }
      new.queue = .fixed(.queue, "6e")
      table.add(new)
      addReservation(of: new.sid, state)
    case .interaction, .channel, .participant, .invite, .transfer, .worker, .workspace, .workflow,
      .queue, .conversation, .account, .chatParticipant, .finding:
      return
    }
    inventedStates.append((type, state))
  }

  private mutating func addReservation(of task: AnySID, _ state: String) {
    table.add(
      SimulatedReservation(
        sid: generator.next(.reservation), task: task, worker: someWorker, status: state,
        created: now - 600, updated: now - 600))
  }

  /// A reservation or a task that the script ends: nothing holds it.
  private mutating func inferEnded(
    _ sid: AnySID, _ operation: OperationDefinition, _ groups: [[AnySID]]
  ) {
    guard !allSIDs.contains(sid) else { return }
    prepareWorkspace()
    let group = groups.first { $0.contains(sid) } ?? []
    let task = sid.type == .task ? sid : group.first { $0.type == .task } ?? generator.next(.task)
    var new = SimulatedTask(
      sid: task, workspace: workspace, created: now - 7200, updated: now - 7200)
    new.channel = "default"
    new.status = "wrapping"
    if case .releasedTask(let ends, let voice) = operation.precondition {
      new.status = ends ? "assigned" : "pending"
      if voice {
        new.channel = "voice"
        new.attributes["call_sid"] = .string(generator.next("CA"))
      }
    }
    table.add(new)
    guard sid.type == .reservation else { return }
    let worker = group.first { $0.type == .worker } ?? someWorker
    addWorker(worker, name: "agent-\(worker.description.suffix(4))@example.org")
    table.add(
      SimulatedReservation(
        sid: sid, task: task, worker: worker, status: "wrapping", created: now - 7200,
        updated: now - 7200))
  }

  private mutating func inferTasks(of group: [AnySID]) {
    let task = group.first { $0.type == .task }
    let reservation = group.first { $0.type == .reservation }
    let worker = group.first { $0.type == .worker }
    let isNew = [task, reservation].compactMap(\.self).contains {
      table.tasks[$0] == nil && table.reservations[$0] == nil
    }
    if isNew { addConversation(task: task, reservation: reservation, worker: worker) }
    for sid in group {
      switch sid.type {
      case .worker?:
        guard name(.worker, sid) == nil || table.ofWorker[sid] == nil else { continue }
        addWorker(sid, name: "agent-\(sid.description.suffix(4))@example.org")
        addConversation(worker: sid)
      case .queue? where name(.queue, sid) == nil:
        addQueue(sid, name: "Queue \(sid.description.suffix(4))")
        addConversation(queue: sid)
      case .workflow? where name(.workflow, sid) == nil:
        addWorkflow(sid, name: "Workflow \(sid.description.suffix(4))")
      case .workspace? where name(.workspace, sid) == nil:
        addWorkspace(sid, name: "Workspace \(sid.description.suffix(4))")
      case .conversation? where name(.conversation, sid) == nil:
        if records[.conversation]?.contains(where: { $0.fields.anySID("sid") == sid }) != true {
          addConversation(conversation: sid)
        }
      default: break
      }
    }
  }

  private mutating func inferName(_ type: SIDType, _ text: String) {
    func isKnown(_ type: SIDType) -> Bool {
      records[type]?.contains { $0.fields["friendly_name"].matches(text) } ?? false
    }
    switch type {
    case .worker:
      guard !text.isEmpty, !isKnown(.worker), !hasWorker(named: text) else { return }
      let sid = generator.next(.worker)
      addWorker(sid, name: text)
      addConversation(worker: sid)
    case .queue:
      guard !isKnown(.queue) else { return }
      let sid = generator.next(.queue)
      addQueue(sid, name: text)
      addConversation(queue: sid)
    case .workflow:
      guard !isKnown(.workflow) else { return }
      addWorkflow(generator.next(.workflow), name: text)
    case .workspace:
      guard !isKnown(.workspace) else { return }
      rename(workspace, to: text)
    case .conversation:
      let isThere = addresses.contains { $0.text == text || $0.text == "whatsapp:" + text }
      guard !isThere else { return }
      if !text.hasPrefix("+"), !text.contains(":") { return inferName(.worker, text) }
      addConversation(conversation: generator.next(.conversation), address: text)
    case .interaction, .channel, .participant, .invite, .transfer, .task, .reservation, .account,
      .chatParticipant, .finding:
      return
    }
    inventedNames.append((type, text))
  }

  private func hasWorker(named text: String) -> Bool {
    records[.worker]?.contains { record in
      let attributes = record.fields["attributes"]?.jsonOfText
      return attributes?["full_name"].matches(text) ?? false
        || attributes?["email"].matches(text) ?? false
    } ?? false
  }

  private mutating func rename(_ sid: AnySID, to name: String) {
    let index = records[.workspace]?.firstIndex { $0.fields.anySID("sid") == sid }
    guard let index else { return }
    records[.workspace]?[index].fields["friendly_name"] = .string(name)
  }

  /// A worker for what names none.
  private var someWorker: AnySID {
    records[.worker]?.first?.fields.anySID("sid") ?? .fixed(.worker, "1a")
  }

  /// Adds a conversation with an agent and a customer, and the task that brought the agent there.
  ///
  /// What is not given is made up.
  private mutating func addConversation(
    task: AnySID? = nil, reservation: AnySID? = nil, worker: AnySID? = nil, queue: AnySID? = nil,
    conversation: AnySID? = nil, address: String? = nil, status: String = "accepted",
    age: Int = 600
  ) {
    let interaction: InteractionSID = generator.next()
    let channel: ChannelSID = generator.next()
    put(channel, in: interaction)
    var routing = JSONObject()
    routing["task_sid"] = .string((task ?? generator.next(.task)).description)
    routing["worker_sid"] = .string((worker ?? someWorker).description)
    routing["reservation_sid"] = .string(
      (reservation ?? generator.next(.reservation)).description)
    let agent = SimulatedParticipant(
      sid: generator.next(), channel: channel, type: Participant.agent, routing: .object(routing))
    participants[agent.sid] = agent
    channels[channel]?.participants.append(agent.sid)
    register(agent.sid, status: status, age: age)
    put(generator.next(), on: channel, "customer")
    guard let sid = routing.anySID("task_sid") else { return }
    table.update(sid, at: now - age) { changed in
      changed.queue = queue ?? changed.queue
      if let conversation {
        changed.attributes["conversationSid"] = .string(conversation.description)
      }
      if let address { changed.attributes["customerAddress"] = .string(address) }
    }
    if let conversation { addConversation(conversation, address: address ?? "") }
  }

  // MARK: Conversations

  /// Puts the conversations of a script's SIDs into the world.
  mutating func inferConversations(from groups: [[AnySID]]) {
    var interaction: InteractionSID?
    var channel: ChannelSID?
    var inferred: [ChannelSID] = []
    for group in groups {
      for any in group { interaction = InteractionSID(any) ?? interaction }
      if let interaction { put(interaction) }
      for any in group {
        guard let named = ChannelSID(any) else { continue }
        channel = named
        if channels[named] == nil { inferred.append(named) }
        put(named, in: home(interaction))
      }
      let participants = group.compactMap { ParticipantSID($0) }
      if channel == nil, !participants.isEmpty {
        let new: ChannelSID = generator.next()
        channel = new
        put(new, in: home(interaction))
      }
      for named in participants {
        if let channel { put(named, on: channel, Participant.agent) }
      }
      for any in group {
        guard let transfer = TransferSID(any), let channel else { continue }
        put(transfer, on: channel)
      }
    }
    // A conversation has a customer, and where the script names no agent, one agent.
    for channel in inferred {
      if channels[channel]?.participants.isEmpty == true {
        put(generator.next(), on: channel, Participant.agent)
      }
      put(generator.next(), on: channel, "customer")
    }
  }

  /// Every SID that the world holds.
  var allSIDs: Set<AnySID> {
    var sids = Set(
      interactions.keys.map(\.any) + channels.keys.map(\.any) + participants.keys.map(\.any))
    sids.formUnion(table.order)
    sids.formUnion(table.reservations.keys)
    sids.formUnion(records.values.joined().compactMap { $0.fields.anySID("sid") })
    return sids
  }

  /// The interaction that a channel is put to: the last one named, or a new one.
  private mutating func home(_ interaction: InteractionSID?) -> InteractionSID {
    if let interaction { return interaction }
    let new: InteractionSID = generator.next()
    put(new)
    return new
  }

  private mutating func put(_ sid: TransferSID, on channel: ChannelSID) {
    let isThere = records[.transfer]?.contains { $0.fields.anySID("sid") == sid.any } ?? false
    guard let owner = channels[channel], !isThere else { return }
    records[.transfer, default: []].append(
      SimulatedRecord(
        parent: channel.any, fields: transfer(sid.description, on: owner, JSONObject())))
  }
}

extension JSON? {
  /// Whether it is a name, apart from the case of its ASCII letters.
  fileprivate func matches(_ name: String) -> Bool {
    self?.text?.asciiLowercased == name.asciiLowercased
  }
}
