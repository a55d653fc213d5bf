/// Adds the credentials, as late as possible.
struct Authentication: Middleware {
  let next: any Transport
  private let authorization: String

  init(_ credentials: Credentials, next: any Transport) {
    self.next = next
    authorization = credentials.authorization
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPReply {
    var request = request
    request.authorization = authorization
    return try await next.send(request)
  }
}
