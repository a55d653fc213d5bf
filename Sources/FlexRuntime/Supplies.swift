import FlexAPI

/// What an evaluator cannot compute without a look-up.
enum Need: Hashable {
  /// The workspace of the account.
  case workspace
  /// A worker, queue, workflow or workspace by its name.
  case name(SIDType, String, in: AnySID?)
  /// A resource by its SID: the task or the worker of a reservation, a task whose attributes a listing
  /// left out.
  case resource(SIDType, AnySID, in: AnySID?)
  /// A place that the sentence does not name.
  case place(PlaceNeed)
}

/// A place that a sentence does not name.
enum PlaceNeed: Hashable {
  /// The channel that a task, a reservation or a worker leads to.
  case of(Origin)
  /// The task of a reservation, which is one of a worker's.
  case reservation(AnySID, of: Origin)
  /// The task of a reservation of which nothing else is known.
  case search(AnySID, in: AnySID)
}

/// What is written after `of`: a task, a reservation or a worker, and what is known of it.
struct Origin: Hashable {
  /// The resource; for a row of `find`, its reservation or else its task.
  let sid: AnySID
  let workspace: AnySID
  /// The task, if that is known.
  private(set) var task: AnySID?
  /// The worker, if that is known.
  private(set) var worker: AnySID?
  /// What the second `of` says the reservation belongs to: a task or a worker.
  private(set) var stated: AnySID?
  /// The resource as it was returned; it does not distinguish origins.
  let resource: ResourceValue?
  /// The channel of a row of `find`, whose link was confirmed when it was found.
  let place: Scope?

  init(_ sid: AnySID, in workspace: AnySID) {
    self.sid = sid
    self.workspace = workspace
    (resource, place) = (nil, nil)
    if sid.type == .task { task = sid }
    if sid.type == .worker { worker = sid }
  }

  /// Takes a resource; `nil` if it names no task, reservation or worker, and leads to no channel.
  init?(_ resource: ResourceValue, in workspace: AnySID) {
    self.workspace = workspace
    self.resource = resource
    if resource.definition.type == .finding {
      let sid =
        resource.sid(as: .reservation) ?? resource.sid(as: .task)
        ?? resource.sid(as: .participant)
      guard let sid else { return nil }
      self.sid = sid
      task = resource.sid(as: .task)
      worker = resource.sid(as: .worker)
      let sids = [resource.sid(as: .interaction), resource.sid(as: .channel)].compactMap(\.self)
      place = sids.count == 2 ? Scope(sids) : nil
      return
    }
    guard let sid = resource.sid else { return nil }
    self.sid = sid
    place = nil
    task = sid.type == .task ? sid : resource.fields.anySID("task_sid")
    worker = sid.type == .worker ? sid : resource.fields.anySID("worker_sid")
  }

  /// Adds what the second `of` says.
  mutating func note(stated other: Origin) {
    stated = other.sid
    task = other.sid.type == .task ? other.sid : task
    worker = other.sid.type == .worker ? other.sid : worker
  }

  /// Adds the task that was found out.
  mutating func note(task found: AnySID?) { task = found ?? task }

  /// What led to what is acted on.
  var trail: Operation.Trail {
    var trail = Operation.Trail()
    trail.task = task
    trail.reservation = sid.type == .reservation ? sid : resource?.trail?.reservation
    trail.worker = worker
    trail.workspace = workspace
    return trail
  }

  static func == (left: Origin, right: Origin) -> Bool {
    left.sid == right.sid && left.workspace == right.workspace && left.task == right.task
      && left.stated == right.stated
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(sid)
    hasher.combine(workspace)
  }
}

/// What has been looked up for the values of a run.
///
/// An evaluator reads it, and throws ``RuntimeError/needs(_:)`` for what is missing; ``LookUps`` adds
/// that. One task owns it.
final class Supplies {
  /// The workspace of the account, once it is known.
  var workspace: AnySID?
  /// Why the configuration of the account could not be read: it is asked for once.
  var reasonForNoWorkspace: String?
  /// What names stand for.
  private var names: [Need: Value] = [:]
  /// Resources that were fetched, by their SID; `nil` for one that is gone.
  private var resources: [AnySID: ResourceValue?] = [:]
  /// Places that were found out for the sentence that is executed.
  private var places: [PlaceNeed: Scope] = [:]
  /// Whether nothing is asked, so that names stand for themselves.
  var isUnasked = false
  /// By how many seconds the clock of a service is ahead.
  var clockSkews: [Service: Int] = [:]
  /// Returns the seconds since 1970, by the local clock.
  let localTime: @Sendable () -> Int

  init(workspace: AnySID? = nil, localTime: @escaping @Sendable () -> Int = { 0 }) {
    self.workspace = workspace
    self.localTime = localTime
  }

  /// The seconds since 1970, by the clock of a service as far as that is known.
  func now(_ service: Service) -> Int { localTime() + (clockSkews[service] ?? 0) }

  func knownWorkspace() throws(RuntimeError) -> AnySID {
    guard let workspace else { throw .needs(.workspace) }
    return workspace
  }

  func named(
    _ type: SIDType, _ text: String, in workspace: AnySID?
  ) throws(RuntimeError) -> Value {
    let need = Need.name(type, text, in: workspace)
    guard let value = names[need] else { throw .needs(need) }
    return value
  }

  func note(_ need: Need, _ value: Value) { names[need] = value }

  /// The resource of a kind that another one names: the task of a reservation.
  func related(
    _ type: SIDType, of resource: ResourceValue
  ) throws(RuntimeError) -> ResourceValue {
    guard let sid = resource.fields.anySID("\(type.noun)_sid")?.of(type),
      let definition = Catalog.standard.resource(type)
    else { throw .sentence("\(resource.sid?.description ?? "the row") names no \(type.noun)") }
    return try self.resource(type, sid, in: resource.workspace)
      ?? ResourceValue(definition: definition, fields: JSONObject())
  }

  /// The resource with the attributes that a listing left out.
  func whole(_ resource: ResourceValue) throws(RuntimeError) -> ResourceValue {
    guard let sid = resource.sid else { return resource }
    return try self.resource(resource.definition.type, sid, in: resource.workspace) ?? resource
  }

  private func resource(
    _ type: SIDType, _ sid: AnySID, in workspace: AnySID?
  ) throws(RuntimeError) -> ResourceValue? {
    guard let known = resources[sid] else { throw .needs(.resource(type, sid, in: workspace)) }
    return known
  }

  /// The resource with this SID, if it has been fetched.
  func fetched(_ sid: AnySID) -> ResourceValue?? { resources[sid] }

  /// Notes what was fetched; `nil` for what is gone.
  func note(_ sid: AnySID, _ resource: ResourceValue?) {
    resources.updateValue(resource, forKey: sid)
  }

  func place(_ need: PlaceNeed) throws(RuntimeError) -> Scope {
    guard let place = places[need] else { throw .needs(.place(need)) }
    return place
  }

  func note(_ need: PlaceNeed, _ place: Scope) { places[need] = place }

  /// Forgets what was fetched: what it says may have changed.
  func forgetResources() { resources = [:] }

  /// Forgets what names stand for, too.
  func forgetEverything() {
    (names, resources, reasonForNoWorkspace) = ([:], [:], nil)
  }

  /// Forgets the places: the next sentence finds them out again.
  func forgetPlaces() { places = [:] }
}
