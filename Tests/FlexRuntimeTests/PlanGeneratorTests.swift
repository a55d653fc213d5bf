import FlexAPI
import FlexRuntime
import FlexSimulator
import FlexTestSupport
import Testing

/// Random runbooks: what is planned and applied does to the world exactly what a run does.
struct PlanGeneratorTests {
  /// Writes runbooks at random: conditions, loops over live data and rows, waits, invites.
  private struct Writer {
    var random: SplitMix
    var depth = 0
    var names = 0

    private static let agents = ["UT1", "UT2", "UT4"]
    private static let places = [
      "on UO1 in KD1", "on UO2 in KD2",
    ]

    mutating func pick<Element>(_ elements: [Element]) -> Element {
      elements[Int(random.next() % UInt64(elements.count))]
    }

    mutating func script() -> String {
      (0..<(2 + Int(random.next() % 5))).map { _ in sentence() }.joined(separator: "\n")
    }

    private mutating func block() -> String {
      depth += 1
      defer { depth -= 1 }
      return (0..<(1 + Int(random.next() % 2))).map { _ in sentence() }.joined(separator: "\n")
    }

    private mutating func name() -> String {
      names += 1
      return "n\(names)"
    }

    private mutating func condition() -> String {
      let place = pick(Self.places)
      switch random.next() % 6 {
      case 0: return "(participants \(place) where type is agent).count > \(random.next() % 3)"
      case 1: return "(participants \(place)).count is \(random.next() % 4)"
      case 2:
        return "(channel \(place.dropFirst(3))).status is \(pick(["active", "inactive", "closed"]))"
      case 3: return "not (channel \(place.dropFirst(3))).status is active"
      case 4: return "(participants \(place) where type is customer) is not empty"
      default:
        return
          "\(condition()) \(pick(["and", "or"])) (channel \(place.dropFirst(3))).status is active"
      }
    }

    private mutating func sentence() -> String {
      let place = pick(Self.places)
      let isDeep = depth > 2
      switch random.next() % (isDeep ? 9 : 15) {
      case 0: return "\(pick(["close", "wrapup"])) \(pick(Self.agents)) \(place)"
      case 1: return "try \(pick(["close", "wrapup"])) \(pick(Self.agents)) \(place)"
      case 2: return "\(pick(["close", "wrapup"])) every agent \(place)"
      case 3: return "invite \(place) routing {\"properties\": {\"workspace_sid\": \"WS1\"}}"
      case 4: return "deactivate channel \(place.dropFirst(3))"
      case 5: return "expect \(condition())"
      case 6: return "wait until \(condition()) every 1s timeout 2s"
      case 7: return "echo \"x\""
      case 8:
        let name = name()
        return "let \(name) = participants \(place) where type is agent\necho \"$\(name).count\""
      case 9: return "if \(condition()) {\n\(block())\n}"
      case 10: return "if \(condition()) {\n\(block())\n} else {\n\(block())\n}"
      case 11:
        let name = name()
        return "for \(name) in participants \(place) where type is agent {\n"
          + "try \(pick(["close", "wrapup"])) $\(name)\n\(block())\n}"
      case 12:
        let name = name()
        return
          "for \(name) in rows of \"d.csv\" {\ntry wrapup $\(name).agent on $\(name).chat in $\(name).from\n}"
      case 13:
        let name = name()
        return
          "let \(name) = channel \(place.dropFirst(3))\nif $\(name).status is active {\n\(block())\n}"
      default: return "if \(condition()) {\nstop 'enough'\n}"
      }
    }
  }

  /// A generator of numbers with a known sequence.
  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let data = [
    "d.csv": "agent,chat,from\nUT1,UO1,KD1\nUT4,UO2,KD2\n"
  ]

  /// Everything that can be seen of a world.
  private static func state(_ flex: SimulatedTwilio) async throws -> String {
    var lines: [String] = []
    for interaction in [Sample.interaction, Sample.otherInteraction] {
      guard let sid = InteractionSID(interaction) else { continue }
      for item in try await flex.list(.listChannels(in: sid)).items {
        guard let channel = item.object?["sid"]?.text.flatMap({ ChannelSID($0) }) else { continue }
        lines.append("\(channel) \(item.object?["status"]?.text ?? "")")
        let scope = Scope(interaction: sid, channel: channel)
        for listing in [Operation.listParticipants(on: scope), .listInvites(on: scope)] {
          for item in try await flex.list(listing).items {
            lines.append("  \(item.object?["sid"]?.text ?? "") \(item.object?["type"]?.text ?? "")")
          }
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  @Test(arguments: 0..<8)
  func planThenApplyDoesWhatRunDoes(_ part: Int) async throws {
    var compared = 0
    var seed = UInt64(part) << 32
    while compared < 250 {
      seed += 1
      var writer = Writer(random: SplitMix(state: seed))
      let script = writer.script()
      let planned = try await plan(
        script, on: SimulatedTwilio.demo().withoutAnswers(), files: Self.data)
      let content = try #require(planned.plan)
      // What needs the result of an earlier step cannot be planned, and says so.
      if planned.problem != nil { continue }
      let world = SimulatedTwilio.demo().withoutAnswers()
      let ran = try await run(script, on: world, files: Self.data)
      let isWhole = planned.result.worst == .none && content.refused == 0
      // An expectation or a wait of what cannot be foreseen is decided when it is reached, and a step
      // that a `try` tolerates, or that would be refused, does not end an application.
      let isOpen = content.steps.contains { step in
        switch step.kind {
        case .expect, .wait, .refusal: true
        case .action(let action):
          step.isTried || action.forecast.isRefused || action.forecast.reason.contains("unless")
        case .confirm, .sleep, .echo, .stop, .set: false
        }
      }
      guard isWhole, ran.result.worst == .none else {
        #expect(
          isOpen || isWhole == (ran.result.worst == .none) || planned.result.worst == .failed,
          "\(script)\n\(planned.lines)\n\(ran.lines)")
        continue
      }
      let applied = SimulatedTwilio.demo().withoutAnswers()
      let application = try await apply(content, on: applied)
      #expect(application.result.worst == .none, "\(script)\n\(application.lines)")
      let (left, right) = (try await Self.state(applied), try await Self.state(world))
      #expect(left == right, "\(script)\n\(application.lines)\n\(ran.lines)")
      compared += 1
      // Another client changes something in between: steps are refused, and nothing else happens.
      let changed = SimulatedTwilio.demo().withoutAnswers()
      _ = try await changed.perform(
        seed % 2 == 0
          ? .close(Sample.participant(Sample.agent), on: Sample.path)
          : .closeChannel(Sample.path))
      let other = try await apply(content, on: changed)
      for event in other.events {
        guard case .action(let record) = event else { continue }
        let isPlanned = content.actions.contains { action in
          action.operation.definition == record.operation?.definition
        }
        #expect(isPlanned, "\(script)\n\(record.sentence)")
        #expect(
          record.outcome == .done || record.outcome == .refused || record.outcome == .notRun
            || record.isTolerated,
          "\(script)\n\(other.lines)")
      }
    }
  }
}
