import FlexAPI

extension World {
  /// What operations on reservations do.
  static let reservationBehaviors: [OperationDefinition: Behavior] = [
    Reservation.list: { world, operation throws(Refusal) in
      let task = try world.task(operation)
      return try world.page(of: world.reservations(task.reservations, operation), operation)
    },
    Reservation.listOfWorker: { world, operation throws(Refusal) in
      guard let worker = operation.scope[.worker], world.name(.worker, worker) != nil else {
        throw .notFound(operation.path)
      }
      let sids = (world.table.ofWorker[worker] ?? []).filter { sid in
        let task = world.table.reservations[sid].flatMap { world.table.tasks[$0.task] }
        return task?.workspace == operation.scope[.workspace]
      }
      return try world.page(of: world.reservations(sids, operation), operation)
    },
    Reservation.fetch: { world, operation throws(Refusal) in
      world.fields(of: try world.reservation(operation))
    },
    // *Documented*: a wrapping or an accepted reservation completes. *Assumed*: its participant stays.
    Reservation.complete: { world, operation throws(Refusal) in
      let reservation = try world.reservation(operation)
      try world.check(operation, revision: reservation.revision)
      guard ["accepted", "wrapping"].contains(reservation.status) else {
        throw .invalid(
          "Cannot complete reservation \(reservation.sid) because it is \(reservation.status).")
      }
      world.table.move(reservation.sid, to: "completed", at: world.now)
      return world.fields(of: world.table.reservations[reservation.sid] ?? reservation)
    },
  ]

  private func reservation(_ operation: Operation) throws(Refusal) -> SimulatedReservation {
    let task = try task(operation)
    guard let sid = operation.sid, let reservation = table.reservations[sid],
      reservation.task == task.sid
    else { throw .notFound(operation.path) }
    return reservation
  }

  /// *Documented*: one status, and a worker.
  private func reservations(_ sids: [AnySID], _ operation: Operation) -> [JSONObject] {
    let query = ListQuery(operation)
    return sids.compactMap { table.reservations[$0] }.filter { reservation in
      if let status = query["ReservationStatus"], reservation.status != status { return false }
      if let worker = query["WorkerSid"], AnySID(worker) != reservation.worker { return false }
      return true
    }.map { fields(of: $0) }
  }

  /// Moves the reservation that a participant names to another state.
  mutating func move(_ participant: SimulatedParticipant, to status: String) {
    guard let sid = participant.routing.object?.anySID("reservation_sid") else { return }
    table.move(sid, to: status, at: now)
  }
}
