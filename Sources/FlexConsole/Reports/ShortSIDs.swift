/// The SIDs that were seen in a run, and the shortest form of each: its kind and the fewest last digits, at
/// least four, that no other SID of its kind has.
package final class ShortSIDs {
  /// The digits of the SIDs that were seen, by their kind and their last four digits.
  private var seen: [Substring: Set<Substring>] = [:]

  /// Begins with none.
  package init() {}

  /// The fewest digits of a short form.
  private static let fewest = 4

  /// Remembers the SIDs in a text.
  package func note(in text: String) {
    for range in Self.ranges(in: text) { note(text[range]) }
  }

  private func note(_ sid: Substring) {
    seen[Self.key(sid), default: []].insert(sid)
  }

  private static func key(_ sid: Substring) -> Substring {
    sid.prefix(2) + sid.suffix(fewest).lowercased()
  }

  /// The text with every SID in its short form.
  package func shortened(_ text: String) -> String {
    let ranges = Self.ranges(in: text)
    guard !ranges.isEmpty else { return text }
    for range in ranges { note(text[range]) }
    var result = ""
    var end = text.startIndex
    for range in ranges {
      result += text[end..<range.lowerBound]
      result += short(text[range])
      end = range.upperBound
    }
    return result + text[end...]
  }

  /// The short form of a SID: `UT…c3c3`.
  private func short(_ sid: Substring) -> String {
    let others = seen[Self.key(sid)] ?? []
    var count = Self.fewest
    for other in others where other != sid {
      let common = zip(other.reversed(), sid.reversed()).prefix { $0 == $1 }.count
      count = max(count, min(32, common + 1))
    }
    return "\(sid.prefix(2))…\(sid.suffix(count))"
  }

  /// Where a text has SIDs: two capitals and 32 hexadecimal digits that no letter or digit touches.
  private static func ranges(in text: String) -> [Range<String.Index>] {
    let bytes = text.utf8
    guard bytes.count >= 34 else { return [] }
    var ranges: [Range<String.Index>] = []
    var index = bytes.startIndex
    var isAfterWord = false
    while index < bytes.endIndex {
      guard isWord(bytes[index]) else {
        isAfterWord = false
        index = bytes.index(after: index)
        continue
      }
      var end = index
      var count = 0
      var isSID = !isAfterWord
      while end < bytes.endIndex, isWord(bytes[end]) {
        let byte = bytes[end]
        if count < 2 { isSID = isSID && (0x41...0x5A).contains(byte) }
        if count >= 2 { isSID = isSID && isHexadecimal(byte) }
        count += 1
        end = bytes.index(after: end)
      }
      if isSID, count == 34 { ranges.append(index..<end) }
      index = end
    }
    return ranges
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }
}
