package import FlexScript

/// Computes the SHA-256 of scripts and data files.
package enum ScriptHash {
  /// The hash of a file in hexadecimal.
  ///
  /// It is computed once: later readings of a file are compared with the first one.
  package static func sha256(_ file: OpenedFile) throws(SourceFailure) -> String {
    guard let record = file.content as? ContentRecord else { return try computed(file) }
    if let known = record.hash { return known }
    let hash = try computed(file)
    record.hash = hash
    return hash
  }

  private static func computed(_ file: OpenedFile) throws(SourceFailure) -> String {
    var hash = SHA256()
    var source = file.source
    while true {
      let bytes = try source.read(upTo: StatementReader.chunk)
      if bytes.isEmpty { break }
      hash.update(bytes)
    }
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: hash.finish().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }

  /// The hash of bytes in hexadecimal.
  package static func sha256(_ bytes: [UInt8]) -> String {
    // Reading from memory cannot fail.
    (try? sha256(OpenedFile(identity: "", name: "", source: BytesSource(bytes)))) ?? ""
  }
}
