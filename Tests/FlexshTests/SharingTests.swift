import FlexAPI
import FlexTestSupport
import Foundation
import Testing

/// Copies to share: nothing that was planted comes out, and they still check.
struct SharingTests {
  /// Names, numbers and texts that a run has in many places.
  private static let planted = (0..<60).map { "Planted-\($0)-Zäune" }
  private static let emails = (0..<30).map { "person\($0)@secret.example.net" }
  private static let numbers = (0..<30).map { "+15559990\(100 + $0)" }

  private static func sid(_ prefix: String, _ number: Int) -> String {
    prefix + String(repeating: "0", count: 28) + "9" + String(1000 + number).suffix(3)
  }

  private static let sids = ["KD", "UO", "UT", "WT", "WK"].flatMap { prefix in
    (0..<20).map { sid(prefix, $0) }
  }

  /// A script that has them in every kind of sentence, its data file, and its comments.
  private static func script() -> String {
    var lines = ["# \(planted[0])", "set on-error continue", "param who: text = \"\(planted[1])\""]
    lines.swapAt(1, 2)
    for number in 0..<20 {
      let place = "on \(sid("UO", number)) in \(sid("KD", number))"
      lines.append("echo \"\(planted[2 + number]) \(emails[number])\"")
      lines.append("try close \(sid("UT", number)) \(place)  # \(planted[30 + number])")
      lines.append("find \"\(numbers[number])\"")
      lines.append("try close every agent of worker \"\(emails[number])\"")
      lines.append("show task \(sid("WT", number))")
      lines.append("close every agent of \(sid("WK", number))")
    }
    lines.append(
      "add customer on \(sid("UO", 0)) in \(sid("KD", 0)) media {\"name\": \"\(planted[55])\"}")
    lines.append("complete task \(sid("WT", 1)) because \"\(planted[56])\"")
    lines.append(
      "expect (participants on \(sid("UO", 1)) in \(sid("KD", 1))).count is 99, \"\(planted[57])\"")
    lines.append("for r in rows of \"\(planted[58]).csv\" { echo \"$r.name\" }")
    lines.append("fail \"\(planted[59])\"")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func expectNothing(in text: String, _ what: String) {
    for value in planted + emails + numbers + sids {
      #expect(!text.contains(value), "\(what) contains \(value)")
    }
    for value in ["Zäune", "secret.example", "5559990", "Planted"] {
      #expect(!text.contains(value), "\(what) contains \(value)")
    }
    // Twilio's identifiers of requests, hosts, and the one who ran it.
    #expect(text.firstMatch(of: /RQ[0-9a-f]{32}/) == nil, "\(what)")
    #expect(!text.contains("127.0.0.1"), "\(what)")
    #expect(!text.contains(NSUserName() + "@"), "\(what)")
  }

  @Test func nothingThatWasPlantedComesOut() async throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(Self.script(), to: "\(Self.planted[5]).flex")
    _ = try folder.write("name\n\(Self.planted[6])\n", to: "\(Self.planted[58]).csv")
    let environment = ["XDG_STATE_HOME": folder.file("state"), "HOME": folder.path]
    func run(_ arguments: [String]) async throws -> Executable.Result {
      try await Executable.run(arguments, environment: environment)
    }
    let kinds = ["json", "junit", "md", "html"]
    let reports = kinds.flatMap { ["--report-\($0)", folder.file("live.\($0)")] }
    let ran = try await run(
      ["run", "--simulate", "--fault", "404@0.1", "--share"] + reports + [
        script, "who=\(Self.planted[7])",
      ])
    #expect(ran.status == 1, "\(ran.errors)")
    for kind in kinds {
      let text = try folder.text("live.\(kind)")
      #expect(!text.isEmpty)
      Self.expectNothing(in: text, kind)
    }
    for format in ["text", "json", "ndjson", "csv", "tsv", "flex"] {
      let shown = try await run(["runs", "show", "last", "--share", "-o", format])
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(shown.output.count > 200)
      Self.expectNothing(in: shown.output, format)
    }
    let later = kinds.flatMap { ["--report-\($0)", folder.file("later.\($0)")] }
    _ = try await run(["runs", "show", "last", "--share"] + later)
    for kind in kinds { Self.expectNothing(in: try folder.text("later.\(kind)"), "later \(kind)") }
  }

  /// The same SID has the same pseudonym, which its owner can map back, and the script still runs.
  @Test func pseudonymsKeepTheirShape() async throws {
    let folder = try TemporaryFolder()
    let environment = ["XDG_STATE_HOME": folder.file("state"), "HOME": folder.path]
    func run(_ arguments: String...) async throws -> Executable.Result {
      try await Executable.run(arguments, environment: environment)
    }
    let place = "on \(Sample.channel) in \(Sample.interaction)"
    _ = try await run(
      "run", "--simulate", "-c",
      "close \(Sample.agent) \(place); wrapup \(Sample.secondAgent) \(place)")
    let shared = try await run("runs", "show", "last", "--share", "-o", "flex")
    #expect(shared.output.hasPrefix("# shared copy; identifiers are pseudonyms\n"))
    let path = try folder.write(shared.output, to: "shared.flex")
    let checked = try await run("check", "--strict", path)
    #expect(checked.status == 0, "\(shared.output)\(checked.errors)")
    let again = try await run("run", "--simulate", "--no-journal", path)
    #expect(again.status == 0, "\(again.errors)")
    let words = shared.output.split { $0 == " " || $0 == "\n" }.map(String.init)
    let agents = words.filter { $0.hasPrefix("UT") }
    let channels = Set(words.filter { $0.hasPrefix("UO") })
    #expect(agents.count == 2 && channels.count == 1)
    let found = try await run("runs", "reveal", agents[0])
    #expect(found.output == Sample.agent + "\n", "\(found.errors)")
    #expect(
      try await run("runs", "reveal", "last", channels.first ?? "").output == Sample.channel + "\n")
    #expect(try await run("runs", "reveal", Sample.agent).status == 1)
    let key = FileManager.default.enumerator(atPath: folder.file("state"))?.compactMap {
      $0 as? String
    }
    .first { $0.hasSuffix("share-key") }
    let attributes = try FileManager.default.attributesOfItem(
      atPath: folder.file("state") + "/" + (key ?? ""))
    #expect((attributes[.posixPermissions] as? Int) == 0o600)
  }
}
