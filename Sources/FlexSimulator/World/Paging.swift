import FlexAPI

extension World {
  /// One page of a listing.
  ///
  /// *Documented*: the members of `meta`, 50 items a page, at most 1000. *Assumed*: the token names
  /// the last item seen, so that a page follows what was seen.
  func page(of items: [JSONObject], _ operation: Operation) throws(Refusal) -> JSONObject {
    let key = operation.listKey ?? ""
    let query = ListQuery(operation)
    let resource = operation.definition.resource
    // *Documented*: conversations of a participant come 50 at a time, everything else up to 1000.
    let largest = resource.pageSize ?? 1000
    var size = operation.page.text == nil ? resource.pageSize ?? 50 : 50
    var number = 0
    var start = 0
    for (name, value) in query.fields {
      switch name {
      case "PageSize":
        guard let asked = Int(value), (1...largest).contains(asked) else { throw .pageSize }
        size = asked
      case "Page":
        guard let asked = Int(value), asked >= 0 else {
          throw .invalid("Page must be a number that is not negative")
        }
        number = asked
      case "PageToken":
        guard
          let last = items.firstIndex(where: {
            $0[resource.sidField]?.text.map { "PT" + $0 } == value
          })
        else {
          // The last item seen is gone: the listing continues after as many items as were seen.
          start = min(number * size, items.count)
          continue
        }
        start = last + 1
      default: break
      }
    }
    let shown = items[min(start, items.count)...].prefix(size)
    let isLast = start + shown.count >= items.count
    func url(_ page: Int, token: String?) -> JSON {
      let suffix = token.map { "&PageToken=PT\($0)" } ?? ""
      return .string(
        "https://\(resource.service.host)\(operation.path)?PageSize=\(size)&Page=\(page)\(suffix)"
          + query.kept)
    }
    let meta = JSON.object([
      "page": .number(number), "page_size": .number(size), "first_page_url": url(0, token: nil),
      "previous_page_url": .null, "url": url(number, token: nil),
      "next_page_url": isLast
        ? .null : url(number + 1, token: shown.last?[resource.sidField]?.text),
      "key": .string(key),
    ])
    return JSONObject([
      JSONObject.Member(name: key, value: .array(shown.map { .object($0) })),
      JSONObject.Member(name: "meta", value: meta),
    ])
  }
}
