/// Where a terminal shows a prompt and the line after it, as libedit draws them.
struct LineLayout {
  /// A place in the rows of the line.
  struct Place: Hashable {
    /// The row, from 0: that of the beginning of the prompt.
    var row = 0
    /// The column, from 0.
    var column = 0
  }

  /// The columns of the terminal.
  let columns: Int
  /// The columns of a scalar; negative if it cannot be shown.
  let width: (Unicode.Scalar) -> Int
  /// The place after everything so far.
  private(set) var end = Place()
  /// Whether the last letter filled its row: a terminal then waits on that row for the next one.
  private(set) var hasFilledRow = false

  init(columns: Int, width: @escaping (Unicode.Scalar) -> Int) {
    self.columns = max(columns, 1)
    self.width = width
  }

  /// Adds a scalar of the prompt or of the line.
  ///
  /// - Returns: What draws it at its place if everything before it has been drawn.
  mutating func add(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n":
      // A row that was filled has already begun the next one.
      let text = hasFilledRow ? "\r\n\r\n" : "\r\n"
      newRow(filled: false)
      return text
    case "\t":
      var text = ""
      repeat { text += show(" ", 1) } while end.column % 8 != 0
      return text
    case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}":
      let letter = Unicode.Scalar(UInt8(scalar.value) ^ 0x40)
      return show("^", 1) + show(letter, 1)
    default:
      let columns = width(scalar)
      if columns >= 0 { return show(scalar, columns) }
      return Self.escape(of: scalar).unicodeScalars.map { show($0, 1) }.joined()
    }
  }

  /// A text with a line end after each row that ends in a space.
  ///
  /// libedit does not write such a space when it draws several rows at once, but ends the row.
  static func withRowEnds(
    _ text: String, columns: Int, width: @escaping (Unicode.Scalar) -> Int
  ) -> String {
    var layout = LineLayout(columns: columns, width: width)
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      _ = layout.add(scalar)
      guard scalar == " ", layout.hasFilledRow else {
        result.append(scalar)
        continue
      }
      while result.last == " " { result.removeLast() }
      result.append("\n")
    }
    return String(result)
  }

  /// Adds a text.
  mutating func add(_ text: some Sequence<Unicode.Scalar>) {
    for scalar in text { _ = add(scalar) }
  }

  /// How libedit shows a scalar that the locale cannot print: `\U+0085`.
  private static func escape(of scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let length = scalar.value > 0xFFFF ? 5 : 4
    return "\\U+" + String(repeating: "0", count: max(0, length - digits.utf8.count)) + digits
  }

  private mutating func show(_ scalar: Unicode.Scalar, _ count: Int) -> String {
    var text = ""
    // A wide letter that does not fit leaves the rest of the row blank.
    while count > 0, count <= columns, end.column + count > columns { text += show(" ", 1) }
    text.unicodeScalars.append(scalar)
    end.column += count
    if count > 0 { hasFilledRow = false }
    if end.column >= columns { newRow(filled: true) }
    return text
  }

  private mutating func newRow(filled: Bool) {
    end.row += 1
    end.column = 0
    hasFilledRow = filled
  }
}
