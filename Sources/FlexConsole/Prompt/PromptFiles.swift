package import FlexScript

/// The files that a prompt reads and writes; the prompt itself does not know the disk.
package struct PromptFiles {
  /// The names in a folder, each with whether it is a folder.
  package typealias Entries = (_ folder: String) -> [(name: String, isFolder: Bool)]
  /// Replaces the content of a file that was there.
  package typealias Replacement = (_ bytes: [UInt8]) throws(FileProblem) -> Void

  /// The user's home, which `~/` stands for.
  package var home: String
  /// Reads a file of at most 16 MiB.
  package var read: (_ path: String) throws(FileProblem) -> [UInt8]
  /// Why nothing can be saved under a path; `nil` if something can.
  package var problem: (_ path: String) -> FileProblem?
  /// Makes a new file; `false` if something has the name.
  package var create: (_ path: String, _ bytes: [UInt8]) throws(FileProblem) -> Bool
  /// Takes hold of a file as it is now, to replace it later.
  package var replacing: (_ path: String) throws(FileProblem) -> Replacement
  /// Lists a folder, for completion.
  package var entries: Entries

  /// Puts the functions together.
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
