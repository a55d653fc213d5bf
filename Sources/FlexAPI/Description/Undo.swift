/// How far the effect of an operation can be undone, and how.
package struct Undo: Sendable {
  /// How far.
  package enum Extent: String, Sendable {
    /// Another operation restores the state from before.
    case reversible
    /// Another operation makes up for it; something of it remains.
    case compensable
    /// Nothing that flexsh can send makes up for it.
    case final
  }

  /// How far it can be undone.
  package let extent: Extent
  /// What makes up for it, or what is left to do: lower case, without a full stop.
  package let advice: String
  /// Sentences that make up for it; `nil` if nothing does without more being known.
  ///
  /// `{channel}` and the like stand for the SIDs that were addressed, `{created}` for what was
  /// created.
  package let compensation: String?

  private init(_ extent: Extent, _ advice: String, _ compensation: String?) {
    self.extent = extent
    self.advice = advice
    self.compensation = compensation
  }

  /// Another operation restores the state from before.
  package static func reversible(_ advice: String, _ compensation: String? = nil) -> Undo {
    Undo(.reversible, advice, compensation)
  }

  /// Another operation makes up for it.
  package static func compensable(_ advice: String, _ compensation: String? = nil) -> Undo {
    Undo(.compensable, advice, compensation)
  }

  /// Nothing makes up for it.
  package static func final(_ advice: String) -> Undo { Undo(.final, advice, nil) }

  /// Nothing has to be undone.
  package static let nothing = Undo(.reversible, "nothing changes", nil)

  /// The advice about an operation on a resource, with the SIDs that are known.
  ///
  /// `created`: what it created, if that is known.
  package func advice(for target: OperationTarget, created: String?) -> String {
    let sids =
      target.scope.sids.map(\.description) + [target.sid?.description, created].compactMap(\.self)
    return sids.reduce(advice) { $0.replacing("\($1.prefix(2))…", with: $1) }
  }

  /// The sentences that make up for an operation on a resource.
  ///
  /// `created`: what it created, if that is known.
  ///
  /// - Returns: `nil` if there are none, or if they need what is not known.
  package func sentences(for target: OperationTarget, created: String?) -> String? {
    guard var text = compensation else { return nil }
    for (resource, sid) in zip(target.definition.scope, target.scope.sids) {
      text = text.replacing("{\(resource.noun)}", with: sid.description)
    }
    if let sid = target.sid {
      text = text.replacing("{\(target.definition.resource.noun)}", with: sid.description)
    }
    if let created { text = text.replacing("{created}", with: created) }
    return text.contains("{created}") ? nil : text
  }
}

/// An operation that changes something, without the values that it sends: journals leave those out.
package struct OperationTarget: Sendable {
  /// What kind of call it is.
  package let definition: OperationDefinition
  /// The SIDs before the resource's own.
  package let scope: Scope
  /// The resource's own SID; `nil` for an operation on a collection.
  package let sid: AnySID?
}
