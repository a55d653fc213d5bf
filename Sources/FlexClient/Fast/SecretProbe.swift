import FlexAPI

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Rules out nearly every place of a text as the beginning of a secret.
///
/// A secret that is written without an encoding fills at least ``shortest`` bytes, so eight bytes of it, a
/// gram, are found by looking at a few places only. One with encodings has a first one, at most
/// ``longest`` bytes after its beginning; the bytes that begin encodings are searched for.
///
/// Slow counterpart: `Redaction.end(ofFormAt:in:)` at every byte. Compared by
/// `probingFindsWhatLookingEverywhereFinds`. Gain: 15 % of the instructions of a listed row: every
/// reply is searched.
struct SecretProbe: Sendable {
  /// The length of the shortest and of the longest form, in bytes.
  private let shortest, longest: Int
  /// The eight bytes that follow one another somewhere in a form, each at its ``hash`` or, if others are
  /// there, in the next free place; 0 where there are none, at least seven times out of eight.
  private let grams: [UInt64]
  /// For each byte, whether something in a form can be written as backslashes and this byte.
  private let isEscaped: [Bool]
  /// Whether backslashes are in a form.
  private let hasBackslash: Bool

  /// Takes the forms of the secrets, each of at least eight bytes.
  init(_ forms: [[UInt8]]) {
    shortest = forms.map(\.count).min() ?? 8
    longest = forms.map(\.count).max() ?? 8
    let all = Set(
      forms.flatMap { form in (0...form.count - 8).map { Self.gram(at: $0, in: form) } })
    var size = 64
    while size < 8 * all.count { size *= 2 }
    var grams = [UInt64](repeating: 0, count: size)
    for gram in all {
      var place = Self.hash(gram, size)
      while grams[place] != 0 { place = (place + 1) & (size - 1) }
      grams[place] = gram
    }
    self.grams = grams
    var isEscaped = [Bool](repeating: false, count: 256)
    for byte in forms.joined() { isEscaped[Int(byte)] = true }
    hasBackslash = isEscaped[Int(UInt8(ascii: "\\"))]
    for byte in "ux%&".utf8 { isEscaped[Int(byte)] = true }
    self.isEscaped = isEscaped
  }

  /// The places of a text where a secret may begin, in ascending order.
  struct Candidates {
    private let probe: SecretProbe
    private let bytes: UnsafeBufferPointer<UInt8>
    /// The next encodings of each kind, and the next gram.
    private var zero, percent, ampersand, backslash, gram: Int

    init(_ probe: SecretProbe, in bytes: UnsafeBufferPointer<UInt8>) {
      (self.probe, self.bytes) = (probe, bytes)
      (zero, percent, ampersand, backslash, gram) = (-1, -1, -1, -1, -1)
    }

    /// The next places, of which none before `start` is looked for; `nil` after the last ones.
    mutating func next(from start: Int) -> ClosedRange<Int>? {
      if zero < start { zero = index(of: 0, from: start) }
      if percent < start { percent = index(of: UInt8(ascii: "%"), from: start) }
      if ampersand < start { ampersand = index(of: UInt8(ascii: "&"), from: start) }
      if backslash < start { backslash = probe.escape(in: bytes, from: start) }
      if gram < start { gram = probe.gram(in: bytes, from: start) }
      let last = min(zero, percent, ampersand, backslash, gram)
      guard last < bytes.count else { return nil }
      return max(start, last - probe.longest)...last
    }

    private func index(of byte: UInt8, from start: Int) -> Int {
      SecretProbe.index(of: byte, in: bytes, from: start)
    }
  }

  /// The index of a byte, or the end.
  private static func index(
    of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int {
    guard start < bytes.count, let base = bytes.baseAddress,
      let found = memchr(base + start, Int32(byte), bytes.count - start)
    else { return bytes.count }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// The next backslash that may be part of a secret, or the end.
  private func escape(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    while true {
      index = Self.index(of: UInt8(ascii: "\\"), in: bytes, from: index)
      guard index < bytes.count else { return index }
      if mayBeEscape(index, in: bytes) {
        return Self.start(ofBackslashesUpTo: index, in: bytes, from: start)
      }
      index = max(index + 1, passEscapedQuotes(in: bytes, from: index))
    }
  }

  /// Passes bytes with backslashes, each before a quotation mark that may not be part of a secret.
  ///
  /// JSON within JSON is full of them: 32 bytes are looked at together.
  ///
  /// - Returns: The index of the first 32 bytes that have another backslash, or none.
  private func passEscapedQuotes(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int {
    guard !hasBackslash, !isEscaped[Int(UInt8(ascii: "\""))] else { return start }
    let memory = UnsafeRawBufferPointer(bytes)
    let backslash = SIMD16<UInt8>(repeating: UInt8(ascii: "\\"))
    let quote = SIMD16<UInt8>(repeating: UInt8(ascii: "\""))
    @inline(__always)
    func text(_ index: Int) -> SIMD16<UInt8> {
      memory.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
    }
    @inline(__always)
    func isAny(_ marks: SIMDMask<SIMD16<Int8>>) -> Bool {
      let halves = unsafeBitCast(marks, to: SIMD2<UInt64>.self)
      return halves[0] | halves[1] != 0
    }
    var index = start
    while index &+ 33 <= bytes.count {
      let (first, second) = (text(index) .== backslash, text(index &+ 16) .== backslash)
      let (firstQuotes, secondQuotes) = (
        text(index &+ 1) .== quote, text(index &+ 17) .== quote
      )
      let others =
        ((first .| firstQuotes) .^ firstQuotes) .| ((second .| secondQuotes) .^ secondQuotes)
      guard isAny(first .| second), !isAny(others) else { return index }
      index &+= 32
    }
    return index
  }

  /// Whether a backslash may be part of a secret; of several in a row, the last one decides.
  @inline(__always)
  private func mayBeEscape(_ index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !hasBackslash, index &+ 1 < bytes.count else { return hasBackslash }
    return isEscaped[Int(bytes[index &+ 1])]
  }

  /// The first of the backslashes that end at an index.
  private static func start(
    ofBackslashesUpTo end: Int, in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int {
    var index = end
    while index > start, bytes[index - 1] == UInt8(ascii: "\\") { index -= 1 }
    return index
  }

  /// The next place that may be inside a secret without encodings that begins at `start` or after it, or
  /// the end.
  ///
  /// A gram of eight zero bytes is not found here: zero bytes are searched for.
  private func gram(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let step = shortest - 7
    var index = start + step - 1
    return grams.withUnsafeBufferPointer { grams in
      while index &+ 8 <= bytes.count {
        let gram = UnsafeRawBufferPointer(bytes)
          .loadUnaligned(fromByteOffset: index, as: UInt64.self)
        var place = Self.hash(gram, grams.count)
        while grams[place] != 0 {
          if grams[place] == gram { return index }
          place = (place &+ 1) & (grams.count &- 1)
        }
        index &+= step
      }
      return bytes.count
    }
  }

  private static func gram(at index: Int, in form: [UInt8]) -> UInt64 {
    form.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt64.self) }
  }

  /// A place in a table whose size is a power of two.
  @inline(__always)
  private static func hash(_ gram: UInt64, _ size: Int) -> Int {
    Int(truncatingIfNeeded: (gram &* 0x9E37_79B9_7F4A_7C15) >> 32) & (size - 1)
  }
}
