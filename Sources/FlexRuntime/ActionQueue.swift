import DequeModule
import FlexAPI

/// Actions in flight or waiting, and what is reported after them, in script order.
///
/// It decides and never waits. Two actions on one interaction never overlap and keep their order;
/// actions on different interactions may overlap. Source: LANGUAGE.md, §5.
struct ActionQueue {
  /// The largest number of entries: how far the script may run ahead of the first answer.
  static let capacity = 2048

  private enum Entry {
    /// An action that has not begun.
    case action(ActionRecord)
    /// An action that is executed; its worker has the record.
    case inFlight
    case finished(ActionRecord)
    case event(RunEvent)
    /// An event after an action that ended the run; the others keep their numbers.
    case dropped
  }

  /// The entries; each has a number, that of the first is `base`.
  private var entries: Deque<Entry> = []
  private var base = 0
  /// Numbers of actions that may begin, in the order in which they became ready.
  private var ready: Deque<Int> = []
  /// For each interaction that has an action in flight or ready: the numbers of those that wait for it.
  private var waiting: [AnySID: [Int]] = [:]
  /// The interactions to which actions on tasks belong, as far as earlier actions say so.
  private var interactions: [AnySID: AnySID] = [:]
  /// How many actions are in flight.
  private(set) var inFlight = 0
  /// Up to which number actions have been offered to the journal.
  private var offered = 0
  /// How many actions have been written ahead and have not begun.
  private(set) var writtenAhead = 0

  /// Whether everything has been reported.
  var isEmpty: Bool { entries.isEmpty }
  /// How many entries are held.
  var count: Int { entries.count }

  /// Whether an action on an interaction, or on what is ordered like one, is in flight or waits.
  func isBusy(_ interaction: AnySID) -> Bool { waiting[interaction] != nil }

  // MARK: Filling

  /// Adds an action.
  mutating func append(_ record: consuming ActionRecord) {
    let number = base + entries.count
    let order = order(of: record)
    record.order = order
    entries.append(.action(record))
    if let interaction = order {
      if waiting[interaction] != nil {
        waiting[interaction]?.append(number)
        return
      }
      waiting[interaction] = []
    }
    ready.append(number)
  }

  /// What an action is ordered by: its interaction, or else its task, which belongs to the interaction
  /// of an earlier action that names it.
  private mutating func order(of record: borrowing ActionRecord) -> AnySID? {
    if let interaction = record.address[.interaction] {
      if let task = record.operation?.trail?.task { interactions[task] = interaction }
      return interaction
    }
    return record.address[.task].map { interactions[$0] ?? $0 }
  }

  /// Adds what is reported after the actions so far.
  mutating func append(_ event: RunEvent) {
    entries.append(.event(event))
  }

  // MARK: Executing

  /// Whether an action may begin.
  var hasReady: Bool { !ready.isEmpty }

  /// Takes the next ready action; it is in flight until ``finish(_:_:)`` gives it back.
  mutating func begin() -> Job? {
    guard let number = ready.popFirst() else { return nil }
    var entry = Entry.inFlight
    swap(&entry, &entries[number - base])
    guard case .action(let record) = consume entry else {
      preconditionFailure("what is ready has not begun")
    }
    inFlight += 1
    if record.journalMark != nil { writtenAhead -= 1 }
    offered = max(offered, number + 1)
    return Job(number: number, record: record)
  }

  /// Hands the next `count` actions that wait to the journal, in script order.
  ///
  /// Actions with a precheck are left out, and those that create something: for these the journal has
  /// to know as exactly as possible whether they were sent.
  mutating func writeAhead(_ count: Int, _ write: ([ActionIntent]) -> JournalMark) {
    var intents: [ActionIntent] = []
    var indices: [Int] = []
    var index = max(offered - base, 0)
    while index < entries.count, intents.count < count {
      if case .action(let record) = entries[index], case .none = record.precheck,
        let operation = record.operation, !operation.creates
      {
        intents.append(ActionIntent(record, operation, isAhead: true))
        indices.append(index)
      }
      index += 1
    }
    offered = base + index
    guard !intents.isEmpty else { return }
    let mark = write(intents)
    for index in indices {
      guard case .action(var record) = entries[index] else { continue }
      record.journalMark = mark
      entries[index] = .action(record)
    }
    writtenAhead += indices.count
  }

  /// Notes how an action in flight ended, and lets the next one on its interaction begin.
  mutating func finish(_ number: Int, _ record: consuming ActionRecord) {
    let order = record.order
    entries[number - base] = .finished(record)
    inFlight -= 1
    guard let interaction = order else { return }
    if let next = waiting[interaction]?.first {
      waiting[interaction]?.removeFirst()
      ready.append(next)
    } else {
      waiting[interaction] = nil
    }
  }

  /// Takes every action that has not begun: it will not run, and what is reported after it is dropped.
  ///
  /// Called when nothing is in flight any more.
  mutating func abandonWaiting() -> [ActionRecord] {
    var abandoned: [ActionRecord] = []
    for index in entries.indices {
      guard case .action(let record) = entries[index] else { continue }
      if abandoned.isEmpty { dropEvents(after: base + index) }
      entries[index] = .finished(record)
      abandoned.append(record)
    }
    ready.removeAll()
    waiting.removeAll()
    writtenAhead = 0
    return abandoned
  }

  /// Drops what would be printed after an action: the script does not get there.
  mutating func dropEvents(after number: Int) {
    for index in (number - base + 1)..<entries.count {
      if case .event = entries[index] { entries[index] = .dropped }
    }
  }

  // MARK: Reporting

  /// Takes the next event before which everything has been reported.
  mutating func nextEvent() -> RunEvent? {
    while let first = entries.first {
      let event: RunEvent?
      switch first {
      case .action, .inFlight: return nil
      case .finished(let record): event = .action(record)
      case .event(let emitted): event = emitted
      case .dropped: event = nil
      }
      entries.removeFirst()
      base += 1
      if let event { return event }
    }
    return nil
  }
}
