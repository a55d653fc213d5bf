/// A SID whose kind the type system knows: a channel's cannot be passed for a participant's.
package struct SID<Kind: SIDKind>: Hashable, Sendable, CustomStringConvertible {
  /// The same SID without its static kind.
  package let any: AnySID

  /// Takes a SID of this kind; `nil` for one of another kind.
  package init?(_ any: AnySID) {
    guard any.type == Kind.type else { return nil }
    self.any = any
  }

  /// Reads a SID of this kind from text; `nil` for anything else.
  package init?(_ text: String) {
    guard let any = AnySID(text) else { return nil }
    self.init(any)
  }

  /// The SID as it was written.
  package var description: String { any.description }
}

/// A kind of SID as a type, for ``SID``.
package protocol SIDKind: Sendable {
  /// The same kind as a value.
  static var type: SIDType { get }
}

/// The kind of an interaction's SID, `KD…`.
package enum InteractionKind: SIDKind {
  package static var type: SIDType { .interaction }
}

/// The kind of a channel's SID, `UO…`.
package enum ChannelKind: SIDKind {
  package static var type: SIDType { .channel }
}

/// The kind of a participant's SID, `UT…`.
package enum ParticipantKind: SIDKind {
  package static var type: SIDType { .participant }
}

/// The kind of a transfer's SID, `UX…`.
package enum TransferKind: SIDKind {
  package static var type: SIDType { .transfer }
}

/// The kind of a workspace's SID, `WS…`.
package enum WorkspaceKind: SIDKind {
  package static var type: SIDType { .workspace }
}

/// The kind of a task's SID, `WT…`.
package enum TaskKind: SIDKind {
  package static var type: SIDType { .task }
}

/// The kind of a reservation's SID, `WR…`.
package enum ReservationKind: SIDKind {
  package static var type: SIDType { .reservation }
}

/// The kind of a worker's SID, `WK…`.
package enum WorkerKind: SIDKind {
  package static var type: SIDType { .worker }
}

/// The kind of a conversation's SID, `CH…`.
package enum ConversationKind: SIDKind {
  package static var type: SIDType { .conversation }
}

/// The SID of an interaction.
package typealias InteractionSID = SID<InteractionKind>
/// The SID of a channel of an interaction.
package typealias ChannelSID = SID<ChannelKind>
/// The SID of a participant of a channel.
package typealias ParticipantSID = SID<ParticipantKind>
/// The SID of a workspace.
package typealias WorkspaceSID = SID<WorkspaceKind>
/// The SID of a task.
package typealias TaskSID = SID<TaskKind>
/// The SID of a reservation.
package typealias ReservationSID = SID<ReservationKind>
/// The SID of a worker.
package typealias WorkerSID = SID<WorkerKind>
/// The SID of a conversation.
package typealias ConversationSID = SID<ConversationKind>
/// The SID of a transfer.
package typealias TransferSID = SID<TransferKind>

extension JSONObject {
  /// The SID in this field; `nil` if it is absent, null, malformed or of another kind.
  package func sid<Kind>(_ name: String) -> SID<Kind>? {
    anySID(name)?.of(Kind.type).flatMap { SID<Kind>($0) }
  }
}
