import FlexScript
import FlexTestSupport

/// Checks a script whose SIDs are short, as ``Sample/expand(_:)`` knows them.
func check(
  _ script: String, files: [String: String] = [:], arguments: [String: String]? = nil
) -> [DiagnosticList] {
  check(Array(Sample.expand(script).utf8), files: files, arguments: arguments)
}

func check(
  _ bytes: [UInt8], files: [String: String] = [:], arguments: [String: String]? = nil
) -> [DiagnosticList] {
  check(BytesSource(bytes), files: files, arguments: arguments)
}

func check(
  _ source: any ByteSource, files: [String: String] = [:], arguments: [String: String]? = nil
) -> [DiagnosticList] {
  let session = CheckSession(files: MemoryFiles(files.mapValues { Sample.expand($0) }))
  do {
    try session.check(
      OpenedFile(identity: "main.flex", name: "main.flex", source: source), arguments: arguments)
  } catch {
    preconditionFailure("bytes in memory can be read: \(error)")
  }
  return session.lists
}

/// The diagnostics of all files as `line:column id`, in the order in which they are shown.
func found(_ lists: [DiagnosticList]) -> [String] {
  lists.flatMap { list in
    list.all.map { diagnostic in
      let file = diagnostic.file == "main.flex" ? "" : diagnostic.file + ":"
      let place = diagnostic.range.map { "\($0.start.line):\($0.start.column)" } ?? ""
      return "\(file)\(place) \(diagnostic.id.rawValue)"
    }
  }
}
