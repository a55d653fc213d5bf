import FlexAPI
import FlexScript

extension LanguageServer {
  /// The edits that bring a script into the canonical layout.
  mutating func formatting(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, _) = try script(parameters)
    return .array(try edits(of: document, in: 0..<document.lines.count))
  }

  /// The edits that bring the lines of a range into the canonical layout.
  mutating func rangeFormatting(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, _) = try script(parameters)
    let range = try parameters.range()
    let first = min(range.start.line, document.lines.count)
    let end = min(max(range.end.line, first), document.lines.count)
    // A range that ends at the beginning of a line does not include it.
    let last = range.end.character == 0 && end > first ? end : end + 1
    return .array(try edits(of: document, in: first..<last))
  }

  private func edits(
    of document: Document, in lines: Range<Int>
  ) throws(ResponseError) -> [JSON] {
    let formatted: [UInt8]
    do throws(UnreadableScript) {
      formatted = try Formatter.format(document.bytes, file: document.name)
    } catch {
      let first = error.diagnostics.all.first { $0.severity == .error }
      let line = first?.range?.start.line
      throw .failed(
        "the script cannot be read, so its layout stays as it is"
          + (line.map { ": line \($0): \(first?.message ?? "")" } ?? ""))
    }
    return LineDifference.hunks(from: document.bytes, to: formatted).compactMap { hunk in
      // An insertion belongs to the line before which it stands.
      let touched =
        hunk.lines.isEmpty
        ? hunk.lines.lowerBound..<hunk.lines.lowerBound + 1 : hunk.lines
      guard touched.overlaps(lines) else { return nil }
      let start = document.lines.startOfLine(hunk.lines.lowerBound)
      let end = document.lines.startOfLine(hunk.lines.upperBound)
      return .object([
        "range": document.range(start..<end),
        "newText": .string(String(decoding: hunk.text, as: UTF8.self)),
      ])
    }
  }
}

/// The differences between two texts, as lines that are replaced.
enum LineDifference {
  /// The most lines for which the smallest difference is looked for.
  private static let mostCompared = 2000

  struct Hunk: Equatable {
    /// The lines that are replaced, from 0.
    let lines: Range<Int>
    /// What replaces them.
    let text: [UInt8]
  }

  /// The hunks, in order; none if the texts are equal.
  static func hunks(from old: [UInt8], to new: [UInt8]) -> [Hunk] {
    let before = lines(of: old)
    let after = lines(of: new)
    var start = 0
    while start < before.count, start < after.count, before[start] == after[start] { start += 1 }
    var end = 0
    while end < min(before.count, after.count) - start,
      before[before.count - 1 - end] == after[after.count - 1 - end]
    {
      end += 1
    }
    let removed = before[start..<before.count - end]
    let added = after[start..<after.count - end]
    if removed.isEmpty, added.isEmpty { return [] }
    guard removed.count <= mostCompared, added.count <= mostCompared else {
      return [Hunk(lines: removed.startIndex..<removed.endIndex, text: Array(added.joined()))]
    }
    return smallest(removed, added)
  }

  private static func smallest(
    _ removed: ArraySlice<ArraySlice<UInt8>>, _ added: ArraySlice<ArraySlice<UInt8>>
  ) -> [Hunk] {
    var gone: Set<Int> = []
    var come: Set<Int> = []
    // The layout changes blanks only, so lines with the same words belong together.
    for change in added.map(Self.words).difference(from: removed.map(Self.words)) {
      switch change {
      case .remove(let offset, _, _): gone.insert(removed.startIndex + offset)
      case .insert(let offset, _, _): come.insert(added.startIndex + offset)
      }
    }
    var hunks: [Hunk] = []
    var (left, right) = (removed.startIndex, added.startIndex)
    while left < removed.endIndex || right < added.endIndex {
      let (first, firstNew) = (left, right)
      while gone.contains(left) { left += 1 }
      while come.contains(right) { right += 1 }
      if left > first || right > firstNew {
        hunks.append(Hunk(lines: first..<left, text: Array(added[firstNew..<right].joined())))
      } else {
        if removed[left] != added[right] {
          hunks.append(Hunk(lines: left..<left + 1, text: Array(added[right])))
        }
        left += 1
        right += 1
      }
    }
    return hunks
  }

  /// A line without its blanks and its end.
  private static func words(_ line: ArraySlice<UInt8>) -> [UInt8] {
    line.filter { $0 > 0x20 }
  }

  /// The lines of a text, with their ends: LF, CRLF or CR.
  private static func lines(of text: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for index in text.indices {
      let isEnd =
        text[index] == 0x0A
        || text[index] == 0x0D && !(index + 1 < text.count && text[index + 1] == 0x0A)
      guard isEnd else { continue }
      lines.append(text[start...index])
      start = index + 1
    }
    if start < text.count { lines.append(text[start...]) }
    return lines
  }
}
