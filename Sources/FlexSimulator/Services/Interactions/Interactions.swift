import FlexAPI

extension World {
  /// What operations on interactions do.
  static let interactionBehaviors: [OperationDefinition: Behavior] = [
    Interaction.fetch: { world, operation throws(Refusal) in
      world.fields(of: try world.interaction(operation))
    },
    Interaction.update: { world, operation throws(Refusal) in
      var interaction = try world.interaction(operation)
      // *Documented*: the webhook is all that can be updated.
      interaction.webhook = operation["webhook"]?.json ?? .null
      world.interactions[interaction.sid] = interaction
      return world.fields(of: interaction)
    },
    Interaction.create: { world, operation throws(Refusal) in world.createInteraction(operation) },
  ]

  /// The interaction that an operation addresses, or happens in.
  ///
  /// *Documented*: what does not exist is 404.
  func interaction(_ operation: Operation) throws(Refusal) -> SimulatedInteraction {
    guard let sid = operation.addressed.interaction, let interaction = interactions[sid] else {
      throw .notFound(operation.path)
    }
    return interaction
  }

  private mutating func createInteraction(_ operation: Operation) -> JSONObject {
    let sid: InteractionSID = generator.next()
    let channelSID: ChannelSID = generator.next()
    let channel = operation["with_channel"]?.json.object ?? JSONObject()
    var described = channel
    described["sid"] = .string(channelSID.description)
    var interaction = SimulatedInteraction(sid: sid)
    interaction.channels = [channelSID]
    interaction.channel = .object(described)
    interaction.routing =
      operation["routing"].map {
        task($0.json, Scope(interaction: sid, channel: channelSID))
      } ?? .null
    interaction.context = operation["context"]?.json ?? .null
    interaction.webhook = operation["webhook"]?.json ?? .null
    interactions[sid] = interaction
    // *Documented*: the response says only that it was accepted; the channel is set up afterwards.
    channels[channelSID] = SimulatedChannel(
      sid: channelSID, interaction: sid, type: channel["type"]?.text ?? "web", status: "setup")
    return fields(of: interaction)
  }

  /// *Documented*: `routing.properties` is returned as a task, with its own SID.
  ///
  /// *Assumed*: the task is on the channel `chat` unless the routing says otherwise.
  mutating func task(_ routing: JSON, _ place: Scope) -> JSON {
    var object = routing.object ?? JSONObject()
    var properties = object["properties"]?.object ?? JSONObject()
    prepareWorkspace()
    var task = SimulatedTask(
      sid: generator.next(.task), workspace: properties.anySID("workspace_sid") ?? workspace,
      created: now, updated: now)
    task.status = "pending"
    task.place = place
    task.queue = properties.anySID("queue_sid") ?? .fixed(.queue, "6e")
    task.channel = properties["task_channel_unique_name"]?.text ?? "chat"
    task.attributes = properties["attributes"]?.jsonOfText.object ?? JSONObject()
    table.add(task)
    properties["sid"] = .string(task.sid.description)
    object["properties"] = .object(properties)
    return .object(object)
  }
}
