/// Opens the files that scripts name; the checker itself performs no I/O.
package protocol ScriptFiles {
  /// Opens a script that another one runs.
  ///
  /// - `path`: as the script has it, relative to that script.
  /// - `file`: the script that says so, as ``OpenedFile/name``.
  mutating func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile

  /// Opens a data file; the parameters are those of ``openScript(_:from:)``.
  mutating func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile
}

/// A file that a script names, opened.
package struct OpenedFile: Sendable {
  /// The same for the same file, however its path was written.
  package let identity: String
  /// As messages name it.
  package let name: String
  /// Its bytes, from the first.
  package var source: any ByteSource

  /// Puts one together.
  package init(identity: String, name: String, source: any ByteSource) {
    self.identity = identity
    self.name = name
    self.source = source
  }

  /// All of its bytes; `nil` for a file that has more than so many.
  package func bytes(atMost limit: Int = .max) throws(SourceFailure) -> [UInt8]? {
    var source = source
    var bytes: [UInt8] = []
    while true {
      let more = try source.read(upTo: StatementReader.chunk)
      if more.isEmpty { return bytes }
      bytes += more
      if bytes.count > limit { return nil }
    }
  }
}

/// A file that cannot be used.
package struct FileProblem: Error, Hashable, Sendable {
  /// Why, lower case: "no such file".
  package let reason: String

  /// Says why.
  package init(reason: String) {
    self.reason = reason
  }
}
