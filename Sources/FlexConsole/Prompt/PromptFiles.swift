package import FlexScript

/// The files that a prompt reads and writes; the prompt itself has no access to the disk.
package struct PromptFiles {
  /// A function that lists the names in a folder, and whether each is a folder.
  package typealias Entries = FileNames.Entries
  /// A function that replaces the content of an existing file.
  package typealias Replacement = (_ bytes: [UInt8]) throws(FileProblem) -> Void

  /// The user's home folder, for which `~/` is short.
  package var home: String
  /// Reads a file of at most 16 MiB.
  package var read: (_ path: String) throws(FileProblem) -> [UInt8]
  /// Returns why nothing can be saved at a path; `nil` if it can.
  package var problem: (_ path: String) -> FileProblem?
  /// Creates a file; returns `false` if the name is taken.
  package var create: (_ path: String, _ bytes: [UInt8]) throws(FileProblem) -> Bool
  /// Records the current state of a file, and returns a function that replaces it later.
  package var replacing: (_ path: String) throws(FileProblem) -> Replacement
  /// Lists a folder, for completion.
  package var entries: Entries

  /// Creates a value from its functions.
  package init(
    home: String, read: @escaping (String) throws(FileProblem) -> [UInt8],
    problem: @escaping (String) -> FileProblem?,
    create: @escaping (String, [UInt8]) throws(FileProblem) -> Bool,
    replacing: @escaping (String) throws(FileProblem) -> Replacement, entries: @escaping Entries
  ) {
    self.home = home
    self.read = read
    self.problem = problem
    self.create = create
    self.replacing = replacing
    self.entries = entries
  }

  /// A disk without files, on which nothing can be saved.
  package static var none: PromptFiles {
    PromptFiles(
      home: "/",
      read: { _ throws(FileProblem) in throw FileProblem(reason: "no such file") },
      problem: { _ in FileProblem(reason: "there is no disk") },
      create: { _, _ throws(FileProblem) in throw FileProblem(reason: "there is no disk") },
      replacing: { _ throws(FileProblem) in throw FileProblem(reason: "there is no disk") },
      entries: { _ in [] })
  }
}
