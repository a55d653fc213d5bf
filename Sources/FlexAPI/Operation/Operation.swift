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
  package var page: PageQuery { listed?.page ?? .first }
  /// What the API is asked to list only; in the order in which it is sent.
  package var filters: [OperationRequest.Field] { listed?.filters ?? [] }
  /// What of the rows of a listing need not be kept; a hint, which an API may ignore.
  ///
  /// It is no part of what is asked: an answer that is kept for other questions is asked for without it.
  package var rowFilter: RowFilter? { listed?.rows }
  private var listed: Listed?
  /// The `ETag` that the resource must still have; `nil` for none.
  package var revision: String?
  /// What led to the resource, as far as it is known.
  package var trail: Trail?

  /// Puts a call together.
  ///
  /// The scope, the SID and the arguments have to be those that the definition asks for.
  package init(
    _ definition: OperationDefinition, in scope: Scope = Scope(), sid: AnySID? = nil,
    _ arguments: [Argument?] = [], page: PageQuery = .first,
    filters: [OperationRequest.Field] = []
  ) {
    precondition(
      scope.sids.count == definition.scope.count
        && scope.sids.indices.allSatisfy {
          scope.sids[$0].type == definition.scope[$0].type
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
    if page != .first || !filters.isEmpty {
      listed = Listed(page: page, filters: filters, rows: nil)
    }
  }

  /// What only listings have, by reference: operations change hands often on their way.
  private final class Listed: Sendable {
    let page: PageQuery
    let filters: [OperationRequest.Field]
    let rows: RowFilter?

    init(page: PageQuery, filters: [OperationRequest.Field], rows: RowFilter?) {
      (self.page, self.filters, self.rows) = (page, filters, rows)
    }
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
    var operation = self
    operation.listed = Listed(page: page, filters: filters, rows: rowFilter)
    return operation
  }

  /// The same listing, without rows that need not be kept; `nil` for all of them.
  package func leavingOut(_ rows: RowFilter?) -> Operation {
    var operation = self
    operation.listed = Listed(page: page, filters: filters, rows: rows)
    return operation
  }

  /// Every SID in its path, the outermost first.
  package var addressed: Scope { sid.map { scope.appending($0) } ?? scope }

  /// Whether it changes something.
  package var isWrite: Bool { definition.isWrite }

  /// Whether it creates something, so that sending it twice may create two.
  package var creates: Bool { definition.kind == .creates }
}

extension Operation {
  /// What TaskRouter knows of the resource that an operation acts on: recorded with the action, and
  /// where its outcome can be read back.
  package struct Trail: Hashable, Sendable {
    /// The task, the reservation and the worker, as far as they are known.
    package var task, reservation, worker: AnySID?
    /// The workspace that has them.
    package var workspace: AnySID?

    /// Begins with nothing known.
    package init() {}

    /// What the routing properties of a participant say; `nil` if they say nothing.
    ///
    /// Source: the page of the Interaction Channel Participants subresource.
    package init?(routing: JSON?) {
      guard let properties = routing?.object else { return nil }
      func sid(_ name: String, _ type: SIDType) -> AnySID? {
        properties.anySID(name)?.of(type)
      }
      task = sid("task_sid", .task)
      reservation = sid("reservation_sid", .reservation)
      worker = sid("worker_sid", .worker)
      guard !steps.isEmpty else { return nil }
    }

    /// Reads what ``Operation/write(into:withBodies:)`` wrote; `nil` if it wrote nothing.
    init?(recorded object: JSONObject) {
      func sid(_ type: SIDType) -> AnySID? {
        object.anySID(type.noun)?.of(type)
      }
      (task, reservation, worker) = (sid(.task), sid(.reservation), sid(.worker))
      workspace = sid(.workspace)
      guard !steps.isEmpty else { return nil }
    }

    /// What led to the resource, by its noun.
    package var steps: [(noun: String, sid: AnySID)] {
      [task, reservation, worker].compactMap { sid in
        sid.flatMap { sid in sid.type.map { ($0.noun, sid) } }
      }
    }
  }

  /// Two calls are the same if they address and send the same, whatever led to them and is kept of them.
  package static func == (left: Operation, right: Operation) -> Bool {
    left.definition == right.definition && left.scope == right.scope && left.sid == right.sid
      && left.arguments == right.arguments && left.page == right.page
      && left.filters == right.filters
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(definition)
    hasher.combine(scope)
    hasher.combine(sid)
    hasher.combine(arguments)
    hasher.combine(page)
    hasher.combine(filters)
  }
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
