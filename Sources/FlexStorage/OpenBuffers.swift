package import FlexScript
import SystemPackage

/// The texts of the files that are open in an editor; they take precedence over the disk.
package struct OpenBuffers: Sendable {
  private var texts: [String: [UInt8]] = [:]

  /// No file is open.
  package init() {}

  /// What identifies a file: its path, with symbolic links followed if it is on the disk.
  package static func key(of path: String) -> String {
    let full = FilePath(WorkingFolder.absolute(path))
    if let real = RealPath.resolve(full) { return real.string }
    // A file that is not on the disk yet, in a folder that is.
    let normal = full.lexicallyNormalized()
    guard let name = normal.lastComponent,
      let folder = RealPath.resolve(normal.removingLastComponent())
    else { return normal.string }
    return folder.appending(name).string
  }

  /// A path without `.`, `..` and slashes that say nothing.
  package static func normalized(_ path: String) -> String {
    FilePath(path).lexicallyNormalized().string
  }

  /// The text of the file at a path; `nil` if it is not open.
  package subscript(path: String) -> [UInt8]? {
    get { texts.isEmpty ? nil : texts[Self.key(of: path)] }
    set { texts[Self.key(of: path)] = newValue }
  }

  /// Opens the text of a file, if the editor has it.
  ///
  /// `name`: its path, as messages show it.
  package func open(_ name: String) -> OpenedFile? {
    self[name].map {
      OpenedFile(identity: "buffer \(Self.key(of: name))", name: name, source: BytesSource($0))
    }
  }
}
