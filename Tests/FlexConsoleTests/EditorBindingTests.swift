import Testing

@testable import FlexConsole

/// What libedit says of its bindings.
struct EditorBindingTests {
  @Test func sequencesAreReadFromTheList() {
    let list = """
      Standard key bindings
      "^@"           ->  em-set-mark
      Multi-character bindings
      "^[[A"         ->  ed-search-prev-history
      "^[[15~"       ->  vi-zero
      "^[q"          ->  "echo 7^M"
      "^[\\033x"      ->  ed-ignore
      "^Xu"          ->  ed-clear-screen
      Arrow key bindings
      down           ->  ed-next-history
      """
    #expect(
      EditorBinding.ofSequences(in: list) == [
        "[A": .function("ed-search-prev-history"), "[15~": .function("vi-zero"),
        "q": .text("echo 7\r"), "\u{1B}x": .function("ed-ignore"),
      ])
  }
}
