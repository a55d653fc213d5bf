import FlexAPI

extension Parser {
  /// Reads one sentence.
  mutating func statement() throws(Unreadable) -> StatementSyntax {
    let verb = current
    let kind = try sentence()
    return StatementSyntax(range: verb.range...previousEnd, verb: verb.range, kind: kind)
  }

  private mutating func sentence() throws(Unreadable) -> StatementSyntax.Kind {
    switch current.keyword {
    case .param: return .param(try param())
    case .use: return try use()
    case .close, .wrapup, .deactivate, .invite, .add, .create, .update, .transfer:
      return .action(try action())
    case .show, .list: return .query(try query())
    case .let: return try binding()
    case .for: return try loop()
    case .if: return try branch()
    case .expect: return try expectation()
    case .wait: return try wait()
    case .try: return try attempt()
    case .run: return .run(try run())
    case .stop:
      advance()
      return .stop(atText ? try text() : nil)
    case .fail:
      advance()
      return .fail(try dueText())
    case .echo:
      advance()
      return .echo(try values(.printed))
    case .confirm:
      advance()
      return .confirm(try dueText())
    case .sleep:
      advance()
      return .sleep(try value(.duration("2s")))
    case .set: return .set(try setting())
    default: throw unknownCommand()
    }
  }

  private mutating func unknownCommand() -> Unreadable {
    switch current.kind {
    case .word:
      let word = text(current.range)
      if Parser.looksLikeSecret(word) || Parser.namesCredential(word) {
        return fail(.credential, at: current.range)
      }
      return fail(.unknownCommand(word), at: current.range)
    case .foreignWord: return failForeignWord()
    case .invalid: return Unreadable()
    case .badNumber where Parser.looksLikeSecret(text(current.range)):
      return fail(.credential, at: current.range)
    default: return fail(.unknownCommand(text(current.range)), at: current.range)
    }
  }

  /// Whether a word is the name of an environment variable that holds a secret.
  static func namesCredential(_ word: String) -> Bool {
    word == "TWILIO_AUTH_TOKEN" || word == "TWILIO_API_SECRET"
  }

  var atText: Bool { current.kind == .text || current.kind == .plainText }

  private mutating func dueText() throws(Unreadable) -> TextSyntax {
    guard atText else { throw unexpected(["a text in quotes"]) }
    return try text()
  }

  /// Reads values with commas between them, at least one.
  private mutating func values(_ role: ValueRole) throws(Unreadable) -> [ValueSyntax] {
    var values = [try value(role)]
    while take(.comma) { values.append(try value(role)) }
    return values
  }

  // MARK: Context and parameters

  private mutating func param() throws(Unreadable) -> ParamSyntax {
    advance()
    let name = try name()
    guard take(.colon) else { throw unexpected(["`:` and the parameter's type"]) }
    note(ParameterType.allWords.compactMap(Keyword.init))
    guard let type = current.keyword.flatMap(ParameterType.init) else {
      throw unexpected(
        ["a type, for instance `channel` or `text`"], among: ParameterType.allWords)
    }
    advance()
    var defaultValue: ValueSyntax?
    if take(.equals) {
      let literal = try value(.parameterDefault)
      switch literal.kind {
      case .reference, .list:
        throw fail(
          .unexpectedWord(found: text(literal.range), expected: ["a value written out"]),
          at: literal.range)
      default: defaultValue = literal
      }
    }
    var documentation: String?
    if atText {
      let written = try text()
      guard let literal = written.literal else {
        throw fail(
          .unexpectedWord(found: text(written.range), expected: ["a text without references"]),
          at: written.range)
      }
      documentation = literal
    }
    return ParamSyntax(
      name: name, type: type, defaultValue: defaultValue, documentation: documentation)
  }

  private mutating func use() throws(Unreadable) -> StatementSyntax.Kind {
    advance()
    if take(.interaction) { return .useInteraction(try value(.sid(.interaction))) }
    guard take(.channel) else { throw unexpected(["`interaction`", "`channel`"]) }
    let channel = try value(.sid(.channel))
    return .useChannel(channel, in: take(.in) ? try value(.sid(.interaction)) : nil)
  }

  /// Reads `[ "on" value ] [ "in" value ]`.
  mutating func place() throws(Unreadable) -> PlaceSyntax {
    var place = PlaceSyntax()
    if take(.on) { place.channel = try value(.sid(.channel)) }
    if take(.in) {
      place.interaction = try value(.sid(.interaction))
      if at(.on) { throw fail(.placeOrder, at: current.range) }
    }
    return place
  }

  /// Reads `[ value ] [ "in" value ]`, where the channel itself is the object.
  private mutating func channelPlace() throws(Unreadable) -> PlaceSyntax {
    var place = PlaceSyntax()
    place.channel = try valueIfAny(.sid(.channel))
    if take(.in) { place.interaction = try value(.sid(.interaction)) }
    return place
  }

  /// Reads a value where one may be left out.
  private mutating func valueIfAny(_ role: ValueRole) throws(Unreadable) -> ValueSyntax? {
    if startsValue { return try value(role) }
    note(.value(role))
    return nil
  }

