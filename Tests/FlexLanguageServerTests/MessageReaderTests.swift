import FlexLanguageServer
import Testing

struct MessageReaderTests {
  /// What is read of a text: bodies, `!` for a header that cannot be used, `too long`.
  private func read(_ text: String, chunk: Int = .max) -> [String] {
    var reader = MessageReader()
    var events: [String] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      reader.append(rest.prefix(chunk))
      rest = rest.dropFirst(chunk)
      while let event = reader.next() {
        switch event {
        case .body(let body):
          let body = String(decoding: body, as: UTF8.self)
          events.append(body)
          // Whoever reads the body says so if it is not JSON.
          if !body.hasPrefix("{") || !body.hasSuffix("}") { reader.lose() }
        case .badHeader: events.append("!")
        case .tooLong: return events + ["too long"]
        }
      }
    }
    return events
  }

  @Test(arguments: [
    ("Content-Length: 2\r\n\r\n{}", ["{}"]),
    ("Content-Length: 2\r\n\r\n{}Content-Length: 2\r\n\r\n{}", ["{}", "{}"]),
    (
      "content-length:2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}",
      ["{}"]
    ),
    ("Content-Type: x\r\nContent-Length:  2 \r\n\r\n{}", ["{}"]),
    ("Content-Length: 2\n\n{}", ["{}"]),
    ("Content-Length: 6\r\n\r\n{\"é\"}Content-Length: 2\r\n\r\n{}", ["{\"é\"}", "{}"]),
    // A header that cannot be used; the next one can.
    ("Content-Length: two\r\n\r\n{}Content-Length: 2\r\n\r\n{}", ["!", "{}"]),
    ("Content-Length: -2\r\n\r\n{}Content-Length: 2\r\n\r\n{}", ["!", "{}"]),
    ("Content-Length: \r\n\r\n{}Content-Length: 2\r\n\r\n{}", ["!", "{}"]),
    ("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}Content-Length: 2\r\n\r\n{}", ["!", "{}"]),
    ("Content-Type: x\r\n\r\n{}Content-Length: 2\r\n\r\n{}", ["!", "{}"]),
    ("hello\r\nContent-Length: 2\r\n\r\n{}", ["!", "{}"]),
    // A length that is wrong: the rest of the body is skipped, or the next header was eaten.
    ("Content-Length: 1\r\n\r\n{}Content-Length: 2\r\n\r\n{}", ["{", "{}"]),
    (
      "Content-Length: 9\r\n\r\n{}Content-Length: 2\r\n\r\n{}Content-Length: 2\r\n\r\n{}",
      ["{}Content", "{}"]
    ),
    // Empty bodies, and none at all.
    ("Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}", ["", "{}"]),
    ("Content-Length: 2\r\n\r\n{", []),
    ("Content-Length: 67108864\r\n\r\n{", []),
    ("Content-Length: 67108865\r\n\r\n{", ["too long"]),
    ("Content-Length: 99999999999999999999\r\n\r\n{", ["too long"]),
  ])
  func frames(_ text: String, _ expected: [String]) {
    #expect(read(text) == expected)
    #expect(read(text, chunk: 1) == expected, "byte by byte")
    #expect(read(text, chunk: 7) == expected)
  }

  @Test func aHeaderWithoutAnEndIsNotKept() {
    #expect(
      read(String(repeating: "x", count: 100_000) + "\r\nContent-Length: 2\r\n\r\n{}")
        == ["!", "{}"])
  }
}
