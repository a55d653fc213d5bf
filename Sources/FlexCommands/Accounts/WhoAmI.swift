import FlexAPI
import FlexClient
import FlexConsole
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// What `whoami` is asked for.
package struct WhoAmIRequest: Sendable {
  /// The profile that the command line names.
  package var profile: String?
  /// The value of `--base-url`.
  package var baseURL: String?
  /// Whether the account is asked.
  package var checks = false
  /// The form of what is printed.
  package var output = OutputSettings()
  /// Where the journals are.
  package var journal = JournalSettings()

  /// The defaults.
  package init() {}
}

extension Commands {
  /// Says which account and settings would be used, and where each of them comes from.
  package static func whoAmI(
    _ request: WhoAmIRequest, in context: CommandContext
  ) async -> CommandEnd {
    await CallReport.tellingFailure(request.output, context) {
      let resolver = try AccountResolver(
        profile: request.profile, baseURL: request.baseURL, environment: context.variables)
      let identity = Identity(resolver, request, context)
      var facts = identity.facts
      var end = CommandEnd(status: ExitStatus.success)
      if request.checks {
        let (found, status) = await AccountCheck(resolver, context).facts()
        facts += found
        end = status
      }
      var table = DataTable(columns: ["name", "value", "source"])
      for fact in facts { table.add(fact.object) }
      let printed = try table.print(request.output, context, status: end.status) { output in
        let rows = facts.map { fact in
          [fact.name, fact.value + (fact.source.map { "  (\($0))" } ?? "")].map {
            VisibleText.escaped($0)
          }
        }
        let text = AlignedTable.lines(rows).joined(separator: "\n")
        output.write(TextWindow.filled(text, columns: context.columns) + "\n")
      }
      return printed.status == end.status ? end : printed
    }
  }
}

/// One thing that is known of the account in use, and where it was found.
struct Fact {
  let name, value: String
  var source: String?

  var object: JSONObject {
    var object = JSONObject()
    object["name"] = .string(name)
    object["value"] = .string(value)
    object["source"] = .string(orNull: source)
    return object
  }
}

/// The account and the settings that a command would use.
private struct Identity {
  let resolver: AccountResolver
  let request: WhoAmIRequest
  let context: CommandContext

  init(_ resolver: AccountResolver, _ request: WhoAmIRequest, _ context: CommandContext) {
    self.resolver = resolver
    self.request = request
    self.context = context
  }

  private var environment: [String: String] { context.variables }
  private var profile: Profile? { resolver.profile }

  var facts: [Fact] {
    var facts = [profileFact, accountFact, credentials, hosts]
    facts += [setting("region", "TWILIO_REGION"), setting("edge", "TWILIO_EDGE"), workspace]
    facts += [
      flag("production", resolver.production, key: "production"),
      flag("read-only", resolver.readOnly, key: "read_only"), settings,
    ]
    let file = AccountResolver.ownFile(environment).string
    let isThere = (try? Files.open(file)) != nil
    facts.append(
      Fact(
        name: "config file", value: file + (isThere ? "" : ", which does not exist"), source: nil))
    facts.append(
      Fact(
        name: "journal folder", value: RunDirectory(request.journal, context).path.string,
        source: request.journal.folder == nil ? "default" : "--journal-dir"))
    return facts + ignored
  }

  /// Where a value of the account comes from.
  private func source(_ variable: String) -> String {
    guard let profile else { return variable }
    return place(profile, profile.keys[variable] ?? variable)
  }

  /// `profile prod, config.toml:4`.
  private func place(_ profile: Profile, _ key: String?) -> String {
    let name = profile.file.split(separator: "/").last.map(String.init) ?? profile.file
    let line = key.flatMap { profile.line(of: $0) }.map { ":\($0)" } ?? ""
    return "profile \(profile.name), \(name)\(line)"
  }

  private var profileFact: Fact {
    guard let profile else { return Fact(name: "profile", value: "none", source: "default") }
    return Fact(
      name: "profile", value: profile.name,
      source: request.profile != nil ? "--profile" : "active in \(profile.file)")
  }

  private var accountFact: Fact {
    guard let account = resolver.account else {
      return Fact(name: "account", value: "missing", source: nil)
    }
    return Fact(name: "account", value: account, source: source("TWILIO_ACCOUNT_SID"))
  }

  private var credentials: Fact {
    let twilio = resolver.twilio
    if let profile, profile.credentialCommand != nil {
      let key = twilio.key.map { "API key \($0), " } ?? ""
      return Fact(
        name: "credentials", value: "\(key)secret from credential_command",
        source: place(profile, "credential_command"))
    }
    func word(_ isSet: Bool) -> String { isSet ? "set" : "missing" }
    if let key = twilio.key,
      twilio.hasSecret("TWILIO_API_SECRET") || !twilio.hasSecret("TWILIO_AUTH_TOKEN")
    {
      return Fact(
        name: "credentials",
        value: "API key \(key), secret \(word(twilio.hasSecret("TWILIO_API_SECRET")))",
        source: source("TWILIO_API_KEY"))
    }
    guard twilio.hasSecret("TWILIO_AUTH_TOKEN") else {
      return Fact(name: "credentials", value: "missing", source: nil)
    }
    return Fact(name: "credentials", value: "auth token set", source: source("TWILIO_AUTH_TOKEN"))
  }

  private var hosts: Fact {
    let urls = resolver.origins.urls().map(\.description).joined(separator: ", ")
    let source =
      request.baseURL != nil
      ? "--base-url" : resolver.twilio.writtenBaseURL != nil ? source("FLEXSH_BASE_URL") : "default"
    return Fact(name: "hosts", value: urls, source: source)
  }

