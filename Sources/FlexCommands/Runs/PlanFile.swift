import FlexAPI
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// A saved plan: what would be done, where, and what each step depends on.
struct PlanFile {
  /// Its name, which the run that applies it has too; sorts by time.
  let run: String
  let account: String
  let baseURL: String
  let isSimulated: Bool
  /// The scripts that it was made from, as they were named.
  let scripts: [String]
  let content: PlanContent

  private var object: JSONObjectWriter {
    var object = JSONObjectWriter()
    object.add("plan", 2)
    object.add("flexsh", Version.current)
    object.add("run", run)
    object.add("account", account)
    object.add("base_url", baseURL)
    object.add("simulated", isSimulated)
    object.add("scripts", .array(scripts.map { .string($0) }))
    content.write(into: &object)
    return object
  }

  /// Writes the plan so that only its owner can read it: bodies may name people.
  func write(to path: String) throws {
    var object = object
    object.add("sha256", ScriptHash.sha256(self.object.close()))
    var bytes = object.close()
    bytes.append(UInt8(ascii: "\n"))
    do throws(FileProblem) {
      try AtomicFile.write(bytes, to: path, mode: .ownerReadWrite)
    } catch {
      throw PlanFile.unwritable(path, error)
    }
  }

  /// Refuses a name that no plan can be written to, before the plan is made.
  static func check(_ path: String) throws {
    do throws(FileProblem) {
      try AtomicFile.check(path)
    } catch {
      throw unwritable(path, error)
    }
  }

  private static func unwritable(_ path: String, _ problem: FileProblem) -> CommandEnd {
    CommandEnd(
      status: ExitStatus.outputFailed,
      message: "the plan cannot be written to \(path): \(problem.reason)")
  }

  /// Reads a plan.
  init(_ bytes: [UInt8], name: String) throws {
    func problem(_ reason: String, help: String? = nil) -> CommandEnd {
      CommandEnd(
        status: ExitStatus.checkFailed, message: "\(name) \(reason); nothing was sent", help: help)
    }
    guard let json = try? JSONReader.read(bytes), var object = json.object,
      let version = object["plan"]?.integer, let sum = object["sha256"]?.text
    else { throw problem("is not a plan of flexsh") }
    guard version == 2 else {
      throw problem(
        version == 1
          ? "was made by an older flexsh, which did not save what its steps depend on"
          : "was made by a newer flexsh", help: "make it again: flexsh plan FILE --out \(name)")
    }
    object["sha256"] = nil
    guard PlanFile.hash(object) == sum else { throw problem("has been changed since it was made") }
    guard let run = object["run"]?.text, let account = object["account"]?.text,
      let url = object["base_url"]?.text, let content = PlanContent(object)
    else { throw problem("contains an invalid step") }
    self.init(
      run: run, account: account, baseURL: url, isSimulated: object["simulated"] == .bool(true),
      scripts: object["scripts"]?.array?.compactMap(\.text) ?? [], content: content)
  }

  init(
    run: String, account: String, baseURL: String, isSimulated: Bool, scripts: [String],
    content: PlanContent
  ) {
    self.run = run
    self.account = account
    self.baseURL = baseURL
    self.isSimulated = isSimulated
    self.scripts = scripts
    self.content = content
  }

  private static func hash(_ object: JSONObject) -> String {
    var bytes: [UInt8] = []
    JSON.object(object).write(into: &bytes)
    return ScriptHash.sha256(bytes)
  }

  /// Where it came from, for people: `made 3 min ago from park.flex, for AC… on https://…`.
  func origin(now: UInt64) -> String {
    let made = RunID.milliseconds(run)
    let age = Duration.milliseconds(Int64(now > made ? now - made : 0))
    let from = scripts.isEmpty ? "" : " from \(scripts.joined(separator: ", "))"
    return "made \(Self.age(age)) ago\(from), for \(account) on \(baseURL)"
      + (isSimulated ? ", simulated" : "")
  }

  private static func age(_ age: Duration) -> String {
    let seconds = age.components.seconds
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 7200 { return "\(seconds / 60) min" }
    return seconds < 172_800 ? "\(seconds / 3600) h" : "\(seconds / 86_400) days"
  }
}
