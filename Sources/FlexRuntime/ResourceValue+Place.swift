import FlexAPI

extension ResourceValue {
  /// The channel that an invite or a participant says it is on.
  var place: Scope? {
    guard let interaction = fields.anySID("interaction_sid"),
      let channel = fields.anySID("channel_sid"), interaction.type == .interaction,
      channel.type == .channel
    else { return nil }
    return Scope([interaction, channel])
  }
}
