package import FlexAPI

/// The command that sends a request; the shell inserts the credentials.
package enum CurlLine {
  /// The command for an operation that is not sent.
  ///
  /// `usesKey`: whether an API key signs the request, and not the auth token.
  package static func text(of operation: Operation, origins: Origins, usesKey: Bool) -> String {
    let request = operation.request
    var body: [UInt8] = []
    var type = ""
    switch request.body {
    case .none: break
    case .form(let fields): body = FormEncoding.encode(fields)
    case .json(let json):
      json.write(into: &body)
      type = "application/json"
    }
    let origin = origins.url(of: request.service)
    let query = request.query.map { "?" + $0 } ?? ""
    return text(
      method: request.method.rawValue, contentType: type, revision: request.revision, body: body,
      origin: origin,
      target: origin.pathPrefix + request.path + query, user: user(usesKey: usesKey))
  }

  /// The command for a request; `user`: the variables of the shell that hold the credentials.
  static func text(of request: HTTPRequest, user: String) -> String {
    text(
      method: request.method,
      contentType: request.headers.headers.first { $0.name == "Content-Type" }?.value ?? "",
      revision: request.headers.headers.first { $0.name == "If-Match" }?.value,
      body: request.body, origin: request.origin, target: request.target, user: user)
  }

  /// The variables of the shell that hold the credentials.
  static func user(usesKey: Bool) -> String {
    usesKey ? "$TWILIO_API_KEY:$TWILIO_API_SECRET" : "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"
  }

  private static func text(
    method: String, contentType: String, revision: String?, body: [UInt8], origin: BaseURL,
    target: String, user: String
  ) -> String {
    var line = "> curl -X \(method) -u \"\(user)\""
    if let revision { line += " -H " + quoted("If-Match: \(revision)") }
    if !body.isEmpty {
      if contentType == "application/json" { line += " -H 'Content-Type: application/json'" }
      line += " -d " + quoted(String(decoding: body, as: UTF8.self))
    }
    let url = "\(origin.isSecure ? "https" : "http")://\(origin.authority)\(target)"
    return line + " " + quoted(url)
  }

  /// Text in single quotes, as a POSIX shell reads it.
  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
