import FlexAPI
import FlexConsole
import FlexScript
import SystemPackage
import TOMLKit

/// A file of profiles: our own, in TOML, or Twilio CLI's, in JSON, which is never written.
struct ProfileFile {
  /// Its profiles by name.
  let profiles: [String: Profile]
  /// The name of the one that is active.
  let active: String?

  /// How long such a file may be, in bytes.
  private static let maximumLength = 1 << 20
  /// What our own file calls the variables.
  private static let ownKeys = [
    "TWILIO_ACCOUNT_SID": "account_sid", "TWILIO_API_KEY": "api_key",
    "TWILIO_API_SECRET": "api_secret", "TWILIO_AUTH_TOKEN": "auth_token",
    "TWILIO_REGION": "region", "TWILIO_EDGE": "edge",
  ]
  /// What Twilio CLI's file calls them.
  private static let twilioKeys = [
    "TWILIO_ACCOUNT_SID": "accountSid", "TWILIO_API_KEY": "apiKey",
    "TWILIO_API_SECRET": "apiSecret", "TWILIO_REGION": "region", "TWILIO_EDGE": "edge",
  ]

  /// Reads our own file; `nil` when there is none.
  static func own(at path: FilePath) throws -> ProfileFile? {
    guard let bytes = try read(path) else { return nil }
    let table: TOMLTable
    do {
      table = try TOMLTable(string: String(decoding: bytes, as: UTF8.self))
    } catch let error as TOMLParseError {
      throw unusable(
        path,
        "line \(error.source.begin.line), column \(error.source.begin.column): "
          + "\(error.description)")
    }
    try refuse(keysOf: table, beyond: ["profile", "profiles"], path, "")
    var profiles: [String: Profile] = [:]
    let listed = table["profiles"]?.table ?? TOMLTable()
    for name in listed.keys {
      guard let entry = listed[name]?.table else {
        throw unusable(path, "`profiles.\(name)` is no table")
      }
      try refuse(
        keysOf: entry, beyond: ownKeys.values + ["credential_command", "production"], path,
        "profiles.\(name).")
      var profile = Profile(name: name, file: path.string, keys: ownKeys)
      for (variable, key) in ownKeys {
        profile.variables[variable] = try text(entry, key, path, name)
      }
      profile.credentialCommand = try text(entry, "credential_command", path, name)
      if let production = entry["production"] {
        guard let isProduction = production.bool else {
          throw unusable(path, "`profiles.\(name).production` is neither true nor false")
        }
        profile.isProduction = isProduction
      }
      profiles[name] = profile
    }
    return try ProfileFile(profiles: profiles, active: try text(table, "profile", path, nil))
      .refusingToBeRead(path)
  }

  /// Reads Twilio CLI's file; `nil` when there is none.
  static func ofTwilioCLI(at path: FilePath) throws -> ProfileFile? {
    guard let bytes = try read(path) else { return nil }
    guard let object = (try? JSONReader.read(bytes))?.object else {
      throw unusable(path, "it is no JSON object")
    }
    var profiles: [String: Profile] = [:]
    for member in object["profiles"]?.object?.members ?? [] {
      var profile = Profile(name: member.name, file: path.string, keys: twilioKeys)
      for (variable, key) in twilioKeys {
        profile.variables[variable] = member.value.object?[key]?.text
      }
      profiles[member.name] = profile
    }
    return try ProfileFile(profiles: profiles, active: object["activeProject"]?.text)
      .refusingToBeRead(path)
  }

  private static func text(
    _ table: TOMLTable, _ key: String, _ path: FilePath, _ profile: String?
  ) throws -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else {
      throw unusable(path, "`\(profile.map { "profiles.\($0)." } ?? "")\(key)` is no text")
    }
    return text.isEmpty ? nil : text
  }

  /// A key that nobody knows is most likely a mistyped one, and would have no effect.
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

  private static func unusable(_ path: FilePath, _ reason: String) -> Exit {
    Exit(status: ExitStatus.configuration, message: "\(path.string): \(reason)")
  }

  /// A file with a secret in it that others may read is refused.
  private func refusingToBeRead(_ path: FilePath) throws -> ProfileFile {
    let holdsSecret = profiles.values.contains { profile in
      profile.variables["TWILIO_API_SECRET"] != nil || profile.variables["TWILIO_AUTH_TOKEN"] != nil
    }
    guard holdsSecret, FileAccess.isOpenToOthers(path.string) else { return self }
    throw Exit(
      status: ExitStatus.configuration,
      message: "\(path.string) holds a secret, and others may read it",
      help: "chmod 600 \(ShellWord.quoted(path.string))")
  }
}
