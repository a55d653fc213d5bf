package import FlexScript

/// Computes the SHA-256 of scripts and data files.
package enum ScriptHash {
  /// The hash of a file in hexadecimal.
  package static func sha256(_ file: OpenedFile) throws(SourceFailure) -> String {
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
