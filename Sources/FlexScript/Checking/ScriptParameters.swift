/// Reads the parameters of a script and nothing else: no other sentence, and no other file.
package enum ScriptParameters {
  /// Returns the parameters at the beginning of a script, as far as they can be read.
  package static func read(_ bytes: [UInt8]) -> [Parameter] {
    var parameters: [Parameter] = []
    do throws(SourceFailure) {
      var reader = try StatementReader(BytesSource(bytes))
      while true {
        let piece = try reader.next()
        guard case .statement(let statement) = piece.item, case .param(let syntax) = statement.kind
        else {
          if case .skipped("param", _) = piece.item { continue }
          return parameters
        }
        parameters.append(
          Parameter(
            name: syntax.name.text, type: syntax.type,
            defaultText: syntax.defaultValue.map { piece.window.text($0.range) },
            documentation: syntax.documentation))
      }
    } catch {
      preconditionFailure("bytes in memory can be read: \(error.reason)")
    }
  }
}
