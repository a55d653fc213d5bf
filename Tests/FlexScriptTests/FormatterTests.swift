import FlexScript
import FlexTestSupport
import Testing

struct FormatterTests {
  private func format(_ text: String) throws -> String {
    String(decoding: try Formatter.format(Array(text.utf8), file: "f"), as: UTF8.self)
  }

  @Test(arguments: [
    ("", ""), ("\n\n", ""), ("  echo   1  ", "echo 1\n"), ("echo 1;echo 2", "echo 1\necho 2\n"),
    ("echo 1\r\n\r\n\r\necho 2\r\n", "echo 1\n\necho 2\n"), ("\u{FEFF}echo 1", "echo 1\n"),
    ("#a  \n\n\n#b\necho 1   # c ", "#a\n\n#b\necho 1  # c\n"),
    ("#!/usr/bin/env flexsh\necho 1", "#!/usr/bin/env flexsh\necho 1\n"),
    ("param  a:text='x'   \"doc\"", "param a: text = 'x' \"doc\"\n"),
    (
      "if 1<2{stop}else if 3>=4{fail 'x'}else{echo 1}",
      "if 1 < 2 {\n  stop\n} else if 3 >= 4 {\n  fail 'x'\n} else {\n  echo 1\n}\n"
    ),
    ("for a in [1,2,]{\n\n# c\necho $a\n\n\n}\n", "for a in [1, 2] {\n  # c\n  echo $a\n}\n"),
    ("for a in [1]{ # why\necho $a.b }", "for a in [1] {  # why\n  echo $a.b\n}\n"),
    ("close [ UT1 , # one\n UT2,\n ]  on UO1", "close [UT1,  # one\n  UT2,\n] on UO1\n"),
    ("close UT1 \\\n      on UO1", "close UT1 \\\n  on UO1\n"),
    ("close UT1 \\\n# c", "close UT1 \\\n  # c\n"),
    ("\\\n# c\t", "# c\n"), ("echo 1\n\\\n# c", "echo 1\n\n# c\n"),
    ("\\\n\\\necho 1", "echo 1\n"),
    (
      "invite on UO1 routing {\"a\":-1.5e3,\n\"b\":{ \"c\":[1,2] }\n}",
      "invite on UO1 routing {\"a\": -1.5e3,\n  \"b\": {\"c\": [1, 2]}\n}\n"
    ),
    (
      "expect ( channel UO1 ).status is active,\"x\"",
      "expect (channel UO1).status is active, \"x\"\n"
    ),
    ("echo 'a  b', \"$a  ${b}\"", "echo 'a  b', \"$a  ${b}\"\n"),
    ("if 1 < 2 { invite routing {\"a\": 1} }", "if 1 < 2 {\n  invite routing {\"a\": 1}\n}\n"),
    ("echo 1 ; # c", "echo 1  # c\n"), ("if 1 < 2 { }", "if 1 < 2 {\n}\n"),
  ])
  func laysOut(_ text: String, _ expected: String) throws {
    let formatted = try format(Sample.expand(text))
    #expect(formatted == Sample.expand(expected))
    #expect(try format(formatted) == formatted, "what is formatted stays so")
  }

  @Test func leavesAloneWhatItCannotRead() {
    let problem = #expect(throws: UnreadableScript.self) { try format("echo \"open") }
    #expect(problem?.diagnostics.hasErrors == true)
  }

  @Test(arguments: ProjectFiles.list("examples", suffix: ".flex"))
  func everyExampleIsFormatted(_ path: String) throws {
    let text = try ProjectFiles.text(path)
    #expect(try format(text) == text)
  }
}
