import FlexAPI

/// A task of a pretend TaskRouter.
struct SimulatedTask: Sendable {
  let sid: AnySID
  var workspace: AnySID
  var status = "assigned"
  /// The interaction and the channel that its attributes name, and further attributes.
  var place: Scope?
  var attributes = JSONObject()
  /// Fields that a fixture gives.
  var given = JSONObject()
  var queue: AnySID?
  var channel = "chat"
  var reason: String?
  /// In seconds since 1970.
  var created: Int
  var updated: Int
  var reservations: [AnySID] = []
  /// The number that its `ETag` shows.
  var revision = 0
}

/// A reservation of a pretend TaskRouter.
struct SimulatedReservation: Sendable {
  let sid: AnySID
  let task: AnySID
  let worker: AnySID
  var status = "accepted"
  /// Fields that a fixture gives.
  var given = JSONObject()
  /// In seconds since 1970.
  var created: Int
  var updated: Int
  /// The number that its `ETag` shows.
  var revision = 0
}

/// Tasks and their reservations.
///
/// What is not documented of their life is marked *assumed*, as everywhere in the simulator.
struct TaskTable: Sendable {
  private(set) var tasks: [AnySID: SimulatedTask] = [:]
  private(set) var reservations: [AnySID: SimulatedReservation] = [:]
  /// The tasks, the oldest first.
  private(set) var order: [AnySID] = []
  /// The reservations of each worker, in the order of their creation.
  private(set) var ofWorker: [AnySID: [AnySID]] = [:]

  mutating func add(_ task: SimulatedTask) {
    if tasks[task.sid] == nil { order.append(task.sid) }
    tasks[task.sid] = task
  }

  mutating func add(_ reservation: SimulatedReservation) {
    if reservations[reservation.sid] == nil {
      tasks[reservation.task]?.reservations.append(reservation.sid)
      ofWorker[reservation.worker, default: []].append(reservation.sid)
    }
    reservations[reservation.sid] = reservation
  }

  /// Changes a task; its revision grows.
  mutating func update(_ task: AnySID, at now: Int, _ change: (inout SimulatedTask) -> Void) {
    guard var changed = tasks[task] else { return }
    change(&changed)
    changed.updated = now
    changed.revision += 1
    tasks[task] = changed
  }

  /// Moves a reservation to another state; its task follows.
  ///
  /// *Documented*: a participant that is closed completes its reservation and its task, one that wraps
  /// up moves its reservation to wrapping. *Assumed*: a task with several reservations follows when none
  /// of the others is open.
  mutating func move(_ sid: AnySID, to status: String, at now: Int) {
    guard var reservation = reservations[sid], reservation.status != status else { return }
    reservation.status = status
    reservation.updated = now
    reservation.revision += 1
    reservations[sid] = reservation
    guard let task = tasks[reservation.task], RoutedTask.liveStatuses.contains(task.status) else {
      return
    }
    let others = task.reservations.compactMap { reservations[$0]?.status }
    let isHeld = others.contains("accepted") || others.contains("pending")
    let next: String
    switch status {
    case "accepted": next = "assigned"
    case "wrapping": next = isHeld ? task.status : "wrapping"
    case "completed":
      next = isHeld ? task.status : others.contains("wrapping") ? "wrapping" : "completed"
    default: next = task.status
    }
    guard next != task.status else { return }
    update(reservation.task, at: now) { $0.status = next }
  }
}
