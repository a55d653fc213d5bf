import FlexAPI

extension World {
  /// Three conversations with four agents, and tasks of every kind.
  ///
  /// `workspace`: the workspace that Flex uses, if it is to have a certain SID.
  static func demo(seed: UInt64, workspace: AnySID? = nil) -> World {
    var world = World(seed: seed)
    if let workspace { world.workspace = workspace }
    world.prepareWorkspace()
    world.addWorker(.fixed(.worker, "1a"), name: "asha@example.org", fullName: "Asha Rao")
    world.addWorker(.fixed(.worker, "2b"), name: "bo@example.org", fullName: "Bo Lind")
    world.addWorker(
      .fixed(.worker, "3c"), name: "cem@example.org", fullName: "Cem Ak", isAvailable: false)
    world.addWorker(.fixed(.worker, "4d"), name: "dia@example.org", fullName: "Dia Moreno")
    world.addDemoConversations()
    world.addDemoTasks()
    return world
  }

  private mutating func addDemoConversations() {
    let conversations:
      [(
        place: (interaction: String, channel: String), type: String,
        agents: [(digits: String, worker: String, status: String, age: Int)], customer: String,
        address: String
      )] = [
        (("5a", "6b"), "sms", [("7c", "4d", "wrapping", 3 * 3600)], "8d", "+15550100"),
        (("16", "27"), "whatsapp", [("38", "3c", "accepted", 5400)], "49", "whatsapp:+15550101"),
        (
          ("a1", "b2"), "web",
          [("c3", "1a", "accepted", 1200), ("d4", "2b", "accepted", 600)], "e5", "visitor-1"
        ),
      ]
    for entry in conversations {
      guard
        let interaction = InteractionSID(.fixed(.interaction, entry.place.interaction)),
        let channel = ChannelSID(.fixed(.channel, entry.place.channel))
      else { continue }
      put(channel, in: interaction, type: entry.type)
      let conversation = AnySID.fixed(.conversation, entry.place.interaction)
      for agent in entry.agents {
        add(agent, on: channel, entry.type)
        table.update(.fixed(.task, agent.digits), at: now - agent.age) { task in
          task.channel = entry.type == "web" ? "chat" : entry.type
          task.attributes["conversationSid"] = .string(conversation.description)
          task.attributes["channelType"] = .string(entry.type)
          task.attributes["customerAddress"] = .string(entry.address)
        }
      }
      put(
        ParticipantSID(.fixed(.participant, entry.customer)), on: channel, "customer")
      addConversation(conversation, address: entry.address)
    }
  }

  /// Adds an agent whose task, reservation and participant have the same digits.
  private mutating func add(
    _ agent: (digits: String, worker: String, status: String, age: Int), on channel: ChannelSID,
    _ type: String
  ) {
    guard let sid = ParticipantSID(.fixed(.participant, agent.digits)) else { return }
    let routing = JSON.object([
      "task_sid": .string(AnySID.fixed(.task, agent.digits).description),
      "worker_sid": .string(AnySID.fixed(.worker, agent.worker).description),
      "reservation_sid": .string(AnySID.fixed(.reservation, agent.digits).description),
    ])
    participants[sid] = SimulatedParticipant(
      sid: sid, channel: channel, type: Participant.agent, routing: routing,
      isWrapping: agent.status == "wrapping")
    channels[channel]?.participants.append(sid)
    register(sid, status: agent.status, age: agent.age)
  }

  /// Tasks that no participant names: of a call, of a chat of an older Flex, with attributes that were
  /// copied, and one that waits.
  private mutating func addDemoTasks() {
    let first = Scope([.fixed(.interaction, "a1"), .fixed(.channel, "b2")])
    add(
      "ca", channel: "voice", "accepted", worker: "2b", age: 900,
      [
        "call_sid": .string("CA" + String(repeating: "ca", count: 16)),
        "from": .string("+15550199"),
      ])
    add(
      "1e", channel: "chat", "wrapping", worker: "3c", age: 4 * 3600,
      ["channelSid": .string("CH" + String(repeating: "1e", count: 16)), "name": .string("Ola")])
    add("c0", channel: "default", "accepted", worker: "1a", age: 1800, [:], copying: first)
    add("9e", channel: "sms", nil, worker: "4d", age: 300, [:], queue: "7f")
  }

  private mutating func add(
    _ digits: String, channel: String, _ status: String?, worker: String, age: Int,
    _ attributes: KeyValuePairs<String, JSON>, copying place: Scope? = nil, queue: String = "6e"
  ) {
    var task = SimulatedTask(
      sid: .fixed(.task, digits), workspace: workspace, created: now - age, updated: now - age)
    task.channel = channel
    task.place = place
    task.queue = .fixed(.queue, queue)
    task.status = status.map { $0 == "wrapping" ? "wrapping" : "assigned" } ?? "pending"
    for (name, value) in attributes { task.attributes[name] = value }
    table.add(task)
    guard let status else { return }
    table.add(
      SimulatedReservation(
        sid: .fixed(.reservation, digits), task: task.sid, worker: .fixed(.worker, worker),
        status: status, created: now - age, updated: now - age))
  }
}
