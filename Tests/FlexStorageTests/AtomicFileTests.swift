import CPlatform
import FlexScript
import FlexStorage
import FlexTestSupport
import Foundation
import SystemPackage
import Testing

/// Files of the user are written whole or not at all.
struct AtomicFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func content(_ name: String) throws -> FileContent {
    try FileContent(of: folder.file(name), atMost: 1 << 20)
  }

  @Test func writesWithItsModeWhateverWasThere() throws {
    for mode in [0o644, 0o666, 0o400] {
      try folder.write("old", to: "plan", mode: mode)
      try AtomicFile.write(Array("new".utf8), to: folder.file("plan"), mode: .ownerReadWrite)
      #expect(try folder.text("plan") == "new")
      #expect(try folder.mode("plan") == 0o600)
    }
    #expect(folder.names == ["plan"])
  }

  @Test func replacesALinkAndNotWhatItLeadsTo() throws {
    try folder.write("untouched", to: "victim")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("plan"), withDestinationPath: folder.file("victim"))
    try AtomicFile.write(Array("new".utf8), to: folder.file("plan"), mode: .ownerReadWrite)
    #expect(try folder.text("victim") == "untouched")
    #expect(try folder.text("plan") == "new")
  }

  @Test func refusesWhatIsNotAFile() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("dir"), withIntermediateDirectories: false)
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    for name in ["dir", "pipe", "none/plan", "dir/"] {
      #expect(throws: FileProblem.self) {
        try AtomicFile.write([1], to: folder.file(name), mode: .ownerReadWrite)
      }
    }
    #expect(throws: FileProblem.self) {
      try AtomicFile.write([1], to: "/dev/null", mode: .ownerReadWrite)
    }
    #expect(folder.names == ["dir", "pipe"])
  }

  @Test func createsOnlyWhatIsNotThere() throws {
    #expect(try AtomicFile.create(folder.file("a.flex"), with: Array("1".utf8)))
    #expect(try !AtomicFile.create(folder.file("a.flex"), with: Array("2".utf8)))
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("dangling"), withDestinationPath: folder.file("none"))
    #expect(try !AtomicFile.create(folder.file("dangling"), with: Array("3".utf8)))
    #expect(try folder.text("a.flex") == "1")
    #expect(folder.names == ["a.flex", "dangling"])
  }

  @Test func rewritesThroughALinkAndKeepsTheMode() throws {
    try folder.write("old", to: "s.flex", mode: 0o640)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: folder.file("s.flex"))
    try AtomicFile.rewrite(content("link"), with: Array("new".utf8))
    #expect(try folder.text("s.flex") == "new")
    #expect(try folder.mode("s.flex") == 0o640)
    #expect(folder.names == ["link", "s.flex"])
  }

  /// In place with the same length and times, by appending, by truncating, by another file.
  @Test(arguments: ["in place", "appended", "truncated", "replaced", "removed", "a pipe"])
  func neverLosesAnEditMadeMeanwhile(_ change: String) throws {
    let path = try folder.write("close me\n", to: "s.flex")
    let read = try content("s.flex")
    var edited = "close us\n"
    switch change {
    case "in place":
      let date = Date(timeIntervalSince1970: 1_000_000)
      let handle = try FileHandle(forUpdating: URL(filePath: path))
      try handle.write(contentsOf: Data(edited.utf8))
      try handle.close()
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    case "appended":
      edited = "close me\n# more\n"
      try folder.write(edited, to: "s.flex")
    case "truncated":
      edited = ""
      try folder.write(edited, to: "s.flex")
    case "replaced":
      try folder.write(edited, to: "other")
      #expect(rename(folder.file("other"), path) == 0)
    case "removed": try FileManager.default.removeItem(atPath: path)
    default:
      try FileManager.default.removeItem(atPath: path)
      #expect(mkfifo(path, 0o600) == 0)
    }
    #expect(throws: FileProblem.self) {
      try AtomicFile.rewrite(read, with: Array("formatted\n".utf8))
    }
    if change != "removed", change != "a pipe" { #expect(try folder.text("s.flex") == edited) }
    #expect(folder.names == (change == "removed" ? [] : ["s.flex"]))
  }

  @Test func refusesToCutAHardLinkAndToLiftWriteProtection() throws {
    try folder.write("old", to: "s.flex")
    #expect(link(folder.file("s.flex"), folder.file("twin")) == 0)
    #expect(throws: FileProblem.self) {
      try AtomicFile.rewrite(content("s.flex"), with: Array("new".utf8))
    }
    #expect(unlink(folder.file("twin")) == 0)
    #expect(chmod(folder.file("s.flex"), 0o444) == 0)
    #expect(throws: FileProblem.self) {
      try AtomicFile.rewrite(content("s.flex"), with: Array("new".utf8))
    }
    #expect(try folder.text("s.flex") == "old")
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func theOwnerStays() throws {
    try folder.write("old", to: "s.flex")
    #expect(chown(folder.file("s.flex"), 65534, 65534) == 0)
    try AtomicFile.rewrite(content("s.flex"), with: Array("new".utf8))
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("s.flex"))
    #expect(attributes[.ownerAccountID] as? Int == 65534)
  }

  @Test func sweepsWhatAKilledProcessLeftAndNothingElse() throws {
    try folder.write("left", to: ".flexsh-1.tmp")
    try folder.write("mine", to: ".flexsh-notes")
    let held = try folder.write("in use", to: ".flexsh-2.tmp")
    let other = open(held, O_RDWR)
    #expect(flexsh_lock_file(other, 0) == 0)
    try AtomicFile.write([1], to: folder.file("plan"), mode: .ownerReadWrite)
    #expect(folder.names == [".flexsh-2.tmp", ".flexsh-notes", "plan"])
    close(other)
  }
}
