import FlexAPI
import FlexScript

/// Formats listings as tables and resources as fields.
enum TextListing {
  /// The fields of a resource, one per line; absent, null and empty fields are omitted.
  static func item(_ fields: JSONObject, columns: Int? = nil) -> String {
    let shown = fields.members.filter {
      ![.null, .string(""), .string("{}"), .object([:]), .array([])].contains($0.value)
        && $0.name != "url"
        && $0.name != "links"
    }
    let width = shown.map { VisibleText.width($0.name) }.max() ?? 0
    return shown.map { member in
      let name = VisibleText.escaped(member.name)
      let padding = String(repeating: " ", count: max(0, width - VisibleText.width(name)))
      var line = "\(name)\(padding)  \(text(member.value))"
      if let columns, TextWindow.width(line) > columns {
        let whole = member.value.jsonOfText
        if whole.object != nil || whole.array != nil {
          line = "\(name)\(padding)  \(VisibleText.escaped(whole.spaced))"
        }
      }
      return TextWindow.row(line, lastColumnAt: width + 2, columns: columns) + "\n"
    }.joined()
  }

  /// A table with a header; the most important columns come first, and SIDs are never shortened.
  ///
  /// `width`: the columns of the terminal; table columns that do not fit are omitted from the
  /// right. `numbered`: whether the first column contains `@1`, `@2`, ….
  static func table(
    of items: [JSON], _ resource: ResourceDefinition, numbered: Bool = false,
    names: [AnySID: String] = [:], choosing chosen: [String]? = nil, width: Int?,
    sids: ShortSIDs? = nil, palette: Palette
  ) -> String {
    guard !items.isEmpty else {
      return resource.type == .finding
        ? "nothing found\n" : "no \(resource.collection ?? resource.noun)\n"
    }
    let all =
      (numbered ? [Column("ROW", [])] : [])
      + (chosen?.map { Column($0.uppercased(), TableShape.path($0)) }
        ?? resource.columns.map { Column($0.title, $0.path) })
    var rows = items.enumerated().map { index, item in
      all.map { $0.path.isEmpty ? "@\(index + 1)" : cell(item, $0.path, names) }
    }
    // Columns that nothing is in say nothing, unless they were asked for.
    let kept = all.indices.filter { index in
      chosen != nil || rows.contains { !$0[index].isEmpty }
    }
    let columns = kept.map { all[$0] }
    rows = rows.map { row in kept.map { row[$0] } }
    var widths = self.widths(columns, rows)
    if let width, let sids, total(widths) > width {
      for row in rows { for cell in row { sids.note(in: cell) } }
      rows = rows.map { $0.map { sids.shortened($0) } }
      widths = self.widths(columns, rows)
    }
    var shown = columns.count
    if let width {
      while shown > (numbered ? 2 : 1), widths.prefix(shown).reduce(0, +) + 2 * (shown - 1) > width
      { shown -= 1 }
    }
    func line(_ cells: [String]) -> String {
      var line = ""
      for (index, cell) in cells.prefix(shown).enumerated() {
        line += index == 0 ? "" : "  "
        line += cell
        if index < shown - 1 {
          line += String(repeating: " ", count: max(0, widths[index] - VisibleText.width(cell)))
        }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
    // The header shows that columns were omitted.
    let more = shown < columns.count ? "  …" : ""
    let header = palette.text(line(columns.map(\.title)) + more, .strong)
    return ([header] + rows.map(line) + [counts(items, resource)]).joined(separator: "\n") + "\n"
  }

  private static func widths(_ columns: [Column], _ rows: [[String]]) -> [Int] {
    columns.enumerated().map { index, column in
      rows.map { VisibleText.width($0[index]) }.reduce(column.title.utf8.count, max)
    }
  }

  /// The columns that cells take with the gaps between them.
  private static func total(_ widths: [Int]) -> Int {
    widths.reduce(0, +) + 2 * max(0, widths.count - 1)
  }

  /// How many there are: `3 participants, 2 agents`.
  private static func counts(_ items: [JSON], _ resource: ResourceDefinition) -> String {
    let noun = items.count == 1 ? resource.noun : resource.collection ?? resource.noun
    guard resource.type != .finding else { return "\(items.count) found" }
    guard resource.type == .participant else { return "\(items.count) \(noun)" }
    let agents = items.count { $0.object?["type"]?.text == Participant.agent }
    return "\(items.count) \(noun), \(agents) agent\(agents == 1 ? "" : "s")"
  }

  /// A column as it is shown; without a path, it has the numbers of the rows.
  private struct Column {
    let title: String
    let path: [String]

    init(_ title: String, _ path: [String]) {
      self.title = title
      self.path = path
    }
  }

  /// `names`: the names of workers, which are shown instead of their SIDs.
  private static func cell(
    _ item: JSON, _ path: [String], _ names: [AnySID: String]
  ) -> String {
    var value = item
    for name in path {
      // A text that holds JSON, as TaskRouter's attributes.
      if case .string = value { value = value.jsonOfText }
      value = value.object?[name] ?? .null
    }
    if !names.isEmpty, let sid = value.text.flatMap({ AnySID($0) }), let name = names[sid] {
      return VisibleText.escaped(name)
    }
    return text(value)
  }

  private static func text(_ value: JSON) -> String {
    switch value {
    case .null: ""
    case .string(let text): VisibleText.escaped(text)
    default: VisibleText.escaped(value.serialized)
    }
  }
}
