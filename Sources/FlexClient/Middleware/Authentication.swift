/// Adds the credentials, as late as possible.
struct Authentication: Middleware {
  private let authorization: String

  init(_ credentials: Credentials) {
    authorization = credentials.authorization
  }

  func send(
    _ request: HTTPRequest, next: (HTTPRequest) async throws(TransportError) -> HTTPReply
  ) async throws(TransportError) -> HTTPReply {
    var request = request
    request.authorization = authorization
    return try await next(request)
  }
}
