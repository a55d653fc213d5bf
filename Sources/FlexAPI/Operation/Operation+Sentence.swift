/// The words for an operation: the sentence that asks for it, and what it changes.
extension Operation {
  /// The sentence as a script has it, with every SID; bodies are left out.
  package var sentence: String {
    var text = OutputBytes()
    text.append(definition.form.wordBytes)
    for (parameter, argument) in zip(definition.parameters, arguments) {
      guard case .word = parameter.kind, let argument else { continue }
      text.append(UInt8(ascii: " "))
      text.append(argument.text)
    }
    if let sid {
      text.append(UInt8(ascii: " "))
      text.append(sid)
    }
    for (resource, sid) in zip(definition.scope, scope.sids).reversed() {
      text.append(UInt8(ascii: " "))
      text.append(resource.prepositionBytes)
      text.append(UInt8(ascii: " "))
      text.append(sid)
    }
    if !definition.form.suffixBytes.isEmpty {
      text.append(UInt8(ascii: " "))
      text.append(definition.form.suffixBytes)
    }
    return text.text
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
