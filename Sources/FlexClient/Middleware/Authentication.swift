/// Adds the credentials, as late as possible, and sees to it that nothing comes back that shows them.
struct Authentication: Middleware {
  let next: any Transport
  private let authorization: String
  private let redaction: Redaction

  init(_ credentials: Credentials, next: any Transport) {
    self.next = next
    authorization = credentials.authorization
    redaction = credentials.redaction
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPReply {
    var request = request
    request.authorization = authorization
    var reply = try await next.send(request)
    redaction.hide(in: &reply.body)
    for index in reply.headers.indices {
      if let value = redaction.hiding(reply.headers[index].value) {
        reply.headers[index] = HTTPHeader(reply.headers[index].name, value)
      }
    }
    return reply
  }
}
