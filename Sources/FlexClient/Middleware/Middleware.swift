/// Something that stands between the client and the transport.
///
/// The order is fixed in ``TwilioFlex``: log, then authentication, then the transport. The log comes
/// first so that no secret has been added to what it sees.
protocol Middleware: Sendable {
  /// Handles a request, handing it on by `next`.
  func send(
    _ request: HTTPRequest, next: (HTTPRequest) async throws(TransportError) -> HTTPReply
  ) async throws(TransportError) -> HTTPReply
}
