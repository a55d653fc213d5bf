/// Adds the `Authorization` header, and hides the secret in every part of the reply.
struct Authentication: Middleware {
  let next: any Transport
  private let authorization: Secret
  private let redaction: Redaction

  init(_ credentials: Credentials, next: any Transport) {
    self.next = next
    authorization = credentials.authorization
    redaction = credentials.redaction
  }

  func send(_ request: consuming HTTPRequest) async throws(TransportError) -> HTTPReply {
    request.authorization = authorization
    var reply = try await next.send(request)
    redaction.hide(in: &reply.body)
    redaction.hide(in: &reply.headers.lines)
    return reply
  }
}
