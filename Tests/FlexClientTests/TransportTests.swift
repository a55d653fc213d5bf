import FlexAPI
import FlexClient
import FlexTestSupport
import Synchronization
import Testing

/// What becomes of an action whatever the wire does.
struct TransportTests {
  private let close = Operation.close(Sample.participant(Sample.agent), on: Sample.path)

  @Test func sendsTheRequestAsTwilioWantsIt() async throws {
    try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
      server in
      try await Loopback.client(of: server.url) { client in
        _ = try await client.perform(close)
        let body = JSON.object(["a": .string("b & ü")])
        _ = try? await client.perform(.invite(on: Sample.path, routing: body))
        _ = try? await client.perform(.transfer(on: Sample.path, body: body))
      }
      let requests = server.requests
      #expect(
        requests.map(\.line) == [
          "POST \(close.path) HTTP/1.1",
          "POST \(Operation.invite(on: Sample.path, routing: .null).path) HTTP/1.1",
          "POST \(Operation.transfer(on: Sample.path, body: .null).path) HTTP/1.1",
        ])
      #expect(
        requests.map(\.body) == [
          "Status=closed", "Routing=%7B%22a%22%3A%22b+%26+%C3%BC%22%7D", "{\"a\":\"b & ü\"}",
        ])
      let headers = requests[0].headers
      #expect(headers["host"] == String(server.url.dropFirst(7)))
      #expect(headers["content-type"] == "application/x-www-form-urlencoded")
      #expect(headers["content-length"] == "13")
      #expect(headers["user-agent"] == "flexsh/0.1.0")
      #expect(
        headers["authorization"]
          == "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTpz"
          + "M2NyM3QtVDBrZW4tb2YtMzItY2hhcmFjdGVycy14eQ==")
      #expect(headers["accept-encoding"] == nil)
      #expect(requests[2].headers["content-type"] == "application/json")
    }
  }

  @Test func keepsOneConnectionForWhatStatesATargetAndAFreshOneForWhatCreates() async throws {
    try await RawServer.answering({ request, _ in .bytes(RawServer.echo(request)) }).serve {
      server in
      try await Loopback.client(of: server.url) { client in
        for _ in 0..<5 { _ = try await client.perform(close) }
        _ = try? await client.perform(.invite(on: Sample.path, routing: .object([:])))
        _ = try await client.perform(close)
      }
      #expect(server.requests.map(\.connection) == [1, 1, 1, 1, 1, 2, 1])
    }
  }

  /// A fault, the kind of error that it makes, and whether the request may have been processed.
  struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: APIError.Kind
    let mayHaveBeenProcessed: Bool
    let reply: @Sendable (RawServer.Request) -> RawServer.Reply

    var testDescription: String { name }

    static let all: [Fault] = [
      fault("404", .api, false, RawServer.reply(404, "{\"code\": 20404, \"message\": \"x\"}")),
      fault("401", .auth, false, RawServer.reply(401, "{}")),
      fault("429", .rateLimit, false, RawServer.reply(429, "{}")),
      fault("403 of a proxy", .api, false, RawServer.reply(403, "<html>")),
      fault("408", .api, true, RawServer.reply(408, "{}")),
      fault("500", .api, true, RawServer.reply(500, "{}")),
      fault("999", .api, true, RawServer.reply(999, "{}")),
      fault(
        "302", .api, true, RawServer.reply(302, "", headers: ["Location: http://127.0.0.1:1/"])),
      fault("html", .protocol, true, RawServer.reply(200, "<html>")),
      fault("nothing", .protocol, true, RawServer.reply(200, "")),
      fault("204", .protocol, true, "HTTP/1.1 204 No Content\r\n\r\n"),
      fault("a list", .protocol, true, RawServer.reply(200, "[]")),
      fault("an empty object", .protocol, true, RawServer.reply(200, "{}")),
      fault(
        "another participant", .protocol, true,
        RawServer.reply(200, "{\"sid\": \"\(Sample.secondAgent)\"}")),
      fault(
        "a name twice", .protocol, true,
        RawServer.reply(200, "{\"sid\": \"\(Sample.agent)\", \"sid\": \"\(Sample.agent)\"}")),
      fault(
        "gzip", .protocol, true,
        RawServer.reply(
          200, "{\"sid\": \"\(Sample.agent)\"}", headers: ["Content-Encoding: gzip"])),
      fault("not HTTP", .protocol, true, "SMTP ready\r\n\r\n"),
      fault(
        "two lengths", .protocol, true,
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
      fault(
        "too long", .protocol, true,
        RawServer.reply(200, String(repeating: "x", count: HTTPReply.maximumBody + 1))),
      fault(
        "a flood of headers", .protocol, true,
        "HTTP/1.1 200 OK\r\n"
          + String(repeating: "X: \(String(repeating: "y", count: 99))\r\n", count: 1000)),
      fault(
        "a flood of interim heads", .protocol, true,
        String(repeating: "HTTP/1.1 103 Early\r\n\r\n", count: 100)),
      Fault(name: "cut in the body", kind: .protocol, mayHaveBeenProcessed: true) { _ in
        .bytesThenClose("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"sid\":")
      },
      Fault(name: "cut in the head", kind: .protocol, mayHaveBeenProcessed: true) { _ in
        .bytesThenClose("HTTP/1.1 200 OK\r\nContent-")
      },
      Fault(name: "no length, and cut", kind: .protocol, mayHaveBeenProcessed: true) { _ in
        .bytesThenClose("HTTP/1.1 200 OK\r\n\r\n{\"sid\": \"\(Sample.agent)\"")
      },
      Fault(name: "closed", kind: .reset, mayHaveBeenProcessed: true) { _ in .bytesThenClose("") },
      Fault(name: "reset", kind: .reset, mayHaveBeenProcessed: true) { _ in .bytesThenReset("") },
    ]

    private static func fault(
      _ name: String, _ kind: APIError.Kind, _ may: Bool, _ bytes: String
    ) -> Fault {
      Fault(name: name, kind: kind, mayHaveBeenProcessed: may) { _ in .bytes(bytes) }
    }
  }

  /// Every fault with every way to act: what is told, and how often it is sent.
  @Test(arguments: Fault.all)
  func tellsTheTruthUnder(_ fault: Fault) async throws {
    let invite = Operation.invite(on: Sample.path, routing: .object([:]))
    for (operation, isAtMostOnce) in [(close, false), (close, true), (invite, false)] {
      try await RawServer.answering({ request, _ in fault.reply(request) }).serve { server in
        let error = await #expect(throws: APIError.self) {
          var limits = TwilioClient.Limits()
          limits.policy = RetryPolicy(retries: 2, isAtMostOnce: isAtMostOnce)
          try await Loopback.client(of: server.url, limits: limits) {
            _ = try await $0.perform(operation)
          }
        }
        #expect(error?.kind == fault.kind)
        #expect(error?.mayHaveBeenProcessed == fault.mayHaveBeenProcessed)
        let isSentAgain =
          switch fault.kind {
          case .rateLimit: true
          default:
            fault.mayHaveBeenProcessed && !operation.creates && !isAtMostOnce
              && !["302", "999"].contains(fault.name)
          }
        #expect(server.requests.count == (isSentAgain ? 3 : 1))
        #expect(error?.attempts == server.requests.count)
        #expect(error?.earlierAttempts.count == server.requests.count - 1)
        #expect(Set(server.requests.map(\.line)).count == 1, "the same request each time")
      }
    }
  }

  @Test func believesNoReplyThatIsCutAnywhere() async throws {
    let whole = RawServer.reply(200, "{\"sid\": \"\(Sample.agent)\"}")
    for length in stride(from: 1, to: whole.utf8.count, by: 5) {
      // By bytes: CRLF is one character.
      let cut = String(decoding: whole.utf8.prefix(length), as: UTF8.self)
      try await RawServer.answering({ _, _ in .bytesThenClose(cut) }).serve { server in
        let error = await #expect(throws: APIError.self, "cut at \(length)") {
          try await Loopback.client(of: server.url) { _ = try await $0.perform(close) }
        }
        #expect(error?.mayHaveBeenProcessed == true)
      }
    }
  }

  @Test func anAnswerThatNeverComesEndsWithTheTimeLimit() async throws {
    try await RawServer.answering({ _, _ in .nothing }).serve { server in
      let error = await #expect(throws: APIError.self) {
        try await Loopback.client(of: server.url, timeout: .seconds(3)) {
          _ = try await $0.perform(close)
        }
      }
      #expect(error?.kind == .timeout)
      #expect(error?.mayHaveBeenProcessed == true)
    }
  }

  /// The limit is for all of a request: bytes that trickle in do not prolong it.
  @Test(arguments: [
    "", "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
  ])
  func anAnswerThatTricklesEndsWithTheTimeLimit(_ beginning: String) async throws {
    try await RawServer.answering({ _, _ in .bytesThenDrops(beginning) }).serve { server in
      let error = await #expect(throws: APIError.self) {
        var limits = TwilioClient.Limits()
        limits.policy = RetryPolicy(retries: 0)
        try await Loopback.client(of: server.url, timeout: .seconds(3), limits: limits) {
          _ = try await $0.perform(close)
        }
      }
      #expect(error?.mayHaveBeenProcessed == true)
      if !beginning.isEmpty { #expect(error?.kind == .timeout) }
    }
  }

  /// Whatever the status, and wherever it leads.
  @Test(
    arguments: [300, 301, 302, 303, 304, 305, 307, 308],
    ["http://127.0.0.1", "http://localhost", "https://localhost"])
  func followsNoRedirect(_ status: Int, _ origin: String) async throws {
    try await RawServer.answering({ _, _ in .bytes(RawServer.reply(200, "{}")) }).serve { target in
      let port = target.url.split(separator: ":").last ?? ""
      try await RawServer.answering({ _, _ in
        .bytes(
          RawServer.reply(
            status, status == 304 ? "" : "{}",
            headers: ["Location: \(origin):\(port)/v1/Interactions"]))
      }).serve { server in
        for operation in [close, .fetchChannel(Sample.path)] {
          let error = await #expect(throws: APIError.self) {
            try await Loopback.client(of: server.url) { _ = try await $0.perform(operation) }
          }
          #expect(error?.status == status)
          if operation.isWrite { #expect(error?.mayHaveBeenProcessed == true) }
        }
        #expect(server.requests.count == 2)
      }
      #expect(target.connectionCount == 0)
    }
  }

  @Test func aRequestThatIsCutOffIsInterrupted() async throws {
    try await RawServer.answering({ _, _ in .nothing }).serve { server in
      try await Loopback.client(of: server.url) { client, transport in
        let outcome = await withTaskGroup(of: APIError?.self) { group in
          group.addTask {
            do throws(APIError) {
              _ = try await client.perform(close)
              return nil
            } catch {
              return error
            }
          }
          // Not on the thread of the connections, which would have no turn.
          await withTaskExecutorPreference(globalConcurrentExecutor) {
            while server.requests.isEmpty { await Task.yield() }
          }
          transport.cutAll()
          return await group.next() ?? nil
        }
        #expect(outcome?.kind == .interrupted)
        #expect(outcome?.mayHaveBeenProcessed == true)
      }
    }
  }

  @Test func whatCannotConnectWasNeverSent() async throws {
    let port = SilentPort()
    defer { withExtendedLifetime(port) {} }
    let error = await #expect(throws: APIError.self) {
      try await Loopback.client(of: port.url) { _ = try await $0.perform(close) }
    }
    #expect(error?.kind == .connect)
    #expect(error?.mayHaveBeenProcessed == false)
  }

  #if os(Linux)
  /// Elsewhere a full queue refuses.
  @Test func whatNeverConnectsWasNeverSent() async throws {
    let port = SilentPort(.ignores)
    defer { withExtendedLifetime(port) {} }
    let error = await #expect(throws: APIError.self) {
      var limits = TwilioClient.Limits()
      limits.policy = RetryPolicy(retries: 1)
      try await Loopback.client(of: port.url, connectTimeout: .milliseconds(300), limits: limits) {
        _ = try await $0.perform(close)
      }
    }
    #expect(error?.kind == .connect)
    #expect(error?.mayHaveBeenProcessed == false)
    #expect(error?.attempts == 2)
  }
  #endif

  @Test func aServerWithoutTLSGetsNoRequest() async throws {
    try await RawServer.answering({ _, _ in .bytes("x") }).serve { server in
      let url = "https" + server.url.dropFirst(4)
      let error = await #expect(throws: APIError.self) {
        try await Loopback.client(of: url, timeout: .milliseconds(300)) {
          _ = try await $0.perform(close)
        }
      }
      #expect(error?.mayHaveBeenProcessed == false)
      #expect(server.requests.isEmpty)
    }
  }

  @Test func bytesThatNobodyAskedForEndTheConnection() async throws {
    // Behind its first reply the server pushes another one, as if to answer the next request.
    try await RawServer.answering({ request, count in
      count == 1
        ? .bytes(RawServer.echo(request) + RawServer.reply(408, "{}"))
        : .bytes(RawServer.echo(request))
    }).serve { server in
      try await Loopback.client(of: server.url) { client in
        for _ in 0..<3 {
          let answer = try await client.perform(close)
          #expect(answer.status == 200)
        }
      }
      // The first connection ends with what was not asked for; the second serves the rest.
      #expect(server.connectionCount == 2)
    }
  }

  @Test func showsRequestsWithoutTheSecret() async throws {
    let lines = Mutex<[String]>([])
    // A server that sends back what it got, as some do in an error's text.
    try await RawServer.answering({ request, _ in
      let sent = request.headers["authorization"] ?? ""
      let body =
        "{\"sid\": \"\(Sample.agent)\", \"sent\": \"\(sent)\", \"as\": \"\(Loopback.secret)\"}"
      return .bytes(RawServer.reply(200, body, headers: ["X-Sent: \(sent) \(Loopback.secret)"]))
    }).serve { server in
      try await Loopback.client(
        of: server.url, verbosity: .wholeExchanges,
        log: { line in lines.withLock { $0.append(line) } }
      ) { client in
        let answer = try await client.perform(close)
        #expect(answer.fields["as"]?.text == String(repeating: "*", count: 32))
      }
      let shown = lines.withLock { $0.joined(separator: "\n") }
      #expect(
        shown.contains(
          "> curl -X POST -u \"$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN\" -d 'Status=closed' "
            + "'\(server.url)\(close.path)'"))
      #expect(shown.contains("Authorization: ‹redacted›"))
      #expect(shown.contains("< 200 in "))
      #expect(!shown.contains(Loopback.secret))
      #expect(!shown.contains("czNjcjN0"), "nor in base 64")
    }
  }

  @Test func followsPagesOnItsOwnHostOnly() async throws {
    let path = Operation.listParticipants(on: Sample.path).path
    @Sendable func page(_ number: Int, next: String) -> String {
      let sid = "UT" + String(repeating: "\(number)", count: 32)
      return RawServer.reply(
        200, "{\"participants\": [{\"sid\": \"\(sid)\"}], \"meta\": {\"next_page_url\": \(next)}}")
    }
    try await RawServer.answering({ _, count in
      .bytes(
        page(count, next: count < 3 ? "\"http://evil.example\(path)?Page=\(count)\"" : "null"))
    }).serve { server in
      let items = try await Loopback.client(of: server.url) {
        try await $0.list(.listParticipants(on: Sample.path)).items
      }
      #expect(items.count == 3)
      #expect(
        server.requests.map { $0.line.split(separator: " ")[1] } == [
          Substring(path), Substring(path + "?Page=1"), Substring(path + "?Page=2"),
        ])
    }
    for next in ["\"/v1/Other?Page=1\"", "\"\(path)?Page=1\""] {
      // Leads elsewhere; comes twice.
      try await RawServer.answering({ _, count in .bytes(page(count, next: next)) }).serve {
        server in
        let error = await #expect(throws: APIError.self) {
          try await Loopback.client(of: server.url) {
            _ = try await $0.list(.listParticipants(on: Sample.path))
          }
        }
        #expect(error?.kind == .protocol)
      }
    }
  }
}
