/// Bytes that grow at their end, in memory that has one owner.
///
/// An array asks for each piece who owns its memory, and calls a function to make room: for JSON, whose
/// pieces are short, that takes longer than the writing.
struct OutputBytes: ~Copyable {
  private var memory: UnsafeMutableBufferPointer<UInt8>
  /// The number of bytes so far.
  private(set) var count = 0

  /// Begins without bytes, and with room for most objects.
  init() {
    memory = .allocate(capacity: 512)
  }

  deinit {
    memory.deallocate()
  }

  /// The bytes as text.
  var text: String { String(decoding: written, as: UTF8.self) }

  /// The bytes as an array.
  var array: [UInt8] { Array(written) }

  /// Appends the bytes to an array.
  func append(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: written)
  }

  /// Hands out the bytes, for as long as the body runs.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    body(written)
  }

  private var written: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: memory[..<count])
  }

  /// Appends as many bytes as the body, which is given the memory for them, has to write.
  @inline(__always)
  mutating func append(_ size: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    if memory.count &- count < size { grow(by: size) }
    guard let start = memory.baseAddress else { return }
    body(start + count)
    count &+= size
  }

  /// Appends a byte.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    append(1) { $0.pointee = byte }
  }

  /// Appends bytes.
  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    append(bytes.count) { $0.update(from: source, count: bytes.count) }
  }

  /// Appends a text that the program contains.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a text.
  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  /// Appends a whole number.
  mutating func append(_ number: Int) {
    JSON.withSpelling(of: number) { append($0) }
  }

  /// Appends bytes.
  mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { append($0) }
  }

  /// Appends hexadecimal digits.
  mutating func append(_ digits: EightDigits) {
    append(8) {
      UnsafeMutableRawPointer($0).storeBytes(of: digits.text.bigEndian, as: UInt64.self)
    }
  }

  /// Appends a SID as it was written.
  mutating func append(_ sid: AnySID) {
    guard !sid.isOfOtherShape else { return append(sid.description) }
    append(AnySID.length) { sid.spell(at: $0) }
  }

  /// Appends a SID as it was written, in quotes.
  mutating func append(quoting sid: AnySID) {
    append(UInt8(ascii: "\""))
    append(sid)
    append(UInt8(ascii: "\""))
  }

  /// Takes the last byte away.
  mutating func removeLast() {
    precondition(count > 0, "there is no byte to take away")
    count &-= 1
  }

  @inline(never)
  private mutating func grow(by size: Int) {
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(
      capacity: max(memory.count * 2, count + size))
    _ = larger.update(fromContentsOf: memory[..<count])
    memory.deallocate()
    memory = larger
  }
}

extension String {
  /// Names a place in a file: `file:line:column`.
  package init(file: String, line: Int, column: Int) {
    var bytes = OutputBytes()
    bytes.append(file)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(line)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(column)
    self = bytes.text
  }
}
