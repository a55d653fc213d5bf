import FlexAPI

extension Checker {
  // MARK: Context

  mutating func useInteraction(_ value: ValueSyntax) -> Command.Kind? {
    let checked = target(value, "use interaction", InteractionKind.self)
    environment.interaction = .known
    environment.channel = .none
    return checked.map { .useInteraction($0.0) }
  }

  mutating func useChannel(_ value: ValueSyntax, in place: ValueSyntax?) -> Command.Kind? {
    let channel = target(value, "use channel", ChannelKind.self)
    environment.channel = .known
    if let channel, case .resource = channel.1 { environment.interaction = .known }
    guard let place else { return channel.map { .useChannel($0.0, in: nil) } }
    let interaction = target(place, "in", InteractionKind.self)
    environment.interaction = .known
    guard let channel, let interaction else { return nil }
    return .useChannel(channel.0, in: interaction.0)
  }

  /// Checks where a sentence acts.
  ///
  /// - `verb`: where the sentence says what it does.
  /// - `isKnown`: whether the thing that is acted on knows its own channel and interaction.
  mutating func place(
    _ syntax: PlaceSyntax, verb: SourceRange, isKnown: Bool = false, takes word: String = "on"
  ) -> Place {
    var place = Place()
    var isKnown = isKnown
    var isMistaken = false
    if let channel = syntax.channel {
      if let (target, type) = target(channel, word, ChannelKind.self) {
        place.channel = target
        if case .resource = type { isKnown = true }
      } else {
        isMistaken = true
      }
    }
    if let interaction = syntax.interaction {
      place.interaction = target(interaction, "in", InteractionKind.self)?.0
    }
    let needsChannel =
      syntax.channel == nil && !isKnown && environment.channel == .none
    let needsInteraction =
      syntax.interaction == nil && !isKnown && !isMistaken && environment.interaction == .none
    if needsInteraction {
      report(.noInteraction(needsChannel: needsChannel), at: verb)
    } else if needsChannel {
      report(.noChannel, at: verb)
    }
    // One sentence that is missing is one mistake, however many sentences need it.
    if needsInteraction { environment.interaction = .known }
    if needsChannel { environment.channel = .known }
    return place
  }

  private mutating func interaction(
    _ syntax: ValueSyntax?, verb: SourceRange, takes word: String
  ) -> Target<InteractionKind>? {
    guard let syntax else {
      if environment.interaction == .none {
        report(.noInteraction(needsChannel: false), at: verb)
        environment.interaction = .known
      }
      return nil
    }
    return target(syntax, word, InteractionKind.self)?.0
  }

  // MARK: Actions

  /// Checks an action, and says what the API answers it with.
  mutating func action(
    _ syntax: ActionSyntax, _ statement: StatementSyntax
  ) -> (action: Action, answer: ValueType)? {
    let verb = statement.verb
    let participant = ValueType.resource(.participant)
    switch syntax {
    case .close(let participants, let place):
      return update(participants, place, .closed, statement).map {
        ($0, answers(participants, $0, participant))
      }
    case .wrapup(let participants, let place):
      return update(participants, place, .wrapup, statement).map {
        ($0, answers(participants, $0, participant))
      }
    case .closeChannel(let place, let completing):
      let target = self.place(place, verb: verb, takes: "close channel")
      note(.closeChannel, on: place.channel, statement)
      return (
        .updateChannel(target, to: .closed(completingTasks: completing)), .resource(.channel)
      )
    case .deactivateChannel(let place):
      let target = self.place(place, verb: verb, takes: "deactivate channel")
      note(.deactivate, on: place.channel, statement)
      return (.updateChannel(target, to: .inactive), .resource(.channel))
    case .invite(let place, let routing):
      let target = self.place(place, verb: verb)
      noteUse(of: place.channel, statement)
      return (.invite(target, routing: json(routing)), .resource(.invite))
    case .add(let role, let place, let media, let routing):
      let target = self.place(place, verb: verb)
      noteUse(of: place.channel, statement)
      var added = ResourceType.participant
      added.isAgent = role == .agent
      return (
        .add(role, target, media: json(media), routing: routing.map { json($0) }),
        .resource(added)
      )
    case .createInteraction(let channel, let routing, let context, let webhook):
      return (
        .createInteraction(
          channel: json(channel), routing: routing.map { json($0) },
          context: context.flatMap { self.context($0) }, webhook: webhook.flatMap { text($0) }),
        .resource(.interaction)
      )
    case .updateInteraction(let value, let webhook):
      let target = interaction(value, verb: verb, takes: "update interaction")
      guard let webhook = text(webhook) else { return nil }
      return (.updateInteraction(target, webhook: webhook), .resource(.interaction))
    case .transfer(let place, let body):
      let target = self.place(place, verb: verb)
      return (.transfer(target, json(body)), .resource(.transfer))
    case .updateTransfer(let value, let place, let body):
      let transfer = target(value, "update transfer", TransferKind.self)
      var isKnown = transfer == nil
      if let transfer, case .resource = transfer.1 { isKnown = true }
      let target = self.place(place, verb: verb, isKnown: isKnown)
      let body = json(body)
      return transfer.map { (.updateTransfer($0.0, target, body), .resource(.transfer)) }
    }
  }

