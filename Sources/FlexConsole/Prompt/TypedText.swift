/// A text as it was typed, and as it is checked: with the marks of rows and short SIDs replaced.
struct TypedText {
  /// A part of the typed text, and what it stands for.
  struct Replacement {
    /// UTF-8 offsets in the typed text.
    let range: Range<Int>
    let text: String
  }

  /// The text that is checked.
  let whole: String
  private let replacements: [Replacement]

  /// Replaces parts of a text; they must not overlap.
  init(_ typed: String, _ replacements: [Replacement]) {
    self.replacements = replacements.sorted { $0.range.lowerBound < $1.range.lowerBound }
    guard !replacements.isEmpty else {
      whole = typed
      return
    }
    let bytes = Array(typed.utf8)
    var result: [UInt8] = []
    var end = 0
    for replacement in self.replacements {
      result += bytes[end..<replacement.range.lowerBound]
      result += Array(replacement.text.utf8)
      end = replacement.range.upperBound
    }
    whole = String(decoding: result + bytes[end...], as: UTF8.self)
  }

  /// The range of the typed text for a range of the whole one; a replaced part counts as a whole.
  func typedRange(of range: Range<Int>) -> Range<Int> {
    let start = typedPlace(of: range.lowerBound, isEnd: false)
    return start..<max(start, typedPlace(of: range.upperBound, isEnd: true))
  }

  private func typedPlace(of place: Int, isEnd: Bool) -> Int {
    // How much further a place is in the whole text.
    var shift = 0
    for replacement in replacements {
      let start = replacement.range.lowerBound + shift
      let end = start + replacement.text.utf8.count
      if isEnd ? place <= start : place < start { break }
      if isEnd ? place <= end : place < end {
        return isEnd ? replacement.range.upperBound : replacement.range.lowerBound
      }
      shift += replacement.text.utf8.count - replacement.range.count
    }
    return place - shift
  }
}
