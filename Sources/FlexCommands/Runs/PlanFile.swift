import FlexAPI
import FlexRuntime
import FlexScript
import FlexStorage
import SystemPackage

/// A saved plan: what would be done, where, and what was seen of each step.
struct PlanFile {
  let run: String
  let account: String
  let baseURL: String
  let isSimulated: Bool
  /// The questions of the script; asked before the plan is executed.
  let questions: [String]
  let steps: [PlanStep]

  private var content: JSONObjectWriter {
    var object = JSONObjectWriter()
    object.add("plan", 1)
    object.add("flexsh", Version.current)
    object.add("run", run)
    object.add("account", account)
    object.add("base_url", baseURL)
    object.add("simulated", isSimulated)
    if !questions.isEmpty { object.add("confirm", .array(questions.map { .string($0) })) }
    object.add("steps", objects: steps) { $1.write(into: &$0) }
    return object
  }

  /// Writes the plan so that only its owner can read it: bodies may name people.
  func write(to path: String) throws {
    var object = content
    var unsealed = object
    object.add("sha256", ScriptHash.sha256(unsealed.close()))
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
    func problem(_ reason: String) -> CommandEnd {
      CommandEnd(status: ExitStatus.checkFailed, message: "\(name) \(reason); nothing was sent")
    }
    guard let json = try? JSONReader.read(bytes), var object = json.object,
      object["plan"]?.integer == 1, let sum = object["sha256"]?.text
    else { throw problem("is not a plan of flexsh") }
    object["sha256"] = nil
    guard PlanFile.hash(object) == sum else { throw problem("was changed since it was made") }
    guard let run = object["run"]?.text, let account = object["account"]?.text,
      let url = object["base_url"]?.text, let steps = object["steps"]?.array
    else { throw problem("is not a plan of flexsh") }
    var read: [PlanStep] = []
    for step in steps {
      guard let step = PlanStep(step) else { throw problem("contains an invalid step") }
      read.append(step)
    }
    var questions: [String] = []
    for question in object["confirm"]?.array ?? [] {
      guard let text = question.text else { throw problem("contains an invalid question") }
      questions.append(text)
    }
    self.init(
      run: run, account: account, baseURL: url, isSimulated: object["simulated"] == .bool(true),
      questions: questions, steps: read)
  }

  init(
    run: String, account: String, baseURL: String, isSimulated: Bool, questions: [String],
    steps: [PlanStep]
  ) {
    self.run = run
    self.account = account
    self.baseURL = baseURL
    self.isSimulated = isSimulated
    self.questions = questions
    self.steps = steps
  }

  private static func hash(_ object: JSONObject) -> String {
    var bytes: [UInt8] = []
    JSON.object(object).write(into: &bytes)
    return ScriptHash.sha256(bytes)
  }
}