  private func setting(_ name: String, _ variable: String) -> Fact {
    guard let value = resolver.twilio.value(variable) else {
      return Fact(name: name, value: "none", source: "default")
    }
    return Fact(name: name, value: value, source: source(variable))
  }

  private var workspace: Fact {
    guard let workspace = resolver.workspace else {
      return Fact(
        name: "workspace", value: "the one in the account's Flex configuration", source: "default")
    }
    return Fact(
      name: "workspace", value: workspace.description, source: source("TWILIO_FLEX_WORKSPACE_SID"))
  }

  private func flag(_ name: String, _ profile: Profile?, key: String) -> Fact {
    Fact(
      name: name, value: profile == nil ? "no" : "yes",
      source: profile.map { place($0, key) } ?? "default")
  }

  private var settings: Fact {
    var words: [String] = []
    if let settings = profile?.settings {
      if let jobs = settings.jobs { words.append("jobs \(jobs)") }
      if let rate = settings.rate { words.append("rate \(rate.spelling)") }
      if let timeout = settings.timeout { words.append("timeout \(timeout.flexSpelling)") }
      if let retries = settings.retries { words.append("retries \(retries)") }
      if let most = settings.maximumChanges { words.append("max_changes \(most)") }
    }
    return Fact(
      name: "settings", value: words.isEmpty ? "none" : words.joined(separator: ", "),
      source: words.isEmpty ? "default" : profile.map { place($0, nil) })
  }

  /// What is set, and has no effect because something else takes precedence.
  private var ignored: [Fact] {
    var facts: [Fact] = []
    func note(_ variable: String, _ why: String) {
      guard let value = environment[variable], !value.isEmpty else { return }
      let isSecret = TwilioEnvironment.secretNames.contains(variable)
      facts.append(
        Fact(name: "ignored: \(variable)", value: isSecret ? "set" : value, source: why))
    }
    let variables = [
      "TWILIO_ACCOUNT_SID", "TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_AUTH_TOKEN",
      "TWILIO_REGION", "TWILIO_EDGE", "TWILIO_FLEX_WORKSPACE_SID",
    ]
    if let profile {
      for variable in variables { note(variable, "the account is that of profile \(profile.name)") }
    } else {
      if resolver.twilio.key != nil, resolver.twilio.hasSecret("TWILIO_API_SECRET") {
        note("TWILIO_AUTH_TOKEN", "an API key is set")
      } else if resolver.twilio.key != nil, resolver.twilio.hasSecret("TWILIO_AUTH_TOKEN") {
        note("TWILIO_API_KEY", "TWILIO_API_SECRET is not set")
      }
      if let active = try? ProfileFile.own(at: AccountResolver.ownFile(environment))?.active,
        resolver.account != nil
      {
        facts.append(
          Fact(
            name: "ignored: profile", value: active, source: "TWILIO_ACCOUNT_SID takes precedence"))
      }
    }
    if request.baseURL != nil { note("FLEXSH_BASE_URL", "--base-url takes precedence") }
    return facts
  }
}

/// Asks the account once, with its Flex configuration.
private struct AccountCheck {
  let resolver: AccountResolver
  let context: CommandContext

  init(_ resolver: AccountResolver, _ context: CommandContext) {
    self.resolver = resolver
    self.context = context
  }

  /// What the answer says, and how the command ends.
  func facts() async -> ([Fact], CommandEnd) {
    var facts: [Fact] = []
    let end = await CommandEnd.of {
      try resolver.checkCredentials()
      var setup = RunSetup(target: .server(nil))
      setup.connection.retries = 0
      return try await ClientFactory(setup, context).with(resolver) { connection in
        let (found, status) = await ask(connection.api)
        facts = found
        for issuer in await connection.control.certificateIssuers() {
          facts.append(Fact(name: "certificate", value: "issued by \(issuer)"))
        }
        return status
      }
    }
    for url in resolver.origins.urls().prefix(1) {
      if let proxy = (try? Proxy.find(for: url, environment: context.variables)).flatMap({ $0 }) {
        facts.append(Fact(name: "proxy", value: proxy.description, source: "the environment"))
      }
    }
    return (facts, end)
  }

  private func ask(_ api: any TwilioAPI) async -> ([Fact], CommandEnd) {
    let start = ContinuousClock.now
    func time() -> Fact {
      Fact(name: "time", value: (ContinuousClock.now - start).displayText)
    }
    do throws(APIError) {
      let answer = try await api.perform(Operation(FlexConfiguration.fetch))
      var facts = [
        Fact(name: "status", value: "\(answer.status ?? 0), the credentials work"), time(),
      ]
      if let skew = answer.clockSkew, abs(skew) > 60 {
        facts.append(
          Fact(
            name: "clock",
            value: "\(abs(skew)) s \(skew > 0 ? "behind" : "ahead of") that of the server"))
      }
      let workspace = answer.fields.anySID("taskrouter_workspace_sid")
      facts.append(
        Fact(
          name: "its workspace", value: workspace?.description ?? "none",
          source: "the account's Flex configuration"))
      return (facts, CommandEnd(status: ExitStatus.success))
    } catch {
      let status = error.status.map { "\($0)" } ?? "no answer"
      let exit: Int32 =
        error.kind == .auth
        ? ExitStatus.unauthorized
        : error.status == nil ? ExitStatus.unavailable : ExitStatus.failed
      return (
        [Fact(name: "status", value: "\(status): \(error.message)"), time()],
        CommandEnd(status: exit, message: "the check failed: \(error.message)")
      )
    }
  }
}