  private func answers(
    _ syntax: ParticipantsSyntax, _ action: Action, _ participant: ValueType
  ) -> ValueType {
    guard case .update(.targets(let targets), _, _) = action, targets.count == 1,
      case .sid = targets[0]
    else {
      if case .values(let values) = syntax, values.count == 1 { return .anything }
      return .list(of: participant)
    }
    return participant
  }

  private mutating func update(
    _ participants: ParticipantsSyntax, _ place: PlaceSyntax, _ goal: ParticipantTarget,
    _ statement: StatementSyntax
  ) -> Action? {
    let verb = goal == .closed ? "close" : "wrapup"
    guard case .values(let values) = participants else {
      let target = self.place(place, verb: statement.verb)
      noteUse(of: place.channel, statement)
      return .update(.everyAgent, target, to: goal)
    }
    var targets: [Target<ParticipantKind>] = []
    var knowsPlace = true
    for value in values {
      let (checked, knows) = participant(value, verb, place)
      targets += checked
      knowsPlace = knowsPlace && knows
    }
    let target = self.place(place, verb: statement.verb, isKnown: knowsPlace)
    for value in values { note(goal == .closed ? .close : .wrapup, on: value, statement) }
    noteUse(of: place.channel, statement)
    return .update(.targets(targets), target, to: goal)
  }

  /// Checks one value where participants are due: a SID, a name for one, a list of them.
  ///
  /// - Returns: The targets, and whether each knows its own place (or is mistaken anyway).
  private mutating func participant(
    _ value: ValueSyntax, _ verb: String, _ place: PlaceSyntax
  ) -> ([Target<ParticipantKind>], Bool) {
    if case .list(let elements) = value.kind {
      let checked = elements.map { participant($0, verb, place) }
      return (checked.flatMap(\.0), !checked.isEmpty && checked.allSatisfy(\.1))
    }
    if case .reference(let syntax) = value.kind {
      let (reference, type) = self.reference(syntax)
      var element = type
      if case .list(let inner) = type { element = inner }
      guard isSID(element, .participant, verb, at: value.range) else { return ([], true) }
      if case .resource(let resource) = element, resource.isAgent == false {
        report(.closesNonAgent(verb: verb, name: window.text(value.range)), at: value.range)
      }
      // What cannot be known before the run may well be a participant from a listing.
      let knows: Bool
      switch element {
      case .resource: knows = true
      case .anything: knows = true
      default: knows = false
      }
      return ([.expression(.reference(reference))], knows)
    }
    // A SID of the wrong kind, or malformed, is one mistake: the place is not asked for as well.
    guard let (target, _) = target(value, verb, ParticipantKind.self) else { return ([], false) }
    return ([target], false)
  }

  /// Checks a value that is sent as text.
  private mutating func text(_ syntax: ValueSyntax) -> Expression? {
    guard let (expression, type) = expression(syntax) else { return nil }
    switch type {
    case .text, .anything, .json, .column, .sid, .resource: return expression
    default:
      mismatch(type.description, "a text", at: syntax.range)
      return nil
    }
  }

