import FlexAPI
import Testing

struct LifecycleTests {
  private static func error(_ sent: [JSON]) -> (code: Int?, id: JSON?) {
    let object = sent.first?.object
    return (object?["error"]?.object?["code"]?.integer, object?["id"])
  }

  @Test(arguments: [
    ("{", -32700), ("", -32700), ("\"\\ud800\"", -32700), ("[]", -32600), ("{}", -32600),
    ("1", -32600), (#"{"id": 1, "method": 2}"#, -32600),
    (#"{"id": {}, "method": "initialize"}"#, -32600),
    (#"{"id": 1, "method": "textDocument/hover"}"#, -32002),
    (#"{"id": 1, "method": "foo/bar"}"#, -32002), (#"{"id": 1, "method": "shutdown"}"#, -32002),
  ])
  func whatIsWrongBeforeTheBeginning(_ body: String, _ code: Int) throws {
    var editor = Editor(new: ())
    #expect(Self.error(editor.send(body)).code == code)
    #expect(editor.exitStatus == nil, "the server goes on")
  }

  @Test func whatCannotBeReadHasNoID() {
    var editor = Editor(new: ())
    #expect(Self.error(editor.send("{")).id == .null)
    #expect(Self.error(editor.send(#"{"id": "a", "method": 2}"#)).id == .string("a"))
  }

  @Test func requestsAfterTheBeginning() throws {
    var editor = try Editor()
    #expect(try editor.failure("initialize", "{}").code == -32600)
    #expect(try editor.failure("foo/bar", "{}").code == -32601)
    #expect(try editor.failure("$/foo", "{}").code == -32601)
    #expect(try editor.failure("textDocument/hover", "{}").code == -32602)
    #expect(try editor.failure("textDocument/hover", "[]").code == -32602)
    #expect(
      try editor.failure("textDocument/hover", Editor.at("file:///none.flex", 0, 0)).code == -32803)
    // Notifications have no answer, whatever they are.
    #expect(editor.send(#"{"method": "foo/bar"}"#).isEmpty)
    #expect(editor.send(#"{"method": "$/cancelRequest", "params": {"id": 1}}"#).isEmpty)
    #expect(editor.send(#"{"method": "initialized", "params": {}}"#).isEmpty)
    #expect(editor.send(#"{"id": 7, "result": null}"#).isEmpty, "a response to nothing")
    // What cannot be done is told, though.
    let log = editor.send(#"{"method": "textDocument/didChange", "params": {}}"#)
    #expect(log.first?.object?["method"] == .string("window/logMessage"))
  }

  @Test func theEnd() throws {
    var editor = try Editor()
    #expect(try editor.result("shutdown", "null") == .null)
    #expect(try editor.failure("textDocument/hover", "{}").code == -32600)
    #expect(try editor.failure("shutdown", "null").code == -32600)
    #expect(editor.send(#"{"method": "exit"}"#).isEmpty)
    #expect(editor.exitStatus == 0)
    var other = try Editor()
    #expect(other.send(#"{"method": "exit"}"#).isEmpty)
    #expect(other.exitStatus == 1, "without `shutdown`")
    var early = Editor(new: ())
    #expect(early.send(#"{"method": "exit"}"#).isEmpty)
    #expect(early.exitStatus == 1, "before `initialize`")
  }

  @Test func encodings() throws {
    for (offered, chosen) in [
      (#"["utf-16"]"#, "utf-16"), (#"["utf-8", "utf-16"]"#, "utf-8"), (#"["utf-32"]"#, "utf-16"),
      ("[]", "utf-16"),
    ] {
      var editor = Editor(new: ())
      let result = try editor.result(
        "initialize", #"{"capabilities": {"general": {"positionEncodings": \#(offered)}}}"#)
      let capabilities = result.object?["capabilities"]?.object
      #expect(capabilities?["positionEncoding"] == .string(chosen), "\(offered)")
      #expect(result.object?["serverInfo"]?.object?["name"] == .string("flexsh"))
    }
  }
}
