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

/// The SID of an interaction.
package typealias InteractionSID = SID<InteractionKind>
/// The SID of a channel of an interaction.
package typealias ChannelSID = SID<ChannelKind>
/// The SID of a participant of a channel.
package typealias ParticipantSID = SID<ParticipantKind>
/// The SID of a transfer.
package typealias TransferSID = SID<TransferKind>

extension JSONObject {
  /// The SID in this field; `nil` if it is absent, null, malformed or of another kind.
  package func sid<Kind>(_ name: String) -> SID<Kind>? {
    anySID(name).flatMap { SID<Kind>($0) }
  }
}