  private mutating func context(_ syntax: ValueSyntax) -> Expression? {
    guard let (expression, type) = expression(syntax) else { return nil }
    switch (expression, type) {
    case (.sid(let sid), _) where sid.prefix != "HQ":
      mismatch(
        "`\(sid.prefix)…`", "an interaction context (HQ…)", at: syntax.range)
      return nil
    case (_, .sid), (_, .text), (_, .anything), (_, .json), (_, .column): return expression
    default:
      mismatch(type.description, "an interaction context (HQ…)", at: syntax.range)
      return nil
    }
  }

  // MARK: What cannot be meant

  /// Notes an action on something written out, and reports one that repeats or comes too late.
  private mutating func note(
    _ effect: ActionHistory.Effect, on value: ValueSyntax?, _ statement: StatementSyntax
  ) {
    if case .list(let elements)? = value?.kind {
      for element in elements { note(effect, on: element, statement) }
      return
    }
    guard let value, case .sid(let sid) = value.kind else { return }
    let earlier = history.lines(of: sid)
    if earlier[effect] > 0 {
      report(
        .duplicateAction(sentence: sentenceStart(effect, sid), line: earlier[effect]),
        at: value.range)
    } else if max(earlier[.close], earlier[.closeChannel]) > 0 {
      report(
        .actionAfterClose(
          sid: sid.description, line: max(earlier[.close], earlier[.closeChannel])),
        at: value.range)
    }
    history.note(effect, on: sid, line: statement.range.start.line)
  }

  /// Reports an action on a channel that was closed before.
  private mutating func noteUse(of channel: ValueSyntax?, _ statement: StatementSyntax) {
    guard history.hasClosedChannels, let channel, case .sid(let sid) = channel.kind else { return }
    let earlier = history.lines(of: sid)[.closeChannel]
    if earlier > 0 {
      report(.actionAfterClose(sid: sid.description, line: earlier), at: channel.range)
    }
  }

  private func sentenceStart(_ effect: ActionHistory.Effect, _ sid: AnySID) -> String {
    switch effect {
    case .close: "close \(sid)"
    case .wrapup: "wrapup \(sid)"
    case .closeChannel: "close channel \(sid)"
    case .deactivate: "deactivate channel \(sid)"
    }
  }

  // MARK: Queries

  mutating func query(_ syntax: QuerySyntax, _ statement: StatementSyntax) -> Command.Kind? {
    switch syntax {
    case .show(let fetch):
      return self.fetch(fetch, verb: statement.verb).map { .query(.show($0.fetch)) }
    case .list(let collection, let filter):
      let (checked, element) = self.collection(collection, verb: statement.verb)
      let condition = filter.map { self.condition($0, looksAt: element) }
      return .query(.list(checked, where: condition))
    }
  }

  /// Checks a look-up, and says what it gives.
  mutating func fetch(
    _ syntax: FetchSyntax, verb: SourceRange
  ) -> (fetch: Fetch, type: ValueType)? {
    switch syntax {
    case .interaction(let value):
      let target = interaction(value, verb: verb, takes: "show interaction")
      return (.interaction(target), .resource(.interaction))
    case .channel(let place):
      let target = self.place(place, verb: verb, takes: "show channel")
      return (.channel(target), .resource(.channel))
    case .transfer(let value, let place):
      let transfer = target(value, "show transfer", TransferKind.self)
      var isKnown = false
      if let transfer, case .resource = transfer.1 { isKnown = true }
      let target = self.place(place, verb: verb, isKnown: isKnown)
      return transfer.map { (.transfer($0.0, target), .resource(.transfer)) }
    }
  }

  /// Checks a listing, and says what its items are.
  mutating func collection(
    _ syntax: CollectionSyntax, verb: SourceRange
  ) -> (Collection, ResourceType) {
    switch syntax.kind {
    case .channels:
      let target = interaction(syntax.place.interaction, verb: verb, takes: "in")
      return (
        Collection(kind: .channels, place: Place(channel: nil, interaction: target)), .channel
      )
    case .participants, .invites:
      let place = self.place(syntax.place, verb: verb)
      return (
        Collection(kind: syntax.kind, place: place),
        syntax.kind == .invites ? .invite : .participant
      )
    }
  }
}
