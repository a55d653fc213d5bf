import FlexAPI
import FlexScript

/// One input of libFuzzer: lexed, parsed, checked and formatted; a broken promise is a trap.
///
/// Promised are: no trap and no hang; ranges inside the text; joined, the lexemes are the source; a
/// formatted script is formatted, and checks just as the original.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzScript(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  lex(bytes)
  let found = check(bytes)
  guard let formatted = try? Formatter.format(bytes, file: "f") else { return 0 }
  guard let again = try? Formatter.format(formatted, file: "f") else {
    preconditionFailure("what was formatted cannot be read")
  }
  precondition(again == formatted, "what was formatted is not formatted")
  precondition(check(formatted) == found, "what was formatted checks otherwise")
  return 0
}

private func lex(_ bytes: [UInt8]) {
  var lexer = Lexer(window: SourceWindow(bytes: bytes))
  var end = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  while true {
    let token = lexer.next()
    precondition(token.range.start.offset == end, "bytes are lost between lexemes")
    end = token.range.end.offset
    if token.kind == .end { break }
    precondition(token.range.end.offset > token.range.start.offset, "a lexeme does not move on")
  }
  precondition(end == bytes.count, "bytes are lost at the end")
}

/// The identifiers that a check reports, in their order.
private func check(_ bytes: [UInt8]) -> [String] {
  let session = CheckSession(files: NoFiles())
  let file = OpenedFile(identity: "f", name: "f", source: BytesSource(bytes))
  guard (try? session.check(file, arguments: nil)) != nil else {
    preconditionFailure("bytes in memory can be read")
  }
  var found: [String] = []
  for list in session.lists {
    for diagnostic in list.all {
      found.append(diagnostic.id.rawValue)
      guard let range = diagnostic.range else { continue }
      precondition(range.start.offset <= range.end.offset, "a range is turned round")
      precondition(range.end.offset <= bytes.count, "a range is outside the text")
    }
    _ = DiagnosticRenderer.render(list)
  }
  return found
}

private struct NoFiles: ScriptFiles {
  func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    throw FileProblem(reason: "no such file")
  }

  func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    guard path == "d.csv" else { throw FileProblem(reason: "no such file") }
    return OpenedFile(identity: path, name: path, source: BytesSource("a,b\nx,y\n"))
  }
}
