package import FlexAPI

/// The path of a data file that a parameter stands for.
struct DataArgument: Hashable {
  /// `nil` if it is not known before the run.
  let path: String?
  /// Whether it is relative to the current folder, and not to the script.
  let isArgument: Bool
}

/// A sentence that shows something: a listing, one resource, or what `find` finds.
package struct ShownTable: Sendable {
  /// Where the sentence begins, from 1.
  package let line, column: Int
  /// What its rows are.
  package let resource: ResourceDefinition
  /// The first words of the sentence: `list participants`.
  package let words: String
}

/// The state that all the scripts of a run share while they are checked.
///
/// One task owns it; it is a class because a script and the scripts that it runs use it at the same
/// time.
package final class CheckSession {
  /// The maximum depth to which scripts may run one another.
  package static let maximumDepth = 16
  /// The maximum number of scripts in a run.
  package static let maximumFiles = 256

  /// Opens the files that scripts name.
  package private(set) var files: any ScriptFiles
  /// The words of the catalogue.
  let vocabulary: Vocabulary
  /// The scripts that are being checked, the first one first.
  var stack: [(identity: String, name: String)] = []
  /// The parameters of the scripts that have been checked, by identity.
  var parameters: [String: [Parameter]] = [:]
  /// The diagnostics of each script that was checked, in the order in which they were found.
  package private(set) var lists: [DiagnosticList] = []
  /// The names of the scripts and data files that the scripts name, each file once.
  ///
  /// It holds names and not open files: there may be more of them than a process may have open.
  package private(set) var namedFiles: [NamedFile] = []
  /// The scripts and data files that were checked, with what was read of them.
  package let contents = CheckedFiles()
  private var noted: Set<String> = []
  /// The paths that were opened during the check, with the script that contains each.
  private var checkedPaths: Set<String> = []
  /// The scripts that were checked, each with the data files that its parameters stand for.
  private var checkedData: Set<String> = []
  /// The data files that have been checked, by identity and what was required of them.
  var checkedRows: Set<String> = []
  /// What has been reported about data files: a mistake in a row, or a file that is missing, is one
  /// mistake regardless of how many loops read it.
  var reportedData: Set<String> = []

  /// Whether the files that are opened are recorded, as they are while the scripts are checked.
  package var isNoting = true
  /// Whether the SIDs that scripts and data files name are collected, to build a simulated world.
  package var collectsSIDs = false
  /// Whether a SID that is written out is a mistake: scripts for several accounts have none.
  package var refusesLiteralSIDs = false
  /// The SIDs of each sentence and of each row, in the order in which they were found.
  package private(set) var collectedSIDs: [[AnySID]] = []

  /// What is known about the parts of the scripts; `nil` unless an editor wants to know it.
  package var annotations: Annotations?

  /// What scripts and data files name otherwise, and look for.
  package struct Named: Sendable {
    /// The names of workers, queues, workflows and workspaces, each once; of kind `conversation` what
    /// `find` looks for.
    package fileprivate(set) var names: [Name] = []
    /// The longest time that something is looked for to be older than.
    package fileprivate(set) var age: Duration?
    /// The states of tasks and reservations that are looked for, each once.
    package fileprivate(set) var states: [Name] = []
    /// The reservations and tasks that are completed or canceled, and how.
    package fileprivate(set) var ended: [(sid: AnySID, operation: OperationDefinition)] = []

    /// A name of a resource.
    package struct Name: Hashable, Sendable {
      /// The kind of the resource.
      package let type: SIDType
      /// The name.
      package let text: String
    }
  }

  /// What scripts and data files name otherwise, and look for.
  package private(set) var named = Named()

  /// The sentences that show something, in order.
  package private(set) var shownTables: [ShownTable] = []

  /// Notes a sentence that shows something.
  func note(_ table: ShownTable) {
    if isNoting { shownTables.append(table) }
  }

  /// Collects a name.
  func collect(_ text: String, for type: SIDType) {
    let name = Named.Name(type: type, text: text)
    guard collectsSIDs, AnySID(text) == nil, !named.names.contains(name) else { return }
    named.names.append(name)
  }

  /// Collects a time that something is looked for to be older than.
  func collect(age: Duration) {
    if collectsSIDs { named.age = max(named.age ?? .zero, age) }
  }

  /// Collects a state that tasks or reservations are compared with.
  ///
  /// `states`: those that Twilio names for the field, which tell the kind of resource.
  func collect(state: String, of states: [String]) {
    guard collectsSIDs else { return }
    for resource in vocabulary.catalog.resources
    where [.task, .reservation].contains(resource.type) {
      let isField = resource.fields.contains { field in
        if case .word(let words) = field.kind { words == states } else { false }
      }
      let name = Named.Name(type: resource.type, text: state)
      if isField, !named.states.contains(name) { named.states.append(name) }
    }
  }

  /// Collects a reservation or a task that is completed or canceled.
  func collect(_ sid: AnySID, endedBy operation: OperationDefinition) {
    if collectsSIDs { named.ended.append((sid, operation)) }
  }

  /// Collects the SIDs in a sentence's text or a row's fields.
  func collect(_ bytes: ArraySlice<UInt8>) {
    collect(AnySID.all(in: bytes))
  }

  /// Collects the SIDs of one sentence.
  func collect(_ sids: [AnySID?]) {
    let sids = sids.compactMap(\.self)
    if !sids.isEmpty { collectedSIDs.append(sids) }
  }

  /// Creates a session for a check.
  package init(files: any ScriptFiles, vocabulary: Vocabulary = .standard) {
    self.files = files
    self.vocabulary = vocabulary
  }

  /// Whether there are errors, so that the scripts must not run.
  package var hasErrors: Bool { lists.contains { $0.hasErrors } }

  /// Checks a script and the scripts that it runs.
  ///
  /// `arguments`: the values for its parameters, as written on the command line, or `nil`
  /// if parameters without a default are not required.
  ///
  /// - Returns: Its parameters.
  @discardableResult
  package func check(
    _ file: OpenedFile, arguments: [String: String]?
  ) throws(SourceFailure) -> [Parameter] {
    try check(file, arguments: arguments, data: [:])
  }

  /// Checks a script; `data`: the data files that its parameters stand for, as far as that is known.
  func check(
    _ file: OpenedFile, arguments: [String: String]?, data: [String: DataArgument]
  ) throws(SourceFailure) -> [Parameter] {
    checkedData.insert(Self.key(file, data))
    contents.add(file)
    stack.append((file.identity, file.name))
    defer { stack.removeLast() }
    var checker = Checker(file: file.name, session: self, arguments: arguments)
    checker.dataArguments = data
    var reader = try StatementReader(file.source, vocabulary: vocabulary)
    while true {
      if !collectsSIDs, !refusesLiteralSIDs {
        reader.readPlainLines { checker.passes($0, isClose: $1, line: $2) }
      }
      let piece = try reader.next()
      if case .endOfFile = piece.item {
        _ = checker.check(piece)
        break
      }
      checker.look(at: piece)
    }
    // A script that is checked again for other data files has the same mistakes as before.
    if parameters[file.identity] == nil {
      lists.append(checker.diagnostics)
    } else if let index = lists.lastIndex(where: { $0.file == file.name }) {
      lists[index].addNew(checker.diagnostics)
    }
    parameters[file.identity] = checker.parameters
    return checker.parameters
  }

  /// A script or a data file that a script names.
  package struct NamedFile: Sendable {
    /// Its name in messages.
    package let name: String
    fileprivate let path: String
    fileprivate let origin: String
    fileprivate let isScript: Bool

    /// Opens the file; what is read of it is compared with what the check read.
    package func open(with files: any ScriptFiles) throws(FileProblem) -> OpenedFile {
      var files = files
      if isScript { return try files.openScript(path, from: origin) }
      return try files.openData(path, from: origin)
    }
  }

  /// Whether a script was checked with these data files.
  func wasChecked(_ file: OpenedFile, _ data: [String: DataArgument]) -> Bool {
    checkedData.contains(Self.key(file, data))
  }

  private static func key(_ file: OpenedFile, _ data: [String: DataArgument]) -> String {
    let data = data.sorted { $0.key < $1.key }.map { "\n\($0)=\($1.path ?? "?") \($1.isArgument)" }
    return file.identity + data.joined()
  }

  /// Opens a script that another one runs, like ``ScriptFiles/openScript(_:from:)``.
  package func openScript(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    note(try files.openScript(path, from: file), path, file, isScript: true)
  }

  /// Opens a data file, like ``ScriptFiles/openData(_:from:)``.
  package func openData(_ path: String, from file: String) throws(FileProblem) -> OpenedFile {
    note(try files.openData(path, from: file), path, file, isScript: false)
  }

  /// A file that is not what was checked any more; `nil` while there is none.
  private var change: SourceFailure?

  /// Returns the file that is not what was checked, once.
  func takeChange() -> SourceFailure? {
    defer { change = nil }
    return change
  }

  /// Notes that a file which the check could read cannot be read as it was.
  func noteChange(of file: String, _ reason: String) {
    guard !isNoting, change == nil else { return }
    change = SourceFailure(reason: reason, isChange: true, file: file)
  }

  /// Whether the check opened a file: if it cannot be opened any more, that is a change.
  package func wasChecked(_ path: String, from file: String) -> Bool {
    checkedPaths.contains("\(file)\n\(path)")
  }

  /// Forgets what was found, and which files were checked: at a prompt, each sentence is checked
  /// again, because the files may have changed.
  func forget() {
    lists = []
    parameters = [:]
    checkedRows = []
    reportedData = []
    checkedPaths = []
    checkedData = []
    contents.removeAll()
    change = nil
    files.beginCheck()
  }

  /// Checks a script that has not been written yet, separately from everything else.
  ///
  /// `name`: the path that it will have, to which paths in it are relative.
  package func checkApart(_ bytes: [UInt8], name: String) -> [DiagnosticList] {
    let session = CheckSession(files: files, vocabulary: vocabulary)
    do {
      try session.check(
        OpenedFile(identity: name, name: name, source: BytesSource(bytes)), arguments: nil)
    } catch {
      preconditionFailure("bytes in memory can be read: \(error.reason)")
    }
    return session.lists
  }

  private func note(
    _ file: OpenedFile, _ path: String, _ origin: String, isScript: Bool
  ) -> OpenedFile {
    guard isNoting else { return file }
    contents.add(file)
    checkedPaths.insert("\(origin)\n\(path)")
    if noted.insert(file.identity).inserted {
      namedFiles.append(
        NamedFile(name: file.name, path: path, origin: origin, isScript: isScript))
    }
    return file
  }

  /// Adds diagnostics that belong to no script.
  package func add(_ list: DiagnosticList) {
    lists.append(list)
  }
}
