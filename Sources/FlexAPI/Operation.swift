/// One call of the Interactions API: all fourteen operations of its OpenAPI document, as values.
///
/// A value, so that the write guard, the dry run, the log and every test can hold a call in
/// hand before and after it is made. Source: `flex_v1_interactions.json`.
package enum Operation: Hashable, Sendable {
  /// `POST /v1/Interactions`.
  case createInteraction(channel: JSON, routing: JSON?, context: AnySID?, webhook: String?)
  /// `GET /v1/Interactions/{KD}`.
  case fetchInteraction(InteractionSID)
  /// `POST /v1/Interactions/{KD}`: `webhook` is a `flex_interactionwebhook_…` identifier, no SID.
  case updateInteraction(InteractionSID, webhook: String)
  /// `GET /v1/Interactions/{KD}/Channels`, one page.
  case listChannels(InteractionSID, page: PageQuery)
  /// `GET /v1/Interactions/{KD}/Channels/{UO}`.
  case fetchChannel(ChannelPath)
  /// `POST /v1/Interactions/{KD}/Channels/{UO}`.
  case updateChannel(ChannelPath, to: ChannelTarget)
  /// `POST …/Channels/{UO}/Invites`: `routing` as Twilio's page on invites describes it.
  case createInvite(ChannelPath, routing: JSON)
  /// `GET …/Channels/{UO}/Invites`, one page.
  case listInvites(ChannelPath, page: PageQuery)
  /// `POST …/Channels/{UO}/Participants`.
  case createParticipant(ChannelPath, type: Participant.Role, media: JSON, routing: JSON?)
  /// `GET …/Channels/{UO}/Participants`, one page.
  case listParticipants(ChannelPath, page: PageQuery)
  /// `POST …/Channels/{UO}/Participants/{UT}`.
  case updateParticipant(ChannelPath, ParticipantSID, to: ParticipantTarget)
  /// `POST …/Channels/{UO}/Transfers`: the body's contract is not published, it goes as it is.
  case createTransfer(ChannelPath, body: JSON)
  /// `GET …/Channels/{UO}/Transfers/{UX}`.
  case fetchTransfer(ChannelPath, TransferSID)
  /// `POST …/Channels/{UO}/Transfers/{UX}`: the body's contract is not published.
  case updateTransfer(ChannelPath, TransferSID, body: JSON)
}

/// The two SIDs that every resource below a channel is addressed with.
package struct ChannelPath: Hashable, Sendable {
  /// The interaction.
  package let interaction: InteractionSID
  /// Its channel.
  package let channel: ChannelSID

  /// Pairs a channel with its interaction.
  package init(interaction: InteractionSID, channel: ChannelSID) {
    self.interaction = interaction
    self.channel = channel
  }
}

/// The state that an update asks of a participant; the raw value is what `Status` is sent as.
package enum ParticipantTarget: String, Hashable, Sendable {
  /// The agent leaves and the task completes.
  case closed
  /// The agent's reservation goes to wrapping.
  case wrapup
}

/// The state that an update asks of a channel.
package enum ChannelTarget: Hashable, Sendable {
  /// The conversation closes; its tasks go to wrapping, or complete.
  case closed(completingTasks: Bool)
  /// The conversation sleeps until the customer writes; its tasks complete.
  case inactive

  /// What `Status` is sent as.
  package var status: Channel.Status {
    switch self {
    case .closed: .closed
    case .inactive: .inactive
    }
  }
}

/// Which page of a listing to ask for.
package struct PageQuery: Hashable, Sendable {
  /// The query as the API gave it, without `?`; `nil` for the first page.
  package let text: String?

  /// The first page, of the size that the API chooses.
  package static let first = PageQuery(text: nil)
}

extension Operation {
  /// Whether it changes something.
  package var isWrite: Bool {
    switch self {
    case .fetchInteraction, .listChannels, .fetchChannel, .listInvites, .listParticipants,
      .fetchTransfer:
      false
    case .createInteraction, .updateInteraction, .updateChannel, .createInvite, .createParticipant,
      .updateParticipant, .createTransfer, .updateTransfer:
      true
    }
  }

  /// Whether it creates something, so that sending it twice could create two.
  package var creates: Bool {
    switch self {
    case .createInteraction, .createInvite, .createParticipant, .createTransfer, .updateTransfer:
      true
    case .fetchInteraction, .updateInteraction, .listChannels, .fetchChannel, .updateChannel,
      .listInvites, .listParticipants, .updateParticipant, .fetchTransfer:
      false
    }
  }

  /// The channel that it addresses, or `nil` for an operation on interactions.
  package var channelPath: ChannelPath? {
    switch self {
    case .createInteraction, .fetchInteraction, .updateInteraction, .listChannels: nil
    case .fetchChannel(let path), .updateChannel(let path, _), .createInvite(let path, _),
      .listInvites(let path, _), .createParticipant(let path, _, _, _),
      .listParticipants(let path, _), .updateParticipant(let path, _, _),
      .createTransfer(let path, _), .fetchTransfer(let path, _), .updateTransfer(let path, _, _):
      path
    }
  }
}
