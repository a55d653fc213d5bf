import FlexAPI
import FlexScript

/// Short forms of SIDs as they are shown: `UT…c3c3`, or `UT..c3c3` as they are typed.
extension SeenSIDs {
  /// The fewest digits of a short form.
  private static let fewestDigits = 4

  /// Returns what the short forms of a text stand for.
  ///
  /// - Throws: A short form that fits no SID which the session has seen, or several.
  func replacements(in text: String) throws(ListedRows.Missing) -> [TypedText.Replacement] {
    guard text.contains("…") || text.contains("..") else { return [] }
    var replacements: [TypedText.Replacement] = []
    for form in Self.shortForms(in: Array(text.utf8)) {
      replacements.append(.init(range: form.range, text: try sid(of: form)))
    }
    return replacements
  }

  private struct ShortForm {
    let prefix: String
    /// The last digits, in lower case.
    let digits: String
    let range: Range<Int>

    var text: String { "\(prefix)…\(digits)" }
  }

  private func sid(of form: ShortForm) throws(ListedRows.Missing) -> String {
    guard form.digits.utf8.count >= Self.fewestDigits else {
      throw ListedRows.Missing(
        reason: "\(form.text) has too few digits: give at least the last \(Self.fewestDigits)")
    }
    guard !hasForgotten else {
      throw ListedRows.Missing(
        reason: "\(form.text) could be one of too many SIDs in this session: write it whole")
    }
    let fitting = all(endingWith: form.digits, prefix: form.prefix)
    if fitting.count == 1 { return fitting[0].description }
    if fitting.isEmpty {
      throw ListedRows.Missing(
        reason: "this session has seen no \(form.prefix)… that ends with \(form.digits)")
    }
    let shown = fitting.prefix(5).map(\.description).joined(separator: ", ")
    throw ListedRows.Missing(
      reason: "\(form.text) fits \(fitting.count) SIDs, give more of its digits: \(shown)"
        + (fitting.count > 5 ? ", …" : ""))
  }

  /// The short forms of a text; those in texts and comments do not count.
  private static func shortForms(in bytes: [UInt8]) -> [ShortForm] {
    var isCode = [Bool](repeating: true, count: bytes.count)
    var lexer = Lexer(window: SourceWindow(bytes: bytes))
    while true {
      let token = lexer.next()
      if token.kind == .end { break }
      guard [.text, .plainText, .comment].contains(token.kind) else { continue }
      for index in token.range.start.offset..<token.range.end.offset { isCode[index] = false }
    }
    var forms: [ShortForm] = []
    var index = 0
    while index < bytes.count {
      guard isCode[index], index == 0 || !isWordByte(bytes[index - 1]),
        let form = shortForm(in: bytes, at: index)
      else {
        index += 1
        continue
      }
      forms.append(form)
      index = form.range.upperBound
    }
    return forms
  }

  private static func shortForm(in bytes: [UInt8], at start: Int) -> ShortForm? {
    func isCapital(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    guard start + 2 < bytes.count, isCapital(bytes[start]), isCapital(bytes[start + 1]) else {
      return nil
    }
    let rest = bytes[(start + 2)...]
    let marks = ["…", ".."].map { Array($0.utf8) }
    guard let mark = marks.first(where: { rest.starts(with: $0) }) else { return nil }
    let digits = rest.dropFirst(mark.count).prefix(while: isWordByte)
    let text = String(decoding: digits, as: UTF8.self).lowercased()
    guard !digits.isEmpty, text.utf8.count <= 32,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    return ShortForm(
      prefix: String(decoding: bytes[start..<(start + 2)], as: UTF8.self), digits: text,
      range: start..<digits.endIndex)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
    default: false
    }
  }
}
