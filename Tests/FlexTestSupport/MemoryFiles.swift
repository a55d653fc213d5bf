package import FlexScript

/// Scripts and data files that are in memory.
package struct MemoryFiles: ScriptFiles {
  private let contents: [String: String]

  /// Files by name, all in one folder.
  package init(_ contents: [String: String] = [:]) {
    self.contents = contents
  }

  package func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    try open(path)
  }

  package func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    try open(path)
  }

  private func open(_ path: String) throws(FileProblem) -> OpenedFile {
    guard let text = contents[path] else { throw FileProblem(reason: "no such file") }
    return OpenedFile(identity: path, name: path, source: BytesSource(text))
  }
}
