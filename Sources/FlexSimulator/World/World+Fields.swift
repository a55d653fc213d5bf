import FlexAPI

/// The fields of resources in responses: those of Twilio's OpenAPI document.
extension World {
  /// The root of `url` fields.
  ///
  /// *Documented*: absolute URLs on Twilio's host.
  static let root = "https://flex-api.twilio.com/v1/Interactions"

  func fields(of interaction: SimulatedInteraction) -> JSONObject {
    let url = "\(World.root)/\(interaction.sid)"
    return object([
      "sid": .string(interaction.sid.description), "channel": interaction.channel,
      "routing": interaction.routing, "interaction_context_sid": interaction.context,
      "webhook_ttid": interaction.webhook, "url": .string(url),
      "links": .object(["channels": .string(url + "/Channels")]),
    ])
  }

  func fields(of channel: SimulatedChannel) -> JSONObject {
    let url = url(of: channel)
    return object([
      "sid": .string(channel.sid.description),
      "interaction_sid": .string(channel.interaction.description),
      "type": .string(channel.type), "status": .string(channel.status),
      "error_code": .null, "error_message": .string(""), "url": .string(url),
      "links": .object([
        "participants": .string(url + "/Participants"), "invites": .string(url + "/Invites"),
        "transfers": .string(url + "/Transfers"),
      ]),
    ])
  }

  func fields(of participant: SimulatedParticipant) -> JSONObject {
    let channel = channels[participant.channel]
    let url = (channel.map { self.url(of: $0) } ?? World.root) + "/Participants/\(participant.sid)"
    return object([
      "sid": .string(participant.sid.description), "type": .string(participant.type),
      "interaction_sid": .string(orNull: channel?.interaction.description),
      "channel_sid": .string(participant.channel.description),
      "routing_properties": participant.routing, "url": .string(url),
    ])
  }

  func url(of channel: SimulatedChannel) -> String {
    "\(World.root)/\(channel.interaction)/Channels/\(channel.sid)"
  }

  func object(_ members: KeyValuePairs<String, JSON>) -> JSONObject {
    JSON.object(members).object ?? JSONObject()
  }

  /// *Documented*: an agent has a task, a worker and a reservation; others have none.
  mutating func routing(for type: String, worker: String? = nil) -> JSON {
    guard type == Participant.agent else { return .null }
    let someone = records[.worker]?.first?.fields["sid"]?.text ?? "\(AnySID.fixed(.worker, "1a"))"
    return .object([
      "task_sid": .string(generator.next("WT")),
      "worker_sid": .string(worker ?? someone),
      "reservation_sid": .string(generator.next("WR")),
    ])
  }

  func fields(of task: SimulatedTask) -> JSONObject {
    let url = "\(World.taskRouter)/\(task.workspace)/Tasks/\(task.sid)"
    let queue = task.queue.flatMap { name(.queue, $0) }
    var fields = object([
      "sid": .string(task.sid.description), "account_sid": .null,
      "workspace_sid": .string(task.workspace.description),
      "assignment_status": .string(task.status), "age": .number(max(0, now - task.created)),
      "attributes": .string(JSON.object(attributes(of: task)).serialized), "addons": .string("{}"),
      "priority": .number(0), "timeout": .number(86_400), "reason": .string(orNull: task.reason),
      "task_queue_sid": .string(orNull: task.queue?.description),
      "task_queue_friendly_name": .string(orNull: queue),
      "task_channel_sid": .null, "task_channel_unique_name": .string(task.channel),
      "workflow_sid": .null, "workflow_friendly_name": .null,
      "date_created": .string(SimulatedClock.text(task.created)),
      "date_updated": .string(SimulatedClock.text(task.updated)),
      "task_queue_entered_date": .string(SimulatedClock.text(task.created)),
      "virtual_start_time": .string(SimulatedClock.text(task.created)),
      "ignore_capacity": .bool(false), "routing_target": .null, "url": .string(url),
      "links": .object(["reservations": .string(url + "/Reservations")]),
    ])
    for member in task.given.members { fields[member.name] = member.value }
    return fields
  }

  /// *Documented*: what Flex writes into the attributes of an interaction's task.
  ///
  /// Source: the section "Task attributes" of the page of the Interactions API.
  func attributes(of task: SimulatedTask) -> JSONObject {
    var attributes = task.attributes
    if let interaction = task.place?[.interaction], let channel = task.place?[.channel] {
      attributes["flexInteractionSid"] =
        attributes["flexInteractionSid"] ?? .string(interaction.description)
      attributes["flexInteractionChannelSid"] =
        attributes["flexInteractionChannelSid"] ?? .string(channel.description)
    }
    return attributes
  }

  func fields(of reservation: SimulatedReservation) -> JSONObject {
    let workspace = table.tasks[reservation.task]?.workspace ?? workspace
    let url =
      "\(World.taskRouter)/\(workspace)/Tasks/\(reservation.task)/Reservations/\(reservation.sid)"
    var fields = object([
      "sid": .string(reservation.sid.description), "account_sid": .null,
      "workspace_sid": .string(workspace.description),
      "task_sid": .string(reservation.task.description),
      "worker_sid": .string(reservation.worker.description),
      "worker_name": .string(orNull: name(.worker, reservation.worker)),
      "reservation_status": .string(reservation.status),
      "date_created": .string(SimulatedClock.text(reservation.created)),
      "date_updated": .string(SimulatedClock.text(reservation.updated)), "url": .string(url),
      "links": .object([
        "task": .string("\(World.taskRouter)/\(workspace)/Tasks/\(reservation.task)")
      ]),
    ])
    for member in reservation.given.members { fields[member.name] = member.value }
    return fields
  }

  /// The root of `url` fields of TaskRouter.
  static let taskRouter = "https://taskrouter.twilio.com/v1/Workspaces"

  /// The friendly name of a resource that has one.
  func name(_ type: SIDType, _ sid: AnySID) -> String? {
    friendlyNames[sid]
  }
}
