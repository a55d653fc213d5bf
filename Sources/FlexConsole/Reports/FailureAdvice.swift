import FlexAPI
import FlexRuntime

extension APIError {
  /// The error that the other side reported, or what was observed locally.
  var displayText: String {
    guard let status else { return message }
    let suffix = code.map { " (code \($0))" } ?? ""
    if kind == .protocol { return "the answer, status \(status), cannot be trusted: \(message)" }
    return "Twilio answered \(status): \(message)\(suffix)"
  }

  /// What to do next.
  func advice(outcome: String, _ address: Scope) -> String {
    switch kind {
    case .auth:
      return "check TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with "
        + "TWILIO_AUTH_TOKEN; nothing more was sent"
    case .connect:
      return "nothing was sent; check the network, --base-url and HTTPS_PROXY"
    case .tls:
      return "nothing was sent; if your network has a root certificate of its own, name its file "
        + "in SSL_CERT_FILE"
    case .refused where outcome != "unknown": return "nothing was sent for it"
    case .rateLimit: return "nothing was changed; run it again in a while"
    case .api, .timeout, .reset, .protocol, .interrupted, .refused: break
    }
    if outcome == "unknown" {
      return "it is not known whether it took effect; look before you send it again: "
        + lookUp(address)
    }
    switch status {
    case 403: return "the account or the key may not do this; nothing was changed"
    case 404: return "it may be gone already, or belong elsewhere; look: " + lookUp(address)
    case 409: return "its state does not allow this; look: " + lookUp(address)
    case 412: return "it changed after it was looked at; look again: " + lookUp(address)
    case nil: return "nothing was sent for it"
    default: return "nothing was changed; the request was refused as it is"
    }
  }

  /// What to do next after a failed look-up of what these SIDs lead to.
  func adviceForLookUp(_ address: Scope) -> String {
    guard status == 404 else {
      let isOfTheServer =
        [.timeout, .reset, .protocol, .interrupted].contains(kind) || (status ?? 0) >= 500
      return isOfTheServer
        ? "a look-up changes nothing, so you can repeat it"
        : advice(outcome: "failed", address)
    }
    return "it may be gone already, or belong elsewhere"
      + (lookAfterLookUp(address).map { "; look: \($0)" } ?? "")
  }

  /// The sentence that shows what is there, after a look-up of what these SIDs lead to has failed.
  func lookAfterLookUp(_ address: Scope) -> String? {
    guard let interaction = address[.interaction], address[.channel] != nil else { return nil }
    return "list channels in \(interaction)"
  }

  /// The sentence that shows the state of the addressed resource.
  func lookUp(_ address: Scope) -> String {
    guard let sid = address.innermost, let type = sid.type,
      let resource = Catalog.standard.resource(type), address.sids.count == resource.scope.count + 1
    else { return "show interaction KD…" }
    let scope = Scope(Array(address.sids.dropLast()))
    if let fetch = Catalog.standard.fetch(type) {
      return Operation(fetch, in: scope, sid: sid).sentence
    }
    if let list = Catalog.standard.list(type) { return Operation(list, in: scope).sentence }
    return lookUp(scope)
  }
}
