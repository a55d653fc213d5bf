/// The SIDs that lead to a resource, one of each kind, the outermost first.
///
/// For a participant: its interaction and its channel. Which kinds there are, and in which order,
/// says ``ResourceDefinition/scope``.
package struct Scope: Hashable, Sendable {
  /// The SIDs, the outermost first.
  package private(set) var sids: [AnySID]

  /// Takes SIDs, the outermost first; no two are of the same kind.
  package init(_ sids: [AnySID] = []) {
    self.sids = sids
  }

  /// Leads to an interaction.
  package init(interaction: InteractionSID) {
    sids = [interaction.any]
  }

  /// Leads to a channel of an interaction.
  package init(interaction: InteractionSID, channel: ChannelSID) {
    sids = [interaction.any, channel.any]
  }

  /// The SID of a kind; `nil` if there is none.
  package subscript(type: SIDType) -> AnySID? {
    for sid in sids where sid.type == type { return sid }
    return nil
  }

  /// The SID of the innermost resource; `nil` for an empty scope.
  package var innermost: AnySID? { sids.last }

  /// Whether it leads nowhere yet.
  package var isEmpty: Bool { sids.isEmpty }

  /// The scope that leads to a resource inside this one.
  package func appending(_ sid: AnySID) -> Scope {
    var longer = self
    longer.sids.append(sid)
    return longer
  }

  /// The interaction, if it leads to one or into one.
  package var interaction: InteractionSID? { self[.interaction].flatMap { InteractionSID($0) } }
  /// The channel, if it leads to one or into one.
  package var channel: ChannelSID? { self[.channel].flatMap { ChannelSID($0) } }
  /// The participant, if it leads to one.
  package var participant: ParticipantSID? { self[.participant].flatMap { ParticipantSID($0) } }
}
