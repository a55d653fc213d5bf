/// What the API and the language know of one operation.
///
/// Like ``ResourceDefinition``, it is data that everything else reads. Operations that differ only in
/// a constant, such as `close` and `wrapup`, are operations of their own: people mean different
/// things by them.
package final class OperationDefinition: Sendable {
  /// What the operation does to the server's state; decides whether it may be sent twice.
  package enum Kind: Sendable {
    /// Returns one resource.
    case fetch
    /// Returns a page of resources.
    case list
    /// Sets a state, so that a second request has no further effect.
    case statesTarget
    /// Creates something, so that a second request may create a second one.
    case creates
  }

  /// What the path ends in.
  package enum Address: Sendable {
    /// The resource's SID.
    case item
    /// The resource's segment.
    case collection
  }

  /// How the state that was asked for can be seen afterwards.
  package enum ReadBack: Sendable {
    /// The resource is not listed any more.
    case isNotListed
    /// This field of the resource has this text.
    case field(String, is: String)
    /// The reservation of the participant has one of these states.
    case reservation(is: [String])
  }

  /// What has to hold for the operation to succeed, as far as the live state shows it.
  package enum Precondition: Sendable {
    /// Nothing is known.
    case none
    /// The resource exists.
    case exists
    /// The channel that it addresses, or happens on, is open.
    case openChannel
    /// The channel is open, and lists the participant as an agent.
    case listedAgent
    /// The reservation is wrapping, and no participant names it.
    case releasedReservation
    /// No interaction holds the task.
    ///
    /// `endsConversations`: whether the task of a conversation may end this way at all. `voice`:
    /// whether the sentence states that the call of a voice task is over.
    case releasedTask(endsConversations: Bool, voice: Bool)

    /// Whether it is about the end of a task or a reservation.
    package var endsTasks: Bool {
      switch self {
      case .releasedReservation, .releasedTask: true
      case .none, .exists, .openChannel, .listedAgent: false
      }
    }
  }

  /// How often the same sentence about the same resource makes sense.
  package enum Repetition: Sendable {
    /// It ends the resource: a second time, or another action afterwards, cannot be meant.
    case ends
    /// A second time cannot be meant.
    case sets
  }

  /// A filter that the API applies to a listing.
  package struct Filter: Sendable {
    /// The field of the items that it is about.
    package let field: String
    /// The query parameter.
    package let parameter: String
    /// Whether the parameter may be repeated for several values.
    package let isRepeatable: Bool

    /// Describes a filter.
    package init(_ field: String, _ parameter: String, isRepeatable: Bool = false) {
      self.field = field
      self.parameter = parameter
      self.isRepeatable = isRepeatable
    }
  }

  /// A form field with a fixed value.
  package struct Constant: Sendable {
    /// In Pascal case, as the API takes it.
    package let field: String
    /// The value.
    package let value: String
    /// The field of the returned resource that then has this value, if there is one.
    package let answerField: String?

    /// Fixes a field.
    package init(_ field: String, _ value: String, answeredAs answerField: String? = nil) {
      self.field = field
      self.value = value
      self.answerField = answerField
    }
  }

  /// The resource that it acts on or returns.
  package let resource: ResourceDefinition
  /// The resources in its path before its own, the outermost first.
  ///
  /// Usually those of the resource; the reservations of a worker are listed elsewhere than those of a
  /// task.
  package let scope: [ResourceDefinition]
  /// The filters that the API applies to the listing without doubt about their meaning.
  package let filters: [Filter]
  /// The kinds that may follow `of` in its sentence, from which flexsh finds out its place.
  package let origins: [SIDType]
  /// A query parameter that every request for the listing has.
  package let ordering: OperationRequest.Field?
  /// What it does to the server's state.
  package let kind: Kind
  /// What its path ends in.
  package let address: Address
  /// Fields with fixed values, sent first.
  package let constants: [Constant]
  /// Values that a sentence gives, in the order in which they are sent and written.
  package let parameters: [OperationParameter]
  /// How a sentence asks for it.
  package let form: SentenceForm
  /// The `verb` of the ndjson contract.
  package let verb: String
  /// What it changes, in the words of a contact centre; `{name}` is replaced by a parameter's value.
  package let effect: String
  /// Whether the effect has places for the values of parameters.
  package let namesArguments: Bool
  /// How far its effect can be undone.
  package let undo: Undo
  /// How its effect can be seen afterwards; `nil` if it cannot.
  package let readBack: ReadBack?
  /// What has to hold for it to succeed.
  package let precondition: Precondition
  /// How often the same sentence makes sense; `nil` for any number of times.
  package let repetition: Repetition?
  /// What journals and plans call it, with the members that distinguish it from others of that name.
  package let record: (name: String, facts: [(name: String, value: JSON)])
  /// What its verb means, for a sentence that changes something; the resource explains the others.
  package let help: ResourceDefinition.Help?

  private init(
    _ resource: ResourceDefinition, _ kind: Kind, _ address: Address, constants: [Constant],
    parameters: [OperationParameter], form: SentenceForm, verb: String, effect: String,
    undo: Undo,
    readBack: ReadBack?, precondition: Precondition, repetition: Repetition?,
    record: (name: String, facts: [(name: String, value: JSON)]), help: ResourceDefinition.Help?,
    scope: [ResourceDefinition]? = nil, filters: [Filter] = [],
    ordering: OperationRequest.Field? = nil
  ) {
    self.scope = scope ?? resource.scope
    self.filters = filters
    let own = address == .item ? resource.itemOrigins : resource.listOrigins
    origins = own.isEmpty ? resource.scope.last?.itemOrigins ?? [] : own
    self.ordering = ordering
    self.resource = resource
    self.kind = kind
    self.address = address
    self.constants = constants
    self.parameters = parameters
    self.form = form
    self.verb = verb
    self.effect = effect
    namesArguments = effect.utf8.contains(UInt8(ascii: "{"))
    self.undo = undo
    self.readBack = readBack
    self.precondition = precondition
    self.repetition = repetition
    self.record = record
    self.help = help
  }

  /// The operation that returns one resource: `show channel UO… in KD…`.
  package static func fetch(
    _ resource: ResourceDefinition, _ object: SentenceForm.Object, help: ResourceDefinition.Help
  ) -> OperationDefinition {
    fetch(resource, object, at: .item, help: help)
  }

  /// The operation that returns the only resource of its kind: no sentence asks for it.
  package static func fetchOnly(_ resource: ResourceDefinition) -> OperationDefinition {
    fetch(resource, .none, at: .collection, help: nil)
  }

  /// A look-up that consists of several operations.
  package static func lookUp(_ resource: ResourceDefinition, verb: String) -> OperationDefinition {
    OperationDefinition(
      resource, .fetch, .collection, constants: [], parameters: [],
      form: SentenceForm([verb], .one), verb: verb, effect: "nothing", undo: .nothing,
      readBack: nil, precondition: .none, repetition: nil, record: ("", []), help: nil)
  }

  private static func fetch(
    _ resource: ResourceDefinition, _ object: SentenceForm.Object, at address: Address,
    help: ResourceDefinition.Help?
  ) -> OperationDefinition {
    OperationDefinition(
      resource, .fetch, address, constants: [], parameters: [],
      form: SentenceForm(["show", resource.noun], object), verb: "show", effect: "nothing",
      undo: .nothing, readBack: nil, precondition: .none, repetition: nil,
      record: ("", []), help: help)
  }

  /// The operation that returns a page of resources: `list participants on UO… in KD…`.
  ///
  /// `scope`: what is in its path, if that is not what is above the resource. A listing without `help`
  /// is one that no sentence asks for by itself.
  package static func list(
    _ resource: ResourceDefinition, in scope: [ResourceDefinition]? = nil, filters: [Filter] = [],
    ordering: String? = nil, help: ResourceDefinition.Help?
  ) -> OperationDefinition {
    guard let collection = resource.collection ?? resource.pageKey else {
      preconditionFailure("\(resource.noun) has no collection")
    }
    return OperationDefinition(
      resource, .list, .collection, constants: [], parameters: [],
      form: SentenceForm(["list", collection], .none), verb: "list", effect: "nothing",
      undo: .nothing, readBack: nil, precondition: .none, repetition: nil,
      record: ("", []), help: help, scope: scope, filters: filters,
      ordering: ordering.map { OperationRequest.Field(name: "Ordering", value: $0) })
  }

  /// An operation that sets the state of a resource.
  ///
  /// `record`: what journals and plans call it, and the members that distinguish it from others.
  package static func sets(
    _ resource: ResourceDefinition, _ constants: [Constant] = [],
    _ parameters: [OperationParameter] = [],
    form: SentenceForm, verb: String, effect: String, undo: Undo,
    readBack: ReadBack? = nil, precondition: Precondition = .none, repetition: Repetition? = nil,
    record: String, _ facts: KeyValuePairs<String, JSON> = [:], help: ResourceDefinition.Help
  ) -> OperationDefinition {
    OperationDefinition(
      resource, .statesTarget, .item, constants: constants, parameters: parameters, form: form,
      verb: verb, effect: effect, undo: undo, readBack: readBack,
      precondition: precondition, repetition: repetition,
      record: (record, facts.map { ($0.key, $0.value) }), help: help)
  }

  /// An operation that creates something: the resource itself, or something at `address`.
  package static func creates(
    _ resource: ResourceDefinition, _ parameters: [OperationParameter],
    at address: Address = .collection,
    form: SentenceForm, verb: String, effect: String, undo: Undo,
    precondition: Precondition = .none, record: String, help: ResourceDefinition.Help
  ) -> OperationDefinition {
    OperationDefinition(
      resource, .creates, address, constants: [], parameters: parameters, form: form,
      verb: verb, effect: effect, undo: undo, readBack: nil, precondition: precondition,
      repetition: nil, record: (record, []), help: help)
  }

  /// Whether it ends a place that other resources are in, such as a channel.
  package var closesPlace: Bool { repetition == .ends && resource.type != .participant }

  /// Whether it changes something.
  package var isWrite: Bool {
    switch kind {
    case .fetch, .list: false
    case .statesTarget, .creates: true
    }
  }

  /// Whether it yields any number of rows.
  package var listsRows: Bool { kind == .list || resource.type == .finding }

  /// Whether sentences ask for it by its words; other operations serve look-ups only.
  package var isSentence: Bool { help != nil }

  /// Where the parameter of this name is among the parameters; `nil` if there is none.
  package func index(of parameter: String) -> Int? {
    parameters.firstIndex { $0.name == parameter }
  }
}

extension OperationDefinition: Hashable {
  package static func == (left: OperationDefinition, right: OperationDefinition) -> Bool {
    left === right
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(self))
  }
}
