package import FlexAPI

/// SIDs that can be told apart at a glance; those of the demo world first.
package enum Sample {
  package static let interaction = "KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
  package static let channel = "UOb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"
  package static let agent = "UTc3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3"
  package static let secondAgent = "UTd4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4"
  package static let customer = "UTe5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5"
  package static let otherInteraction = "KD16161616161616161616161616161616"
  package static let otherChannel = "UO27272727272727272727272727272727"
  package static let otherAgent = "UT38383838383838383838383838383838"
  package static let workspace = "WS0123456789abcdef0123456789abcdef"

  /// Where the demo world's first conversation is.
  package static let path: Scope = {
    guard let interaction = InteractionSID(interaction), let channel = ChannelSID(channel) else {
      preconditionFailure("the samples are well formed")
    }
    return Scope(interaction: interaction, channel: channel)
  }()

  /// A participant's SID from its text.
  package static func participant(_ text: String) -> ParticipantSID {
    guard let sid = ParticipantSID(text) else {
      preconditionFailure("\(text) is no participant's SID")
    }
    return sid
  }

  /// A text with KD1, UO1, UT1 … written out, so that scripts in tests stay short.
  package static func expand(_ script: String) -> String {
    var text = script
    for (short, long) in [
      ("KD1", interaction), ("UO1", channel), ("UT1", agent), ("UT2", secondAgent),
      ("UT3", customer), ("KD2", otherInteraction), ("UO2", otherChannel), ("UT4", otherAgent),
      ("WS1", workspace),
    ] {
      text = text.replacing(short, with: long)
    }
    return text
  }

  /// The same backwards, for comparing.
  package static func shorten(_ text: String) -> String {
    var text = text
    for (short, long) in [
      ("KD1", interaction), ("UO1", channel), ("UT1", agent), ("UT2", secondAgent),
      ("UT3", customer), ("KD2", otherInteraction), ("UO2", otherChannel), ("UT4", otherAgent),
      ("WS1", workspace),
    ] {
      text = text.replacing(long, with: short)
    }
    return text
  }
}
