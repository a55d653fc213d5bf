extension APIError {
  /// Reads the error in an HTTP response.
  ///
  /// Understands Twilio's `{status, code, message, more_info}`, RFC 9457 problem details with
  /// Twilio's `code`, and bodies that are neither (a proxy's page, nothing at all): then the status
  /// speaks for itself and the message says that the body was not Twilio's.
  ///
  /// `status`: not 2xx.
  package init(status: Int, body: [UInt8], requestID: String?) {
    let kind: Kind =
      switch status {
      case 401: .auth
      case 429: .rateLimit
      default: .api
      }
    // A 4xx is a refusal whatever its body, but a 408 may come after the request was processed.
    let refusal = (400..<500).contains(status) && status != 408
    self.init(
      kind: kind, status: status, message: "", requestID: requestID,
      mayHaveBeenProcessed: !refusal)
    let object = (try? JSONReader.read(body))?.object ?? JSONObject()
    switch object["code"] {
    case .number(let spelling): code = Int(spelling).map(Code.number) ?? .text(spelling)
    case .string(let text): code = Int(text).map(Code.number) ?? .text(text)
    default: code = nil
    }
    // Twilio: `message` and `more_info`; RFC 9457: `detail` or `title`, and `type`.
    let said = object["message"]?.text ?? object["detail"]?.text ?? object["title"]?.text
    moreInfo = object["more_info"]?.text ?? APIError.link(object["type"]?.text)
    if let said, !said.isEmpty {
      message = APIError.withPointers(said, object["errors"]?.array)
    } else {
      let what = body.isEmpty ? "without a body" : "with a body that is not Twilio's"
      message = "HTTP status \(status) \(what)"
    }
  }

  /// RFC 9457's `type`, when it can be followed; `about:blank` says nothing.
  private static func link(_ type: String?) -> String? {
    type.flatMap { $0.hasPrefix("https://") ? $0 : nil }
  }

  /// Adds the single errors that a problem names, each with the place it points at.
  private static func withPointers(_ said: String, _ errors: [JSON]?) -> String {
    let details = (errors ?? []).prefix(10).compactMap { error -> String? in
      guard let detail = error.object?["detail"]?.text else { return nil }
      return error.object?["pointer"]?.text.map { "\($0): \(detail)" } ?? detail
    }
    return details.isEmpty ? said : "\(said) (\(details.joined(separator: "; ")))"
  }
}
