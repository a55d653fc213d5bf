import FlexAPI
import FlexClient
import FlexScript
import FlexStorage
import SystemPackage
import TOMLKit

/// A file of profiles: our own, in TOML, or Twilio CLI's, in JSON, which is never written.
///
/// A value of the wrong type is an error.
struct ProfileFile {
  /// Its profiles by name.
  let profiles: [String: Profile]
  /// The name of the one that is active.
  let active: String?
  /// Whether the prompt shows what could follow.
  var showsHints = true

  /// How long such a file may be, in bytes.
  private static let maximumLength = 1 << 20
  /// What our own file calls the variables.
  private static let ownKeys = [
    "TWILIO_ACCOUNT_SID": "account_sid", "TWILIO_API_KEY": "api_key",
    "TWILIO_API_SECRET": "api_secret", "TWILIO_AUTH_TOKEN": "auth_token",
    "TWILIO_REGION": "region", "TWILIO_EDGE": "edge", "FLEXSH_BASE_URL": "base_url",
    "TWILIO_FLEX_WORKSPACE_SID": "workspace",
  ]
  /// The keys of our own file that are no variables.
  private static let otherKeys = [
    "credential_command", "production", "read_only", "jobs", "rate", "timeout", "retries",
    "max_changes",
  ]
  /// What Twilio CLI's file calls them.
  private static let twilioKeys = [
    "TWILIO_ACCOUNT_SID": "accountSid", "TWILIO_API_KEY": "apiKey",
    "TWILIO_API_SECRET": "apiSecret", "TWILIO_REGION": "region", "TWILIO_EDGE": "edge",
  ]

  /// Reads our own file; `nil` when there is none.
  static func own(at path: FilePath) throws -> ProfileFile? {
    guard let bytes = try read(path) else { return nil }
    // The parser ends a name there, and then does not find it.
    let hasNUL = [#"\u0000"#, #"\U00000000"#].contains { escape in
      String(decoding: bytes, as: UTF8.self).contains(escape)
    }
    guard !hasNUL else { throw unusable(path, "no name and no value contains a NUL (\\u0000)") }
    let table: TOMLTable
    do {
      table = try TOMLTable(string: String(decoding: bytes, as: UTF8.self))
    } catch let error as TOMLParseError {
      // Its description quotes the file, and may quote a secret.
      throw unusable(
        path,
        "line \(error.source.begin.line), column \(error.source.begin.column): this is not TOML; "
          + "strings go in quotes")
    }
    try refuse(keysOf: table, beyond: ["profile", "profiles", "hints"], path, "")
    var profiles: [String: Profile] = [:]
    let lines = lines(in: bytes)
    let listed = table["profiles"].map { $0.table }
    if case .some(nil) = listed { throw unusable(path, "`profiles` is not a table") }
    for (name, value) in listed.flatMap({ $0 }) ?? TOMLTable() {
      guard let entry = value.table else {
        throw unusable(path, "`profiles.\(name)` is not a table")
      }
      try refuse(
        keysOf: entry, beyond: ownKeys.values + otherKeys, path, "profiles.\(name).")
      var profile = Profile(name: name, file: path.string, keys: ownKeys)
      for (variable, key) in ownKeys {
        try profile.set(variable, to: text(entry, key, path, name))
      }
      profile.credentialCommand = try text(entry, "credential_command", path, name)
      profile.isProduction = try flag(entry, "production", path, name)
      profile.settings = try settings(entry, path, name)
      profile.lines = lines[name.filter { $0 != " " && $0 != "\t" }] ?? [:]
      if let workspace = profile.variables["TWILIO_FLEX_WORKSPACE_SID"],
        AnySID(workspace)?.type != .workspace
      {
        throw unusable(path, "`profiles.\(name).workspace` is not a workspace (WS…)")
      }
      profiles[name] = profile
    }
    var file = try ProfileFile(profiles: profiles, active: text(table, "profile", path, nil))
    if let hints = table["hints"] {
      guard let isOn = hints.bool else { throw unusable(path, "`hints` is not true or false") }
      file.showsHints = isOn
    }
    return try file.trusted(path)
  }