  /// Whether a value may begin with what is next.
  private var startsValue: Bool {
    switch current.kind {
    case .reference, .text, .plainText, .number, .duration, .badNumber, .openBracket, .invalid: true
    case .foreignWord: true
    case .word: current.keyword == nil
    default: false
    }
  }

  // MARK: Actions

  mutating func action() throws(Unreadable) -> ActionSyntax {
    let verb = advance()
    switch verb.keyword {
    case .close:
      guard take(.channel) else { return .close(try participants(), try place()) }
      let place = try channelPlace()
      let completing = take(.completing)
      if completing { try expect(.tasks) }
      return .closeChannel(place, completingTasks: completing)
    case .wrapup: return .wrapup(try participants(), try place())
    case .deactivate:
      try expect(.channel)
      return .deactivateChannel(try channelPlace())
    case .invite:
      let place = try place()
      try expect(.routing)
      return .invite(place, routing: try json())
    case .add:
      let role = try role()
      let place = try place()
      try expect(.media)
      let media = try json()
      return .add(role, place, media: media, routing: take(.routing) ? try json() : nil)
    case .create:
      try expect(.interaction)
      try expect(.channel)
      let channel = try json()
      let routing = take(.routing) ? try json() : nil
      let context = take(.context) ? try value(.context) : nil
      let webhook = take(.webhook) ? try value(.webhook) : nil
      return .createInteraction(
        channel: channel, routing: routing, context: context, webhook: webhook)
    case .update:
      if take(.transfer) {
        let transfer = try value(.sid(.transfer))
        return .updateTransfer(transfer, try place(), try json())
      }
      guard take(.interaction) else { throw unexpected(["`interaction`", "`transfer`"]) }
      let interaction = try valueIfAny(.sid(.interaction))
      try expect(.webhook)
      return .updateInteraction(interaction, webhook: try value(.webhook))
    default: return .transfer(try place(), try json())
    }
  }

  private mutating func participants() throws(Unreadable) -> ParticipantsSyntax {
    if take(.every) {
      let every = previousEnd
      return .everyAgent(every...(try expect(.agent)))
    }
    return .values(try values(.participants))
  }

  private mutating func role() throws(Unreadable) -> Participant.Role {
    note([.agent, .customer, .supervisor, .external, .unknown])
    switch current.keyword {
    case .agent, .customer, .supervisor, .external, .unknown:
      return Participant.Role(rawValue: text(advance().range))
    default:
      throw unexpected(["`agent`", "`customer`", "`supervisor`", "`external`", "`unknown`"])
    }
  }

  // MARK: Queries and bindings

  mutating func query() throws(Unreadable) -> QuerySyntax {
    if take(.show) {
      guard let fetch = try fetchIfAny() else {
        throw unexpected(["`interaction`", "`channel`", "`transfer`"])
      }
      return .show(fetch)
    }
    advance()
    guard let collection = try collectionIfAny() else {
      throw unexpected(["`channels`", "`participants`", "`invites`"])
    }
    return .list(collection, where: try filter(of: collection.kind.sidType))
  }

  mutating func fetchIfAny() throws(Unreadable) -> FetchSyntax? {
    if take(.interaction) {
      return .interaction(try valueIfAny(.sid(.interaction)))
    }
    if take(.channel) { return .channel(try channelPlace()) }
    guard take(.transfer) else { return nil }
    let transfer = try value(.sid(.transfer))
    return .transfer(transfer, try place())
  }

  mutating func collectionIfAny() throws(Unreadable) -> CollectionSyntax? {
    if take(.channels) {
      var place = PlaceSyntax()
      if take(.in) { place.interaction = try value(.sid(.interaction)) }
      return CollectionSyntax(kind: .channels, place: place)
    }
    if take(.participants) { return CollectionSyntax(kind: .participants, place: try place()) }
    guard take(.invites) else { return nil }
    return CollectionSyntax(kind: .invites, place: try place())
  }

  /// Reads `[ "where" condition ]`.
  ///
  /// `filtered`: the kind of what the condition looks at, where that is known.
  mutating func filter(of filtered: SIDType?) throws(Unreadable) -> ConditionSyntax? {
    guard take(.where) else { return nil }
    let outer = (readsWhere, self.filtered)
    (readsWhere, self.filtered) = (true, filtered)
    let condition = try condition()
    (readsWhere, self.filtered) = outer
    return condition
  }

  private mutating func binding() throws(Unreadable) -> StatementSyntax.Kind {
    advance()
    let name = try name()
    guard take(.equals) else { throw unexpected(["`=`"]) }
    note(Keyword.actions)
    switch current.keyword {
    case .close, .wrapup, .deactivate, .invite, .add, .create, .update:
      return .bind(name: name, .action(try action()))
    case .transfer:
      // `transfer UX…` looks one up; `transfer on …` and `transfer {…}` begin one.
      advance()
      if let transfer = try valueIfAny(.sid(.transfer)) {
        return .bind(name: name, .fetch(.transfer(transfer, try place())))
      }
      return .bind(name: name, .action(.transfer(try place(), try json())))
    default: break
    }
    if let fetch = try fetchIfAny() { return .bind(name: name, .fetch(fetch)) }
    if let collection = try collectionIfAny() {
      return .bind(
        name: name, .collection(collection, where: try filter(of: collection.kind.sidType)))
    }
    return .bind(name: name, .value(try value(.kept)))
  }
}
