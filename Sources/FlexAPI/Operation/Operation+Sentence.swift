/// The words for an operation: the sentence that asks for it, and what it changes.
extension Operation {
  /// The sentence as a script has it, with every SID; bodies are left out.
  package var sentence: String {
    var bytes: [UInt8] = []
    // The longest has three SIDs and four words.
    bytes.reserveCapacity(160)
    bytes.append(contentsOf: definition.form.wordBytes)
    for (parameter, argument) in zip(definition.parameters, arguments) {
      guard case .word = parameter.kind, let argument else { continue }
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: argument.text.utf8)
    }
    if let sid {
      bytes.append(UInt8(ascii: " "))
      sid.write(into: &bytes)
    }
    for (resource, sid) in zip(definition.scope, scope.sids).reversed() {
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: resource.prepositionBytes)
      bytes.append(UInt8(ascii: " "))
      sid.write(into: &bytes)
    }
    if !definition.form.suffixBytes.isEmpty {
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: definition.form.suffixBytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The sentence with the values that it sends, for use in a script.
  package var script: String {
    var script = sentence
    for (parameter, argument) in zip(definition.parameters, arguments) {
      guard let argument else { continue }
      let value: String
      switch argument {
      // Texts inside the language's JSON interpolate.
      case .json(let json): value = json.serialized.replacing("$", with: "\\u0024")
      case .sid(let sid): value = sid.description
      case .text(let text):
        if case .word = parameter.kind { continue }
        value =
          "\""
          + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
          .replacing("$", with: "\\$") + "\""
      }
      script += parameter.keyword.map { " \($0) \(value)" } ?? " \(value)"
    }
    return script
  }

  /// What it changes, in the words of a contact centre.
  package var effect: String {
    guard definition.namesArguments else { return definition.effect }
    var effect = definition.effect
    for (parameter, argument) in zip(definition.parameters, arguments) {
      effect = effect.replacing("{\(parameter.name)}", with: argument?.text ?? "")
    }
    return effect
  }
}
