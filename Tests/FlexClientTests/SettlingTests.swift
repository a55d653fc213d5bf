import FlexAPI
import FlexClient
import FlexTestSupport
import Testing

/// An answer was lost, the action was sent again and refused: reading back tells what is so.
struct SettlingTests {
  private static let close = Operation.close(Sample.participant(Sample.agent), on: Sample.path)
  private static let wrapup = Operation.wrapup(Sample.participant(Sample.agent), on: Sample.path)
  /// With what led to it, so that its reservation can be read.
  private static let reachedWrapup: Operation = {
    var operation = wrapup
    func sid(_ prefix: String) -> AnySID? { AnySID(prefix + String(repeating: "c3", count: 16)) }
    var trail = Operation.Trail()
    (trail.task, trail.reservation, trail.workspace) = (sid("WT"), sid("WR"), sid("WS"))
    operation.trail = trail
    return operation
  }()
  private static let wrapping =
    "{\"sid\": \"WR\(digits)\", \"reservation_status\": \"wrapping\"}"
  private static let accepted =
    "{\"sid\": \"WR\(digits)\", \"reservation_status\": \"accepted\"}"
  private static let digits = String(repeating: "c3", count: 16)
  private static let closeChannel = Operation.closeChannel(Sample.path)

  private static let gone = "{\"participants\": [], \"meta\": {}}"
  private static let there =
    "{\"participants\": [{\"sid\": \"\(Sample.agent)\"}], \"meta\": {}}"
  private static let closed = "{\"sid\": \"\(Sample.channel)\", \"status\": \"closed\"}"
  private static let active = "{\"sid\": \"\(Sample.channel)\", \"status\": \"active\"}"

  @Test(arguments: [
    // The action, the refusal of the second try, what is read back, and whether that settles it.
    (close, 404, gone, true), (close, 409, gone, true), (close, 412, gone, true),
    (close, 404, there, false), (close, 400, gone, true), (close, 403, gone, false),
    (close, 404, "{}", false), (wrapup, 404, gone, false),
    (reachedWrapup, 404, wrapping, true), (reachedWrapup, 409, accepted, false),
    (closeChannel, 409, closed, true),
    (closeChannel, 409, active, false),
  ])
  func isSettledByReadingBack(
    _ operation: Operation, _ status: Int, _ read: String, _ isSettled: Bool
  ) async throws {
    try await RawServer.answering { request, _ in
      if request.line.hasPrefix("GET") { return .bytes(RawServer.reply(200, read)) }
      // The first request is lost, whatever connection it comes on.
      return request.connection == 1
        ? .bytesThenReset("") : .bytes(RawServer.reply(status, "{\"code\": 20404}"))
    }.serve { server in
      try await Loopback.client(of: server.url) { client in
        do throws(APIError) {
          let answer = try await client.perform(operation)
          #expect(isSettled)
          #expect(answer.isSettled)
          #expect(answer.attempts == 2)
          #expect(answer.earlierAttempts.map(\.kind) == [.reset])
        } catch {
          #expect(!isSettled)
          #expect(error.mayHaveBeenProcessed, "the lost one may have done it")
          #expect(error.status == status)
        }
      }
    }
  }

  @Test func aFirstRefusalIsARefusal() async throws {
    try await RawServer.answering { _, _ in .bytes(RawServer.reply(404, "{}")) }.serve { server in
      let error = await #expect(throws: APIError.self) {
        try await Loopback.client(of: server.url) { _ = try await $0.perform(Self.close) }
      }
      #expect(error?.mayHaveBeenProcessed == false)
      #expect(server.requests.count == 1, "nothing is read back")
    }
  }

  @Test func aSuccessBehindALostAnswerIsASuccess() async throws {
    try await RawServer.answering { request, count in
      count < 3 ? .bytesThenClose("") : .bytes(RawServer.echo(request))
    }.serve { server in
      let answer = try await Loopback.client(of: server.url) { try await $0.perform(Self.close) }
      #expect(answer.attempts == 3)
      #expect(!answer.isSettled)
    }
  }
}
