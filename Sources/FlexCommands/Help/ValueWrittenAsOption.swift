extension Commands {
  /// A value for a script's parameter that is written as an option: `--chat=UO…` for `chat=UO…`.
  package static func valueWrittenAsOption(_ arguments: [String]) -> CommandEnd? {
    let scripts = arguments.filter { $0.hasSuffix(".flex") }
    for argument in arguments where argument.hasPrefix("--") {
      let words = argument.dropFirst(2)
      let name = String(words.prefix { $0 != "=" })
      guard !name.isEmpty,
        scripts.contains(where: { parameterNames(of: $0).contains(name) })
      else { continue }
      let value = words.contains("=") ? String(words) : "\(name)=…"
      return CommandEnd(
        status: ExitStatus.usage, message: "`\(name)` is a value of the script: write \(value)")
    }
    return nil
  }
}
