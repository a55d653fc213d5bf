import FlexConsole
import FlexScript
import FlexStorage
import SystemPackage

extension PromptFiles {
  /// How long a file that `source` reads, or `save` replaces, may be, in bytes.
  private static let maximumLength = 1 << 24

  /// The files on the disk.
  static func disk(environment: [String: String]) -> PromptFiles {
    PromptFiles(
      home: UserFolders.home(environment).string,
      read: { path throws(FileProblem) in
        try FileContent(of: path, atMost: maximumLength).bytes
      },
      problem: { path in
        let folder = FilePath(path).removingLastComponent()
        guard folder.isEmpty || FileAccess.isFolder(folder.string) else {
          return FileProblem(reason: "there is no folder \(folder)")
        }
        guard FileAccess.isSpecial(path) else { return nil }
        return FileProblem(reason: "\(path) exists, but is not a regular file")
      },
      create: { path, bytes throws(FileProblem) in try AtomicFile.create(path, with: bytes) },
      replacing: { path throws(FileProblem) in
        let file = try FileContent(of: path, atMost: maximumLength)
        return { bytes throws(FileProblem) in try AtomicFile.rewrite(file, with: bytes) }
      },
      entries: FolderEntries.list)
  }
}