  /// The lines of each profile's keys, and of its heading under the empty name.
  ///
  /// The parser does not tell them; a file that is written otherwise than in one line per key has none.
  private static func lines(in bytes: [UInt8]) -> [String: [String: Int]] {
    var lines: [String: [String: Int]] = [:]
    var profile: String?
    for (index, line) in String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() {
      let text = line.filter { $0 != " " && $0 != "\t" }
      if text.hasPrefix("[") {
        profile = text.wholeMatch(of: /\[profiles\."?([^"\]]+)"?\].*/).map { String($0.1) }
        if let profile { lines[profile, default: [:]][""] = index + 1 }
      } else if let profile, let mark = text.firstIndex(of: "=") {
        lines[profile, default: [:]][String(text[..<mark])] = index + 1
      }
    }
    return lines
  }

  private static func settings(
    _ entry: TOMLTable, _ path: FilePath, _ profile: String
  ) throws -> ProfileSettings {
    var settings = ProfileSettings()
    settings.isReadOnly = try flag(entry, "read_only", path, profile)
    settings.jobs = try number(entry, "jobs", 1...256, path, profile)
    settings.retries = try number(entry, "retries", 0...100, path, profile)
    settings.maximumChanges = try number(entry, "max_changes", 0...Int(Int32.max), path, profile)
    if let rate = try text(entry, "rate", path, profile) {
      settings.rate = RequestRate(spelling: rate)
      if settings.rate == nil {
        throw unusable(path, "`profiles.\(profile).rate` is not a rate: 20/s, 600/m, 1/h")
      }
    }
    if let timeout = try text(entry, "timeout", path, profile) {
      settings.timeout = Duration(flexSpelling: timeout)
      guard let duration = settings.timeout, duration > .zero else {
        throw unusable(
          path, "`profiles.\(profile).timeout` is not a duration of more than 0: 10s, 2m")
      }
    }
    return settings
  }

  private static func flag(
    _ table: TOMLTable, _ key: String, _ path: FilePath, _ profile: String
  ) throws -> Bool {
    guard let value = table[key] else { return false }
    guard let flag = value.bool else {
      throw unusable(path, "`profiles.\(profile).\(key)` is neither true nor false")
    }
    return flag
  }

  private static func number(
    _ table: TOMLTable, _ key: String, _ range: ClosedRange<Int>, _ path: FilePath,
    _ profile: String
  ) throws -> Int? {
    guard let value = table[key] else { return nil }
    guard let number = value.int, range.contains(number) else {
      throw unusable(
        path,
        "`profiles.\(profile).\(key)` is not a whole number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return number
  }

  /// Reads Twilio CLI's file; `nil` when there is none.
  static func ofTwilioCLI(at path: FilePath) throws -> ProfileFile? {
    guard let bytes = try read(path) else { return nil }
    guard let object = (try? JSONReader.read(bytes))?.object else {
      throw unusable(path, "it is not a JSON object")
    }
    var profiles: [String: Profile] = [:]
    let listed = object["profiles"] ?? .object(JSONObject())
    guard listed == .null || listed.object != nil else {
      throw unusable(path, "`profiles` is not an object")
    }
    for member in listed.object?.members ?? [] {
      guard let entry = member.value.object else {
        throw unusable(path, "`profiles.\(member.name)` is not an object")
      }
      var profile = Profile(name: member.name, file: path.string, keys: twilioKeys)
      for (variable, key) in twilioKeys {
        try profile.set(variable, to: text(entry, key, path, "profiles.\(member.name)."))
      }
      profiles[member.name] = profile
    }
    return try ProfileFile(profiles: profiles, active: text(object, "activeProject", path, ""))
      .trusted(path)
  }

  private static func text(
    _ object: JSONObject, _ key: String, _ path: FilePath, _ prefix: String
  ) throws -> String? {
    guard let value = object[key], value != .null else { return nil }
    guard let text = value.text else { throw unusable(path, "`\(prefix)\(key)` is not a text") }
    return text.isEmpty ? nil : text
  }

  private static func text(
    _ table: TOMLTable, _ key: String, _ path: FilePath, _ profile: String?
  ) throws -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else {
      throw unusable(path, "`\(profile.map { "profiles.\($0)." } ?? "")\(key)` is not a text")
    }
    return text.isEmpty ? nil : text
  }

  /// An unknown key is most likely mistyped, and would have no effect.
  private static func refuse(
    keysOf table: TOMLTable, beyond known: some Swift.Collection<String>, _ path: FilePath,
    _ prefix: String
  ) throws {
    for key in table.keys where !known.contains(key) {
      let near = Suggestion.closest(to: key, among: Array(known))
      throw unusable(
        path, "`\(prefix)\(key)` is not known" + (near.map { ", did you mean `\($0)`?" } ?? ""))
    }
  }

  // MARK: Files

  private static func read(_ path: FilePath) throws -> [UInt8]? {
    do {
      guard let bytes = try Files.open(path.string).bytes(atMost: maximumLength) else {
        throw unusable(path, "it is too long")
      }
      return bytes
    } catch let problem as FileProblem where problem.reason == "no such file" {
      return nil
    } catch let problem as FileProblem {
      throw unusable(path, problem.reason)
    } catch let failure as SourceFailure {
      throw unusable(path, failure.reason)
    }
  }

  private static func unusable(_ path: FilePath, _ reason: String) -> CommandEnd {
    CommandEnd(status: ExitStatus.configuration, message: "\(path.string): \(reason)")
  }

  /// Refuses a secret that others may read, and a secret or a command that others may have written.
  ///
  /// Source: CLI.md, "Credentials and configuration".
  private func trusted(_ file: FilePath) throws -> ProfileFile {
    let hasSecret = profiles.values.contains { !$0.secrets.isEmpty }
    guard hasSecret || profiles.values.contains(where: { $0.credentialCommand != nil }) else {
      return self
    }
    let what = hasSecret ? "a secret" : "a credential_command"
    func refused(_ reason: String, _ help: String) -> CommandEnd {
      CommandEnd(
        status: ExitStatus.configuration, message: "\(file) contains \(what), and \(reason)",
        help: help)
    }
    let path = ShellWord.quoted(file.string)
    if hasSecret, FileAccess.isReadableByOthers(file.string) {
      throw refused("others can read it", "chmod 600 \(path)")
    }
    guard FileAccess.isOwnedByUserOrRoot(file.string) else {
      throw refused("it belongs to another user", "chown it to yourself: chown \"$USER\" \(path)")
    }
    guard !FileAccess.isWritableByOthers(file.string) else {
      throw refused("others can write to it", "chmod go-w \(path)")
    }
    if let folder = FileAccess.folderThatOthersMayReplaceIn(file) {
      throw refused(
        "others can replace it: they can write to \(folder)",
        "chmod go-w \(ShellWord.quoted(folder.string)), which should belong to you")
    }
    return self
  }
}

extension Profile {
  /// Sets a value, which is a secret if its variable is one.
  fileprivate mutating func set(_ variable: String, to value: String?) {
    guard let value else { return }
    if TwilioEnvironment.secretNames.contains(variable) {
      secrets[variable] = Secret(value)
    } else {
      variables[variable] = value
    }
  }
}
