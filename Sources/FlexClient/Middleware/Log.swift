import FlexAPI

/// Shows requests as curl lines, or whole exchanges; what it shows never contains a secret.
struct Log: Middleware {
  /// How much is shown.
  enum Level: Sendable {
    /// A curl line per request and a line per reply.
    case curl
    /// Heads and bodies too.
    case whole
  }

  let next: any Transport
  let level: Level
  /// The environment variables that hold the credentials in use, for the curl line.
  let userVariables: String
  let write: @Sendable (String) -> Void

  init(_ configuration: TwilioClient.Configuration, next: any Transport) {
    self.next = next
    level = configuration.verbosity == .wholeExchanges ? .whole : .curl
    let usesKey = configuration.credentials.username != configuration.credentials.account
    userVariables = CurlLine.user(usesKey: usesKey)
    write = configuration.log
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPReply {
    write(CurlLine.text(of: request, user: userVariables))
    if level == .whole { write(whole(request)) }
    let start = ContinuousClock.now
    do throws(TransportError) {
      let reply = try await next.send(request)
      let id = reply.header("Twilio-Request-Id").map { " \($0)" } ?? ""
      write("< \(reply.status) in \((ContinuousClock.now - start).milliseconds) ms\(id)")
      if level == .whole { write(whole(reply, to: request)) }
      return reply
    } catch {
      let reached = error.mayHaveReachedServer ? "" : ", nothing was sent"
      write(
        "< \(error.message) after \((ContinuousClock.now - start).milliseconds) ms\(reached)")
      throw error
    }
  }

  private func whole(_ request: HTTPRequest) -> String {
    var lines = [
      "> \(request.method) \(request.target) HTTP/1.1", "> Host: \(request.origin.authority)",
    ]
    lines += request.headers.headers.map { "> \($0.name): \($0.value)" }
    lines.append("> Authorization: ‹redacted›")
    if !request.body.isEmpty {
      lines += [">", "> " + String(decoding: request.body, as: UTF8.self)]
    }
    return lines.joined(separator: "\n")
  }

  private func whole(_ reply: HTTPReply, to request: HTTPRequest) -> String {
    var lines = reply.headers.all.map { "< \($0.name): \($0.value)" }
    var body = reply.body
    // A configuration holds much that is confidential: only what is in use is shown.
    if request.target.hasSuffix(Operation(FlexConfiguration.fetch).path) {
      let fields = (try? JSONReader.read(body))?.object
      body = fields.map { Array(JSON.object(FlexConfiguration.kept(of: $0)).serialized.utf8) } ?? []
    }
    if !body.isEmpty {
      lines += ["<", "< " + String(decoding: body, as: UTF8.self)]
    }
    return lines.joined(separator: "\n")
  }
}

extension Duration {
  /// The duration in milliseconds with one decimal place.
  var milliseconds: String {
    let (seconds, attoseconds) = components
    let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}
