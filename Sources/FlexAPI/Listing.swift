/// The limits of listings.
package enum Listing {
  /// The most pages that are requested; a longer listing fails.
  package static let maximumPages = 10_000
}

/// The pages of a listing, in order.
///
/// Only the query of `next_page_url` is used, on the host that the client was made for, and only if its
/// path is the listing's own: a link that leads elsewhere is never requested. A page that comes twice
/// fails the listing, and so do more than ``Listing/maximumPages``.
///
/// A change between two pages may move an item to the second one: it counts once. If the listing has a
/// ``Operation/rowFilter``, which of the copies counts is for who examines them: all are handed out.
package struct ListingPages: Sendable {
  private let listing: Operation
  private var listed: Set<AnySID> = []
  private var page: PageQuery? = .first
  private var seen: Set<PageQuery> = [.first]
  private var attempts = 0

  /// Begins a listing; its page is ignored.
  package init(_ listing: Operation) {
    self.listing = listing
  }

  /// Requests the next page; `nil` after the last one.
  ///
  /// - Returns: Its items that were not on an earlier page; the attempts of the answer are those of all
  ///   pages so far.
  package mutating func next(
    from api: any TwilioAPI
  ) async throws(APIError) -> (items: [JSON], answer: Answer)? {
    guard let operation = next else { return nil }
    return try take(try await api.perform(operation))
  }

  /// The request for the next page; `nil` after the last one.
  package var next: Operation? { page.map { listing.withPage($0) } }

  /// Takes the answer to ``next``.
  package mutating func take(
    _ answer: Answer
  ) throws(APIError) -> (items: [JSON], answer: Answer) {
    guard let operation = next else { preconditionFailure("a page was asked for") }
    var answer = answer
    attempts += answer.attempts
    answer.attempts = attempts
    var items: [JSON] = []
    for item in operation.listKey.flatMap({ answer.fields[$0]?.array }) ?? [] {
      let sid = item.object?.anySID(listing.definition.resource.sidField)
      if listing.rowFilter == nil, let sid, !listed.insert(sid).inserted { continue }
      items.append(item)
    }
    self.page = try next(after: answer, of: operation)
    return (items, answer)
  }

  private mutating func next(
    after answer: Answer, of operation: Operation
  ) throws(APIError) -> PageQuery? {
    let next = answer.fields["meta"]?.object?["next_page_url"]?.text ?? ""
    guard !next.isEmpty else { return nil }
    func failure(_ message: String) -> APIError {
      APIError(
        kind: .protocol, status: answer.status, message: message, requestID: answer.requestID,
        mayHaveBeenProcessed: false, attempts: attempts)
    }
    guard let query = PageQuery(nextPageURL: next, path: operation.path) else {
      throw failure("the next page's link leads elsewhere: \(next)")
    }
    guard seen.insert(query).inserted else { throw failure("the same page came twice: \(next)") }
    guard seen.count <= Listing.maximumPages else {
      throw failure("the listing has more than \(Listing.maximumPages) pages")
    }
    return query
  }
}

extension TwilioAPI {
  /// Gets every page of a listing, in order, as ``ListingPages`` does.
  ///
  /// `listing`: an operation that lists; its page is ignored.
  ///
  /// - Returns: The items of all pages; status and request id are those of the last.
  package func list(_ listing: Operation) async throws(APIError) -> (items: [JSON], last: Answer) {
    var pages = ListingPages(listing)
    var items: [JSON] = []
    var last: Answer?
    while let page = try await pages.next(from: self) {
      items += page.items
      last = page.answer
    }
    guard let last else { preconditionFailure("a listing has a first page") }
    return (items, last)
  }
}

extension PageQuery {
  /// Takes the query of a link to the next page.
  ///
  /// `path`: the path of the listing, from `/v1/`.
  ///
  /// Returns: `nil` unless the link's path ends with that path and its query is plain ASCII.
  package init?(nextPageURL url: String, path: String) {
    guard let mark = url.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
    let query = url.utf8[url.utf8.index(after: mark)...]
    let visible = query.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
    guard visible, !query.isEmpty else { return nil }
    var rest = url[..<mark]
    if let scheme = rest.firstRange(ofText: "://") {
      rest = rest[scheme.upperBound...]
      guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
      rest = rest[slash...]
    }
    // Twilio may answer with the digits of a SID in another case than they were sent.
    guard rest.lowercased().hasSuffix(path.lowercased()) else { return nil }
    text = String(url[url.utf8.index(after: mark)...])
  }
}

extension Substring {
  /// The first occurrence of this ASCII text.
  fileprivate func firstRange(ofText text: StaticString) -> Range<Index>? {
    let wanted = (0..<text.utf8CodeUnitCount).map { text.utf8Start[$0] }
    var index = startIndex
    while index < endIndex {
      if utf8[index...].starts(with: wanted) {
        return index..<utf8.index(index, offsetBy: wanted.count)
      }
      utf8.formIndex(after: &index)
    }
    return nil
  }
}
