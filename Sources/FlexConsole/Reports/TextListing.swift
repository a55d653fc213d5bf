import FlexAPI
import FlexScript

/// Listings as tables, resources as fields.
enum TextListing {
  /// The fields of a resource, one a line; what is absent or null is left out.
  static func item(_ fields: JSONObject) -> String {
    let shown = fields.members.filter { $0.value != .null && $0.value != .string("") }
    let width = shown.map { VisibleText.width($0.name) }.max() ?? 0
    return shown.map { member in
      let name = VisibleText.escaped(member.name)
      let padding = String(repeating: " ", count: max(0, width - VisibleText.width(name)))
      return "\(name)\(padding)  \(text(member.value))\n"
    }.joined()
  }

  /// A table with a header; the columns that matter most first, SIDs whole.
  ///
  /// `width`: columns that do not fit into so many are left out from the right. `numbered`: whether
  /// the first column says `@1`, `@2`, ….
  static func table(
    of items: [JSON], _ resource: ResourceDefinition, numbered: Bool = false, width: Int?, palette: Palette
  ) -> String {
    guard !items.isEmpty else { return "no \(resource.collection ?? resource.noun)\n" }
    let columns =
      (numbered ? [ResourceDefinition.Column("ROW")] : []) + resource.columns
    let rows = items.enumerated().map { index, item in
      columns.map { $0.path.isEmpty ? "@\(index + 1)" : cell(item, $0.path) }
    }
    var widths: [Int] = []
    for (index, column) in columns.enumerated() {
      widths.append(
        rows.map { VisibleText.width($0[index]) }.reduce(column.title.utf8.count, max))
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
    // Columns that found no place are not kept secret.
    let more = shown < columns.count ? "  …" : ""
    let header = palette.text(line(columns.map(\.title)) + more, .strong)
    return ([header] + rows.map(line)).joined(separator: "\n") + "\n"
  }

  private static func cell(_ item: JSON, _ path: [String]) -> String {
    var value = item
    for name in path { value = value.object?[name] ?? .null }
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
