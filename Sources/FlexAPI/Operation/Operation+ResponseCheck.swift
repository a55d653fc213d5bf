/// Whether a response is about what was addressed.
///
/// A 2xx proves nothing by itself: the response may be cut short, stale, or belong to another
/// request. It counts if it names at least one of the addressed SIDs and contradicts none; a field
/// that is absent or null contradicts nothing.
extension Operation {
  /// Why a response cannot be believed, in lower case; `nil` if it can.
  package func mismatch(in response: JSONObject) -> String? {
    switch definition.kind {
    case .list: return mismatch(inPage: response)
    case .fetch, .statesTarget, .creates: break
    }
    let own = definition.resource
    // The only resource of its kind names itself as it likes.
    if definition.kind == .fetch, sid == nil { return nil }
    // What addresses nothing has to name what it created.
    if sid == nil, scope.isEmpty {
      let created = response.anySID("sid")
      return created?.of(own.type) != nil
        ? nil : "the answer names no \(own.noun) (`sid` should be a \(own.type.rawValue)…)"
    }
    var check = ResponseCheck(response)
    compare(with: &check)
    return check.mismatch ?? (check.namesAddressed ? nil : Self.namesNothing)
  }

  private static var namesNothing: String {
    "the answer names none of the SIDs that were addressed"
  }

  /// Why a page of a listing cannot be believed: one item from elsewhere makes all of it doubtful.
  private func mismatch(inPage page: JSONObject) -> String? {
    guard let key = listKey else { return nil }
    guard let items = page[key]?.array else { return "the answer has no list `\(key)`" }
    for item in items {
      guard let fields = item.object, fields.anySID(definition.resource.sidField) != nil else {
        return "an item of `\(key)` names no SID"
      }
      var check = ResponseCheck(fields)
      compare(with: &check)
      if let mismatch = check.mismatch { return mismatch }
    }
    switch page["meta"]?.object?["next_page_url"] {
    case nil, .null, .string: return nil
    case let other?: return "the answer's `next_page_url` is \(other.serialized)"
    }
  }

  /// The member of a page that holds its items; `nil` for an operation that lists nothing.
  package var listKey: String? {
    definition.kind == .list ? definition.resource.pageKey : nil
  }

  private func compare(with check: inout ResponseCheck) {
    if let sid { check.compare("sid", sid) }
    for index in scope.sids.indices.reversed() {
      check.compare(definition.scope[index].scopeField, scope.sids[index])
    }
  }
}

/// Compares the fields of a response with the SIDs that were addressed.
private struct ResponseCheck {
  private let response: JSONObject
  /// Whether one of the SIDs is named.
  private(set) var namesAddressed = false
  /// The first contradiction, in lower case.
  private(set) var mismatch: String?

  init(_ response: JSONObject) {
    self.response = response
  }

  mutating func compare(_ field: String, _ sid: AnySID) {
    guard mismatch == nil else { return }
    if response.anySID(field) == sid {
      namesAddressed = true
      return
    }
    switch response[field] {
    case nil, .null: break
    case let other?:
      mismatch = "the answer's `\(field)` is \(other.serialized), and \(sid) was addressed"
    }
  }
}
