import FlexAPI
import FlexScript

extension LanguageServer {
  /// The fixes of mistakes in a range, and `param` for a SID there.
  mutating func codeAction(_ parameters: Parameters) throws(ResponseError) -> JSON {
    let (document, outline) = try script(parameters)
    let range = try parameters.range()
    guard client.knowsCodeActions else { return .array([]) }
    let offsets =
      document.lines.offset(
        range.start)...max(
        document.lines.offset(range.start), document.lines.offset(range.end))
    let kinds = parameters.optional("context").object["only"]?.array?.compactMap(\.text)
    func isWanted(_ kind: String) -> Bool {
      kinds.map { $0.contains { kind == $0 || kind.hasPrefix($0 + ".") } } ?? true
    }
    var actions: [JSON] = []
    if isWanted("quickfix") { actions += fixes(document, offsets) }
    if isWanted("refactor.extract"), let action = lifted(document, outline, offsets) {
      actions.append(action)
    }
    return .array(actions)
  }

  private mutating func fixes(_ document: Document, _ offsets: ClosedRange<Int>) -> [JSON] {
    let lists = workspace.analysis(of: document.uri)?.lists ?? []
    return lists.filter { $0.file == document.name }.flatMap(\.all).compactMap { diagnostic in
      guard let fix = diagnostic.fix, let range = diagnostic.range,
        range.start.offset <= offsets.upperBound, offsets.lowerBound <= range.end.offset
      else { return nil }
      let isInsertion = range.start == range.end
      return action(
        isInsertion ? "insert `\(fix)`" : "write `\(fix)`", kind: "quickfix",
        fixes: PublishedDiagnostics.json(diagnostic, in: document),
        edit([(document, [(document.range(range), fix)])]))
    }
  }

  /// Makes a parameter of a SID: `param channel: channel = UO…`.
  private mutating func lifted(
    _ document: Document, _ outline: ScriptOutline, _ offsets: ClosedRange<Int>
  ) -> JSON? {
    guard
      let written = outline.sids.first(where: {
        $0.range.start.offset <= offsets.upperBound && offsets.lowerBound <= $0.range.end.offset
      }), let type = written.sid.type, !isInParameter(written, outline)
    else { return nil }
    let name = freeName(type.noun, outline)
    let places = outline.sids.filter {
      $0.sid == written.sid && !isInParameter($0, outline)
    }.map(\.range)
    let line = "param \(name): \(type.noun) = \(document.text(written.range))\n"
    let insertion = placeForParameter(document, outline)
    // It is offered only if the script is then as right as before.
    var bytes = document.bytes
    let edits =
      [(insertion..<insertion, line)]
      + places.map { ($0.start.offset..<$0.end.offset, "$\(name)") }
    for (range, text) in edits.sorted(by: { $0.0.lowerBound > $1.0.lowerBound }) {
      bytes.replaceSubrange(range, with: Array(text.utf8))
    }
    guard errors(bytes, document) <= errors(document.bytes, document) else { return nil }
    return action(
      "lift \(document.text(written.range).prefix(2))… to the parameter `\(name)`",
      kind: "refactor.extract", fixes: nil,
      edit([(document, edits.map { (document.range($0.0), $0.1) })]))
  }

  private func isInParameter(
    _ written: ScriptOutline.WrittenSID, _ outline: ScriptOutline
  ) -> Bool {
    written.sentence.map { outline.sentences[$0].verb == .param } ?? true
  }

  private func errors(_ bytes: [UInt8], _ document: Document) -> Int {
    Analysis(bytes, name: document.name, files: document.files(workspace.buffers)).lists.reduce(0) {
      $0 + $1.all.count { $0.severity == .error } + $1.moreErrors
    }
  }

  private func freeName(_ noun: String, _ outline: ScriptOutline) -> String {
    let taken = Set(outline.names.map(\.text))
    guard taken.contains(noun) else { return noun }
    var number = 2
    while taken.contains("\(noun)\(number)") { number += 1 }
    return "\(noun)\(number)"
  }

  /// Where a parameter can be declared: after the last one, or before the first sentence.
  private func placeForParameter(_ document: Document, _ outline: ScriptOutline) -> Int {
    if let last = outline.sentences.last(where: { $0.verb == .param }) {
      let line = document.lines.position(last.range.end.offset).line
      return document.lines.startOfLine(line + 1)
    }
    let first = outline.sentences.first?.range.start.offset ?? 0
    let start = document.lines.startOfLine(document.lines.position(first).line)
    // Not before a byte-order mark.
    return start == 0 && document.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : start
  }

  private func action(_ title: String, kind: String, fixes diagnostic: JSON?, _ edit: JSON) -> JSON
  {
    var object = JSONObject()
    object["title"] = .string(VisibleText.escaped(title))
    object["kind"] = .string(kind)
    if let diagnostic {
      object["diagnostics"] = .array([diagnostic])
      object["isPreferred"] = .bool(true)
    }
    object["edit"] = edit
    return .object(object)
  }
}
