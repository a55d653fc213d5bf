import FlexAPI
import FlexScript

/// Writes listings as a script: their rows commented out, below the place that they have in common.
///
/// A row of an agent is a `close`, every other row a `show` of what it stands for. Once uncommented, the
/// script checks, and acts on exactly those rows.
package final class FlexSink: RecordSink {
  private var output: OutputStream

  /// Writes to a stream.
  package init(_ output: OutputStream) {
    self.output = output
  }

  /// Whether it has the listings of several accounts, each below the name of its profile.
  package var namesProfiles = false

  package var isLost: Bool { output.failure != nil }

  package func flush() { output.flush() }

  package func take(_ object: [UInt8], _ part: RecordPart) {
    guard part == .event || part == .start,
      let event = (try? JSONReader.read(object))?.object
    else { return }
    if part == .start, namesProfiles {
      let words = ["profile", "account"].compactMap { name in event[name]?.text }
      output.write("\n" + Self.comment("Profile \(words.joined(separator: ", "))"))
    }
    guard event["event"]?.text == "query", let at = event["at"]?.text else { return }
    let items = event["items"]?.array ?? event["item"].map { [$0] }
    guard let items else { return }
    let sentence = event["sentence"]?.text ?? event["verb"]?.text ?? ""
    // Not a line that is uncommented with the rows.
    output.write("#" + Self.comment("\(at): \(sentence)"))
    guard !items.isEmpty else { return output.write("#" + Self.comment("nothing found")) }
    let rows = items.compactMap { $0.object.flatMap { FlexRow($0) } }
    let place = FlexRow.commonPlace(of: rows)
    if let place {
      output.write("use \(place.isChannel ? "channel" : "interaction") \(place.text)\n")
    }
    for row in rows { output.write(Self.comment(row.sentence(below: place))) }
  }

  private static func comment(_ text: String) -> String {
    "# " + VisibleText.escaped(text) + "\n"
  }
}

/// A row of a listing as a sentence.
private struct FlexRow {
  /// Where a sentence acts.
  struct Place: Hashable {
    let channel: AnySID?
    let interaction: AnySID

    var isChannel: Bool { channel != nil }
    var text: String { channel.map { "\($0) in \(interaction)" } ?? "\(interaction)" }
  }

  private let verb: String
  private let target: String
  private let place: Place?
  /// What else tells a reader which row it is.
  private let remark: String

  /// `nil` for a row that names nothing that a script can look at.
  init?(_ fields: JSONObject) {
    func sid(_ names: String...) -> AnySID? {
      names.lazy.compactMap { fields.anySID($0) }.first
    }
    let (interaction, channel) = (
      sid("interaction_sid", "interaction"), sid("channel_sid", "channel")
    )
    let own = sid("sid")
    let participant = own?.type == .participant ? own : sid("participant")
    let isAgent = (fields["type"] ?? fields["participant_type"])?.text == Participant.agent
    let words = [
      fields["type"], fields["participant_type"], fields["worker_name"], fields["friendly_name"],
      fields["customer"], fields["status"], fields["assignment_status"],
      fields["reservation_status"],
    ].compactMap { $0?.text }.filter { !$0.isEmpty }
    remark = words.isEmpty ? "" : "  # " + words.joined(separator: ", ")
    let workspace = sid("workspace_sid", "workspace").map { " in \($0)" } ?? ""
    if let participant, isAgent, let interaction, let channel {
      (verb, target) = ("close", "\(participant)")
      place = Place(channel: channel, interaction: interaction)
      return
    }
    verb = "show"
    let reservation = own?.type == .reservation ? own : sid("reservation")
    let task = sid("task_sid", "task")
    switch own?.type {
    case .interaction?: (target, place) = ("interaction \(own?.description ?? "")", nil)
    case .transfer?:
      guard let own, let channel, let interaction else { return nil }
      target = "transfer \(own)"
      place = Place(channel: channel, interaction: interaction)
    case .task?, .worker?, .queue?, .workflow?:
      guard let own, let noun = own.type?.noun else { return nil }
      (target, place) = ("\(noun) \(own)\(workspace)", nil)
    case .workspace?, .conversation?:
      guard let own, let noun = own.type?.noun else { return nil }
      (target, place) = ("\(noun) \(own)", nil)
    case .reservation?, .channel?, .participant?, .invite?, .account?, .chatParticipant?, .finding?,
      nil:
      let shownChannel = own?.type == .channel ? own : channel
      if let reservation, let task {
        (target, place) = ("reservation \(reservation) of \(task)\(workspace)", nil)
      } else if let shownChannel, let interaction {
        // A participant and an invite cannot be read by themselves.
        (target, place) = ("channel \(shownChannel) in \(interaction)", nil)
      } else if let task {
        (target, place) = ("task \(task)\(workspace)", nil)
      } else if let conversation = sid("conversation", "conversation_sid") {
        (target, place) = ("conversation \(conversation)", nil)
      } else if let interaction {
        (target, place) = ("interaction \(interaction)", nil)
      } else {
        return nil
      }
    }
  }

  /// The place that every row that needs one has in common; `nil` if there is none.
  static func commonPlace(of rows: [FlexRow]) -> Place? {
    let places = Set(rows.compactMap(\.place))
    if places.count == 1 { return places.first }
    let interactions = Set(places.map(\.interaction))
    return interactions.count == 1
      ? interactions.first.map { Place(channel: nil, interaction: $0) } : nil
  }

  /// The sentence, with the place only as far as it is not in use.
  func sentence(below used: Place?) -> String {
    guard let place, let channel = place.channel else { return "\(verb) \(target)\(remark)" }
    if place == used { return "\(verb) \(target)\(remark)" }
    let inside = place.interaction == used?.interaction ? "" : " in \(place.interaction)"
    return "\(verb) \(target) on \(channel)\(inside)\(remark)"
  }
}
