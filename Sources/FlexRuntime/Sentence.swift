import FlexAPI

/// The words for an operation: the sentence that asks for it, and what it changes.
enum Sentence {
  /// The verb of the ndjson contract.
  static func verb(of operation: Operation) -> String {
    switch operation {
    case .updateParticipant(_, _, to: .closed): "close"
    case .updateParticipant(_, _, to: .wrapup): "wrapup"
    case .updateChannel(_, to: .closed): "close channel"
    case .updateChannel(_, to: .inactive): "deactivate"
    case .createInvite: "invite"
    case .createParticipant: "add"
    case .createInteraction: "create"
    case .updateInteraction, .updateTransfer: "update"
    case .createTransfer: "transfer"
    case .fetchInteraction, .fetchChannel, .fetchTransfer: "show"
    case .listChannels, .listInvites, .listParticipants: "list"
    }
  }

  /// The sentence as a script has it, every SID in its place; bodies are left to the record.
  static func text(of operation: Operation) -> String {
    var bytes: [UInt8] = []
    // The longest has three SIDs and four words.
    bytes.reserveCapacity(160)
    write(operation, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ operation: Operation, to bytes: inout [UInt8]) {
    func write(_ words: StaticString, _ sid: AnySID? = nil) {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
      words.withUTF8Buffer { bytes.append(contentsOf: $0) }
      guard let sid else { return }
      bytes.append(UInt8(ascii: " "))
      sid.write(into: &bytes)
    }
    switch operation {
    case .createInteraction: write("create interaction")
    case .fetchInteraction(let sid): write("show interaction", sid.any)
    case .updateInteraction(let sid, _): write("update interaction", sid.any)
    case .listChannels(let sid, _): write("list channels in", sid.any)
    case .fetchChannel(let path): write("show channel", path.channel.any)
    case .updateChannel(let path, .closed): write("close channel", path.channel.any)
    case .updateChannel(let path, .inactive): write("deactivate channel", path.channel.any)
    case .createInvite: write("invite")
    case .listInvites: write("list invites")
    case .createParticipant(_, let type, _, _):
      write("add")
      bytes.append(contentsOf: " \(type.rawValue)".utf8)
    case .listParticipants: write("list participants")
    case .updateParticipant(_, let sid, .closed): write("close", sid.any)
    case .updateParticipant(_, let sid, .wrapup): write("wrapup", sid.any)
    case .createTransfer: write("transfer")
    case .fetchTransfer(_, let sid): write("show transfer", sid.any)
    case .updateTransfer(_, let sid, _): write("update transfer", sid.any)
    }
    guard let path = operation.channelPath else { return }
    switch operation {
    case .fetchChannel, .updateChannel: break
    default: write("on", path.channel.any)
    }
    write("in", path.interaction.any)
    if case .updateChannel(_, .closed(completingTasks: true)) = operation {
      write("completing tasks")
    }
  }

  /// The sentence with the bodies that it takes, to be put into a script.
  static func script(of operation: Operation) -> String {
    func json(_ value: JSON) -> String {
      // Texts inside the language's JSON interpolate.
      value.serialized.replacing("$", with: "\\u0024")
    }
    func text(_ value: String) -> String {
      "\""
        + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("$", with: "\\$") + "\""
    }
    func routing(_ value: JSON?) -> String { value.map { " routing \(json($0))" } ?? "" }
    let start = Self.text(of: operation)
    return switch operation {
    case .createInteraction(let channel, let routingBody, let context, let webhook):
      "\(start) channel \(json(channel))\(routing(routingBody))"
        + (context.map { " context \($0)" } ?? "") + (webhook.map { " webhook \(text($0))" } ?? "")
    case .updateInteraction(_, let webhook): "\(start) webhook \(text(webhook))"
    case .createInvite(_, let body): start + routing(body)
    case .createParticipant(_, _, let media, let body):
      "\(start) media \(json(media))\(routing(body))"
    case .createTransfer(_, let body), .updateTransfer(_, _, let body): "\(start) \(json(body))"
    default: start
    }
  }

  /// What an operation changes, in the words of the people who run a contact centre.
  static func effect(of operation: Operation) -> String {
    switch operation {
    case .updateParticipant(_, _, to: .closed): "agent left, task completed, conversation open"
    case .updateParticipant(_, _, to: .wrapup): "reservation wrapping, conversation open"
    case .updateChannel(_, to: .closed(completingTasks: false)):
      "tasks wrapping, conversation closed"
    case .updateChannel(_, to: .closed(completingTasks: true)):
      "tasks completed, conversation closed"
    case .updateChannel(_, to: .inactive):
      "tasks completed, channel asleep until the customer writes"
    case .createInvite: "a task is routed to an agent"
    case .createParticipant(_, let type, _, _): "\(type.rawValue) added"
    case .createInteraction: "interaction accepted; the channel says when it is active"
    case .updateInteraction: "webhook set"
    case .createTransfer: "transfer begun"
    case .updateTransfer: "transfer updated"
    case .fetchInteraction, .fetchChannel, .fetchTransfer, .listChannels, .listInvites,
      .listParticipants:
      "nothing"
    }
  }

  /// The address of an operation.
  static func address(of operation: Operation) -> Address {
    var address = Address(
      interaction: operation.channelPath?.interaction, channel: operation.channelPath?.channel)
    switch operation {
    case .updateInteraction(let sid, _), .fetchInteraction(let sid), .listChannels(let sid, _):
      address.interaction = sid
    case .updateParticipant(_, let sid, _): address.participant = sid
    case .fetchTransfer(_, let sid), .updateTransfer(_, let sid, _): address.transfer = sid
    default: break
    }
    return address
  }
}
