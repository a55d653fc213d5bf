import FlexAPI

/// Puts things into a world; what is there already stays as it is.
extension World {
  mutating func put(_ interaction: InteractionSID) {
    if interactions[interaction] == nil {
      interactions[interaction] = SimulatedInteraction(sid: interaction)
    }
  }

  mutating func put(_ channel: ChannelSID, in interaction: InteractionSID, type: String = "web") {
    put(interaction)
    guard channels[channel] == nil else { return }
    channels[channel] = SimulatedChannel(sid: channel, interaction: interaction, type: type)
    interactions[interaction]?.channels.append(channel)
    interactions[interaction]?.channel = .object([
      "type": .string(type), "sid": .string(channel.description),
    ])
  }

  mutating func put(
    _ participant: ParticipantSID?, on channel: ChannelSID, _ type: String
  ) {
    guard let participant, participants[participant] == nil else { return }
    participants[participant] = SimulatedParticipant(
      sid: participant, channel: channel, type: type, routing: routing(for: type))
    channels[channel]?.participants.append(participant)
    register(participant)
  }

  /// Makes sure that the task and the reservation that a participant names exist.
  mutating func register(_ participant: ParticipantSID, status: String = "accepted", age: Int = 600)
  {
    guard let owner = participants[participant],
      let trail = Operation.Trail(routing: owner.routing), let task = trail.task,
      let reservation = trail.reservation, let worker = trail.worker
    else { return }
    prepareWorkspace()
    if name(.worker, worker) == nil {
      addWorker(worker, name: "agent-\(worker.description.suffix(4))@example.org")
    }
    if table.tasks[task] == nil {
      let interaction = channels[owner.channel]?.interaction
      var new = SimulatedTask(
        sid: task, workspace: workspace, created: now - age, updated: now - age)
      new.status = status == "wrapping" ? "wrapping" : "assigned"
      new.place = interaction.map { Scope(interaction: $0, channel: owner.channel) }
      new.queue = .fixed(.queue, "6e")
      table.add(new)
    }
    guard table.reservations[reservation] == nil else { return }
    table.add(
      SimulatedReservation(
        sid: reservation, task: task, worker: worker, status: status, created: now - age,
        updated: now - age))
  }

  /// Adds the workspace that Flex uses, with a queue and a workflow, unless it is there.
  mutating func prepareWorkspace() {
    guard records[.workspace]?.contains(where: { $0.fields.anySID("sid") == workspace }) != true
    else { return }
    addWorkspace(workspace, name: "Flex Task Assignment")
    addQueue(.fixed(.queue, "6e"), name: "Support")
    addQueue(.fixed(.queue, "7f"), name: "Sales")
    addWorkflow(.fixed(.workflow, "8a"), name: "Assign to Anyone")
  }
}
