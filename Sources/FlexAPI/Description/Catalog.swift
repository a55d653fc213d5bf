/// Everything that is known of resources and operations, and ways to find it.
///
/// ``standard`` is what flexsh uses; tests make catalogues of their own.
package final class Catalog: Sendable {
  /// The resources, in the order in which help lists them.
  package let resources: [ResourceDefinition]
  /// The operations, in the order in which help lists them.
  package let operations: [OperationDefinition]

  private let resourceOfType: [SIDType: ResourceDefinition]
  private let fetchOfType: [SIDType: OperationDefinition]
  private let listOfType: [SIDType: OperationDefinition]
  private let collections: [String: OperationDefinition]
  private let fetches: [String: OperationDefinition]
  private let actions: [String: [OperationDefinition]]

  /// Puts a catalogue together; each resource has its operations.
  package init(_ entries: [(resource: ResourceDefinition, operations: [OperationDefinition])]) {
    let operations = entries.flatMap(\.operations)
    func index<Key: Hashable>(
      _ kind: OperationDefinition.Kind, by key: (OperationDefinition) -> Key
    ) -> [Key: OperationDefinition] {
      Dictionary(
        uniqueKeysWithValues: operations.filter {
          $0.kind == kind && ($0.isSentence || $0.scope == $0.resource.scope)
        }.map { (key($0), $0) })
    }
    resources = entries.map(\.resource)
    self.operations = operations
    resourceOfType = Dictionary(uniqueKeysWithValues: resources.map { ($0.type, $0) })
    fetchOfType = index(.fetch) { $0.resource.type }
    listOfType = index(.list) { $0.resource.type }
    fetches = index(.fetch) { $0.resource.noun }.filter { $0.value.isSentence }
    collections = index(.list) { $0.form.words[1] }.filter { $0.value.isSentence }
    actions = Dictionary(grouping: operations.filter(\.isWrite)) { $0.form.words[0] }
  }

  /// What is known of resources with SIDs of a kind; `nil` if the API is not known to have any.
  package func resource(_ type: SIDType) -> ResourceDefinition? { resourceOfType[type] }
  /// The operation that returns one resource of a kind; `nil` if there is none.
  package func fetch(_ type: SIDType) -> OperationDefinition? { fetchOfType[type] }
  /// The operation that lists resources of a kind; `nil` if there is none.
  package func list(_ type: SIDType) -> OperationDefinition? { listOfType[type] }
  /// The operation that returns one resource of the kind that a word names: `channel`.
  package func fetch(named word: String) -> OperationDefinition? { fetches[word] }
  /// The operation that lists what a word names: `participants`.
  package func list(named word: String) -> OperationDefinition? { collections[word] }
  /// The operations of sentences that begin with a verb: `close`.
  package func actions(verb: String) -> [OperationDefinition] { actions[verb] ?? [] }

  /// The operations that list what is directly in a resource of this kind.
  package func lists(in type: SIDType) -> [OperationDefinition] {
    resources.filter { $0.scope.last?.type == type }.compactMap { list($0.type) }
  }

  /// The verbs of sentences that change something, in the order of the operations.
  package var actionVerbs: [String] {
    var verbs: [String] = []
    for operation in operations where operation.isWrite {
      if !verbs.contains(operation.form.words[0]) { verbs.append(operation.form.words[0]) }
    }
    return verbs
  }

  /// The words after `show`, in the order of the resources.
  package var fetchWords: [String] {
    operations.filter { $0.kind == .fetch && $0.isSentence }.map { $0.form.words[1] }
  }

  /// The words after `list`, in the order of the resources.
  package var listWords: [String] {
    operations.filter { $0.kind == .list && $0.isSentence }.map { $0.form.words[1] }
  }

  /// The kinds of SID that `use` may name, the outermost first.
  package var scopeTypes: [SIDType] {
    resources.filter { scope in
      scope.placeRule != .found && resources.contains { $0.scope.contains(scope) }
    }
    .sorted { $0.scope.count < $1.scope.count }.map(\.type)
  }
}
