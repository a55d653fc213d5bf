import FlexAPI
import FlexScript

/// A row of `find`: it stands for the resource that its place in a sentence requires.
struct FoundRow: Sendable {
  private let sids: [SIDType: AnySID]
  private let participantType: String?
  /// What Tab shows beside it.
  let meaning: String

  /// Reads the fields of a row; `nil` for another item.
  init?(_ fields: JSONObject) {
    guard fields["sid"] == nil, fields["reservation"] != nil, fields["participant"] != nil else {
      return nil
    }
    var sids: [SIDType: AnySID] = [:]
    for field in Finding.resource.fields {
      guard case .sid(let type?) = field.kind, let sid = fields.anySID(field.name),
        sid.type == type
      else { continue }
      sids[type] = sid
    }
    self.sids = sids
    participantType = fields["participant_type"]?.text
    meaning = ["worker_name", "customer", "status", "queue"].compactMap { fields[$0]?.text }
      .joined(separator: ", ")
  }

  /// The SID that it stands for where nothing else is required.
  var main: AnySID? { sids[.participant] ?? sids[.reservation] ?? sids[.task] }

  /// What a sentence needs after a word: SIDs, and the place that belongs to them.
  ///
  /// `place`: the place set by `use`; `nil` if no place is to be added.
  func words(
    after word: Keyword?, _ number: Int, withPlace place: [SIDType: AnySID]?
  ) throws(ListedRows.Missing) -> String {
    let hasPlace = place != nil
    switch word {
    case .close?, .wrapup?:
      guard let participant = sids[.participant], participantType == Participant.agent,
        sids[.reservation] != nil
      else {
        let found =
          participantType.map { "its participant is of type \($0)" } ?? "it has no participant"
        throw ListedRows.Missing(
          reason: "@\(number) is refused: it needs an agent with an open reservation, and "
            + (participantType == Participant.agent ? "it has no open reservation" : found))
      }
      return "\(participant)" + (hasPlace ? channelPlace : "")
    case .of?:
      guard let reservation = sids[.reservation] else { return try sid(.task, number) }
      return "\(reservation)" + (sids[.task].map { " of \($0)" } ?? "")
    case .on?, .channel?:
      let channel = try sid(.channel, number)
      return channel + (hasPlace ? sids[.interaction].map { " in \($0)" } ?? "" : "")
    case .in?, .interaction?: return try sid(.interaction, number)
    case .task?: return try sid(.task, number)
    case .worker?: return try sid(.worker, number)
    case .conversation?: return try sid(.conversation, number)
    case .reservation?:
      return try sid(.reservation, number)
        + (hasPlace ? sids[.task].map { " of \($0)" } ?? "" : "")
    default: return main.map { "\($0)" } ?? ""
    }
  }

  private func sid(_ type: SIDType, _ number: Int) throws(ListedRows.Missing) -> String {
    guard let sid = sids[type] else {
      throw ListedRows.Missing(reason: "@\(number) names no \(type.noun)")
    }
    return sid.description
  }

  private var channelPlace: String {
    (sids[.channel].map { " on \($0)" } ?? "") + (sids[.interaction].map { " in \($0)" } ?? "")
  }
}
