import FlexAPI
import FlexScript
import FlexStorage

/// The documents that are open, and the folders around them.
struct Workspace {
  /// The maximum number of scripts that are read in the folders of the workspace.
  static let maximumFiles = 256
  /// How deep folders are searched.
  private static let maximumDepth = 8
  /// The maximum length of a script that is read, in bytes.
  private static let maximumLength = 1 << 24

  /// The open documents, by their URIs.
  private(set) var documents: [String: Document] = [:]
  /// Their texts, by their paths.
  private(set) var buffers = OpenBuffers()
  /// The folders that the editor shows.
  var folders: [String] = []
  var encoding = PositionEncoding.utf16

  subscript(uri: String) -> Document? { documents[uri] }

  /// The URIs of the open scripts, sorted.
  var scripts: [String] { documents.values.filter(\.isScript).map(\.uri).sorted() }

  mutating func open(_ document: Document) {
    documents[document.uri] = document
    if let path = document.path { buffers[path] = document.bytes }
  }

  mutating func close(_ uri: String) {
    guard let path = documents.removeValue(forKey: uri)?.path else { return }
    // The same file may be open under another URI.
    let other = documents.values.first { $0.path.map { isSame($0, path) } == true }
    buffers[path] = other?.bytes
  }

  /// Changes an open document.
  mutating func update<Result>(_ uri: String, _ body: (inout Document) -> Result) -> Result? {
    guard var document = documents.removeValue(forKey: uri) else { return nil }
    let result = body(&document)
    documents[uri] = document
    return result
  }

  mutating func replace(_ uri: String, with text: [UInt8]) {
    guard
      let path = update(
        uri,
        {
          $0.replace(text)
          return $0.path
        })
    else { return }
    if let path { buffers[path] = text }
  }

  mutating func outline(of uri: String) -> ScriptOutline? { update(uri) { $0.outline() } }

  mutating func analysis(of uri: String) -> Analysis? {
    let buffers = buffers
    return update(uri) { $0.analysis(buffers) }
  }

  // MARK: Files

  /// The file at a path: the open document, or what is on the disk; `nil` if it cannot be read.
  func document(atPath path: String) -> Document? {
    let key = OpenBuffers.key(of: path)
    if let open = documents.values.first(where: { $0.path.map(OpenBuffers.key) == key }) {
      return open
    }
    guard let content = try? FileContent(of: path, atMost: Self.maximumLength) else { return nil }
    return Document(
      uri: FileURI.uri(path), language: "", version: .null, text: Self.utf8(content.bytes),
      encoding: encoding)
  }

  /// The text of a file, which may be in UTF-16 with a byte-order mark; without the mark then.
  private static func utf8(_ bytes: [UInt8]) -> [UInt8] {
    let isBig = bytes.starts(with: [0xFE, 0xFF])
    guard isBig || bytes.starts(with: [0xFF, 0xFE]) else { return bytes }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBig ? first << 8 | second : second << 8 | first
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// The path of a file that a document names; `nil` if the document has no folder.
  func path(of written: String, in document: Document) -> String? {
    if written.hasPrefix("/") { return OpenBuffers.normalized(written) }
    guard let path = document.path, let slash = path.lastIndex(of: "/") else { return nil }
    return OpenBuffers.normalized(path[...slash] + written)
  }

  /// Whether two paths lead to the same file.
  func isSame(_ path: String, _ other: String) -> Bool {
    OpenBuffers.key(of: path) == OpenBuffers.key(of: other)
  }

  /// Every script that is open or in the workspace's folders, each once.
  func allScripts() -> [Document] {
    var scripts = documents.values.filter(\.isScript).sorted { $0.uri < $1.uri }
    var known = Set(scripts.compactMap { $0.path.map(OpenBuffers.key) })
    var count = 0
    // Links may lead back to where they are.
    var folders: Set<String> = []
    func search(_ folder: String, depth: Int) {
      guard folders.insert(OpenBuffers.key(of: folder)).inserted else { return }
      for (name, isFolder) in FolderEntries.list(folder) where name.first != "." {
        guard count < Self.maximumFiles else { return }
        let path = folder + "/" + name
        if isFolder {
          if depth < Self.maximumDepth { search(path, depth: depth + 1) }
        } else if name.hasSuffix(".flex") {
          guard known.insert(OpenBuffers.key(of: path)).inserted,
            let document = document(atPath: path)
          else { continue }
          count += 1
          scripts.append(document)
        }
      }
    }
    for folder in self.folders { search(folder, depth: 0) }
    return scripts
  }
}
