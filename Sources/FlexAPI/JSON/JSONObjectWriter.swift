/// Writes a JSON object member by member, without building it first.
///
/// The caller guarantees that no name needs an escape and that none occurs twice in one object.
package struct JSONObjectWriter: ~Copyable {
  private var bytes = OutputBytes()
  /// Whether the object in hand has no member yet.
  private var isEmpty = true

  /// Begins an object.
  package init() {
    bytes.append(UInt8(ascii: "{"))
  }

  /// Adds a sum of everything before it, as eight hexadecimal digits.
  package mutating func add(
    _ name: StaticString, sumOfAllBefore sum: (UnsafeBufferPointer<UInt8>) -> UInt32
  ) {
    let digits = EightDigits(value: UInt64(bytes.withBytes(sum)), upperCase: 0)
    begin(name)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(digits)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Ends the object, and returns it.
  package consuming func close() -> [UInt8] {
    bytes.append(UInt8(ascii: "}"))
    return bytes.array
  }

  /// Ends the object, and appends it to other bytes.
  package consuming func close(after others: inout [UInt8]) {
    bytes.append(UInt8(ascii: "}"))
    bytes.append(to: &others)
  }

  /// Adds a text.
  package mutating func add(_ name: StaticString, _ text: String) {
    begin(name)
    JSON.write(text, into: &bytes)
  }

  /// Adds a place in a file as a text: `file:line:column`, or `file` if the line is 0.
  package mutating func add(_ name: StaticString, file: String, line: Int, column: Int) {
    add(name, file)
    guard line > 0 else { return }
    bytes.removeLast()
    bytes.append(UInt8(ascii: ":"))
    bytes.append(line)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(column)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Adds a text unless there is none.
  package mutating func add(_ name: StaticString, orNothing text: String?) {
    if let text { add(name, text) }
  }

  /// Adds a whole number.
  package mutating func add(_ name: StaticString, _ number: Int) {
    begin(name)
    bytes.append(number)
  }

  /// Adds a whole number unless there is none.
  package mutating func add(_ name: StaticString, orNothing number: Int?) {
    if let number { add(name, number) }
  }

  /// Adds an array of whole numbers.
  package mutating func add(_ name: StaticString, _ numbers: [Int]) {
    begin(name)
    bytes.append(UInt8(ascii: "["))
    for (index, number) in numbers.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(number)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Adds a number of tenths, as `12.3`.
  package mutating func add(_ name: StaticString, tenths: Int) {
    begin(name)
    bytes.append(tenths / 10)
    bytes.append(UInt8(ascii: "."))
    bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: tenths % 10))
  }

  /// Adds a truth value.
  package mutating func add(_ name: StaticString, _ flag: Bool) {
    begin(name)
    bytes.append(flag ? "true" : "false" as StaticString)
  }

  /// Adds a value.
  package mutating func add(_ name: StaticString, _ value: JSON) {
    begin(name)
    value.write(into: &bytes)
  }

  /// Adds a value that has been written already.
  package mutating func add(_ name: StaticString, written value: [UInt8]) {
    begin(name)
    value.withUnsafeBufferPointer { bytes.append($0) }
  }

  /// Adds an object that is there already.
  package mutating func add(_ name: StaticString, _ object: JSONObject) {
    begin(name)
    object.write(into: &bytes)
  }

  /// Adds a SID unless there is none.
  package mutating func add(_ name: StaticString, _ sid: AnySID?) {
    guard let sid else { return }
    begin(name)
    bytes.append(quoting: sid)
  }

  /// Adds a SID under a name that is known only at run time.
  package mutating func add(named name: String, _ sid: AnySID) {
    begin(named: name)
    bytes.append(quoting: sid)
  }

  /// Adds a value under a name that is known only at run time.
  package mutating func add(named name: String, _ value: JSON) {
    begin(named: name)
    value.write(into: &bytes)
  }

  /// Adds an object that the body writes.
  package mutating func add(_ name: StaticString, object body: (inout JSONObjectWriter) -> Void) {
    begin(name)
    write(body)
  }

  /// Adds an array with an object for each element.
  package mutating func add<Element>(
    _ name: StaticString, objects elements: [Element],
    _ body: (inout JSONObjectWriter, Element) -> Void
  ) {
    begin(name)
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      write { body(&$0, element) }
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func write(_ body: (inout JSONObjectWriter) -> Void) {
    bytes.append(UInt8(ascii: "{"))
    isEmpty = true
    body(&self)
    isEmpty = false
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func begin(named name: String) {
    var name = name
    name.withUTF8 { begin($0) }
  }

  private mutating func begin(_ name: StaticString) {
    begin(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }

  @inline(__always)
  private mutating func begin(_ name: UnsafeBufferPointer<UInt8>) {
    if !isEmpty { bytes.append(UInt8(ascii: ",")) }
    isEmpty = false
    bytes.append(UInt8(ascii: "\""))
    bytes.append(name)
    bytes.append("\":" as StaticString)
  }
}
