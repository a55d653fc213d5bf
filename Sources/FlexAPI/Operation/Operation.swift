/// One call of an API, as a value.
///
/// A definition of the catalogue, the SIDs that it addresses, and the values that it sends. The write
/// guard, the dry run, the journal, the log and every test can hold a call before and after it is
/// made. The factory methods next to each definition check the kinds of their arguments.
package struct Operation: Hashable, Sendable {
  /// A value that is sent.
  package enum Argument: Hashable, Sendable {
    case json(JSON)
    case text(String)
    case sid(AnySID)
  }

  /// What kind of call it is.
  package let definition: OperationDefinition
  /// The SIDs before the resource's own, of the kinds of ``OperationDefinition/scope``.
  package let scope: Scope
  /// The resource's own SID; `nil` for an operation on a collection.
  package let sid: AnySID?
  /// A value for each parameter of the definition; `nil` for one that is left out.
  package let arguments: [Argument?]
  /// The page of a listing.
  package let page: PageQuery

  /// Puts a call together.
  ///
  /// The scope, the SID and the arguments have to be those that the definition asks for.
  package init(
    _ definition: OperationDefinition, in scope: Scope = Scope(), sid: AnySID? = nil,
    _ arguments: [Argument?] = [], page: PageQuery = .first
  ) {
    precondition(
      scope.sids.count == definition.scope.count
        && scope.sids.indices.allSatisfy {
          scope.sids[$0].prefixCode == definition.scope[$0].type.prefixCode
        },
      "the scope leads elsewhere")
    precondition(
      (sid != nil) == (definition.address == .item)
        && sid?.type ?? definition.resource.type
          == definition.resource.type,
      "the SID is of another kind")
    precondition(arguments.count == definition.parameters.count, "a value for each parameter")
    self.definition = definition
    self.scope = scope
    self.sid = sid
    self.arguments = arguments
    self.page = page
  }

  /// Puts a call about a resource together; the last SID of the scope is the resource's own.
  init(_ definition: OperationDefinition, item: Scope) {
    self.init(definition, in: Scope(item.sids.dropLast()), sid: item.innermost)
  }

  /// The value of the parameter with this name; `nil` if it is left out, or there is none.
  package subscript(parameter: String) -> Argument? {
    definition.index(of: parameter).flatMap { arguments[$0] }
  }

  /// The same listing, another page.
  package func withPage(_ page: PageQuery) -> Operation {
    Operation(definition, in: scope, sid: sid, arguments, page: page)
  }

  /// Every SID in its path, the outermost first.
  package var addressed: Scope { sid.map { scope.appending($0) } ?? scope }

  /// Whether it changes something.
  package var isWrite: Bool { definition.isWrite }

  /// Whether it creates something, so that sending it twice may create two.
  package var creates: Bool { definition.kind == .creates }
}

extension Operation.Argument {
  /// The value as the text of a form field.
  package var text: String {
    switch self {
    case .json(let json): json.serialized
    case .text(let text): text
    case .sid(let sid): sid.description
    }
  }

  /// The value as journals and plans have it.
  package var json: JSON {
    switch self {
    case .json(let json): json
    case .text(let text): .string(text)
    case .sid(let sid): .string(sid.description)
    }
  }
}

/// The page of a listing.
package struct PageQuery: Hashable, Sendable {
  /// The query as the API returned it, without `?`; `nil` for the first page.
  package let text: String?

  /// The first page, of the size that the API chooses.
  package static let first = PageQuery(text: nil)
}
