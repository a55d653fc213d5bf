import Synchronization

/// SIDs of another shape than Twilio documents, for a process that was told to take them.
///
/// A workaround in case Twilio changes a prefix or a length before `flexsh` knows it. It holds for the
/// whole process, because a SID is read wherever a text is: in scripts, arguments, data, answers,
/// journals and plans. Nothing is admitted unless ``admit()`` is called, at the start; until then a
/// table costs nothing but one comparison for a text that is no SID.
package enum OtherSIDs {
  /// The most letters and digits in one.
  package static let maximumLength = 64

  private struct Table {
    var places: [String: Int] = [:]
    var spellings: [String] = []
  }

  private static let admits = Atomic<Bool>(false)
  private static let table = Mutex(Table())

  /// Admits them from now on, or no longer; those that were read stay what they are.
  package static func admit(_ admitted: Bool = true) {
    admits.store(admitted, ordering: .relaxed)
  }

  /// Whether they are admitted.
  package static var areAdmitted: Bool { admits.load(ordering: .relaxed) }

  /// Whether a text could be one: letters and digits, a letter at the start, and a digit among them
  /// unless it begins like a SID and is as long as one.
  package static func couldBe(_ text: String) -> Bool {
    let bytes = text.utf8
    func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    func isLetter(_ byte: UInt8) -> Bool {
      byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }
    guard bytes.count <= maximumLength, let first = bytes.first, isLetter(first) else {
      return false
    }
    let isLikeSID = bytes.count >= 20 && SIDType(rawValue: String(text.prefix(2))) != nil
    return (isLikeSID || bytes.contains(where: isDigit))
      && bytes.allSatisfy { isDigit($0) || isLetter($0) }
  }

  /// The place of a text in the table, where it is put if need be; `nil` unless it could be one.
  static func admit(_ text: String) -> Int? {
    guard areAdmitted, couldBe(text) else { return nil }
    return table.withLock { table in
      if let place = table.places[text] { return place }
      table.places[text] = table.spellings.count
      table.spellings.append(text)
      return table.spellings.count - 1
    }
  }

  /// The place of a text that was admitted before.
  static func place(of text: String) -> Int? {
    guard areAdmitted else { return nil }
    return table.withLock { $0.places[text] }
  }

  /// The SID as it was written.
  static func spelling(at place: Int) -> String { table.withLock { $0.spellings[place] } }
}
