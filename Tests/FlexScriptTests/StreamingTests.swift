import FlexScript
import FlexTestSupport
import Testing

/// Reading a statement at a time gives what reading at once gives.
struct StreamingTests {
  /// Hands out a few bytes at a time.
  struct Dripping: ByteSource {
    var rest: ArraySlice<UInt8>
    let size: Int

    mutating func read(upTo count: Int) -> [UInt8] {
      let next = rest.prefix(min(size, count))
      rest = rest.dropFirst(next.count)
      return Array(next)
    }
  }

  @Test(arguments: [1, 7, 4096])
  func givesTheSameHoweverTheBytesCome(_ size: Int) {
    for (script, files) in DiagnosticTests.cases.prefix(40) {
      let bytes = Array(Sample.expand(script).utf8)
      let whole = check(bytes, files: files)
      let dripped = check(Dripping(rest: bytes[...], size: size), files: files)
      #expect(found(whole) == found(dripped), "\(script)")
    }
  }

  @Test func readsAScriptOfManyWindows() {
    let line = Sample.expand("close UT1 on UO1 in KD1 # ") + String(repeating: "x", count: 900)
    let text = String(repeating: line + "\n", count: 1500) + "frob\n"
    let list = check(Array(text.utf8))[0]
    #expect(list.all.last?.range?.start.line == 1501)
    #expect(list.moreWarnings == 1499 - 20)
  }

  @Test func readsABlockThatIsLargerThanAWindow() {
    let body = String(repeating: "  echo \"a line of a block that is long\"\n", count: 20_000)
    let list = check("if 1 < 2 {\n\(body)  frob\n}\necho \"b\"\nfrob")[0]
    #expect(list.all.map { $0.range?.start.line } == [20_002, 20_005])
  }

  @Test(arguments: [1 << 20, (1 << 20) + 1, 1 << 21, 5_000_000])
  func limitsTheLengthOfALine(_ length: Int) {
    let text = "echo \"a\"\n#" + String(repeating: "x", count: length - 1) + "\nfrob"
    let expected =
      length > 1 << 20 ? ["2:1 line-too-long", "3:1 unknown-command"] : ["3:1 unknown-command"]
    #expect(found(check(Array(text.utf8))) == expected)
    #expect(found(check(Dripping(rest: Array(text.utf8)[...], size: 1 << 16))) == expected)
  }

  /// Wherever the first window ends inside a comment: what follows there is no sentence.
  @Test func aCommentIsOneHoweverManyWindowsItHas() {
    for length in [1, 2, 3].flatMap({ [($0 << 18) - 1, $0 << 18, ($0 << 18) + 1] }) {
      for beginning in ["#", "  #", "\n#"] {
        let comment = beginning + String(repeating: "x", count: length - beginning.utf8.count)
        #expect(found(check(Array((comment + "frob\n").utf8))).isEmpty, "\(length)")
        let line = beginning == "\n#" ? 3 : 2
        #expect(
          found(check(Array((comment + "\nfrob").utf8))) == ["\(line):1 unknown-command"],
          "\(length)")
      }
    }
  }

  @Test func limitsTheLengthOfTheLastLine() {
    let text = "#" + String(repeating: "x", count: 1 << 21)
    #expect(found(check(Array(text.utf8))) == ["1:1 line-too-long"])
  }

  @Test func reportsInvalidUTF8() {
    #expect(
      found(check(Array("echo \"".utf8) + [0xC3, 0x28] + Array("\"".utf8))) == ["1:7 invalid-utf8"])
  }
}
