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

extension Value {
  /// What is said if `find` finds nothing for it.
  var noteForNothingFound: String {
    "nothing was found for \(description)\(hintForNothingFound)"
  }

  /// What may be wrong with a text for which nothing was found.
  private var hintForNothingFound: String {
    guard case .text(let text) = self else { return "" }
    if text.hasPrefix("+") { return "; calls are not searched" }
    if text.count > 5, text.allSatisfy({ $0.isASCII && $0.isNumber }) {
      return "; a telephone number begins with +"
    }
    if let type = SIDType(rawValue: String(text.prefix(2))), text.count < 40,
      text.dropFirst(2).allSatisfy(\.isHexDigit), text.count > 2
    {
      return "; a SID has 32 digits after \(type.rawValue), and this one has \(text.count - 2)"
    }
    return ""
  }
}
