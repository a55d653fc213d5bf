import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The files that a path begun may lead to.
enum FileNames {
  /// How many names of one folder are looked at.
  private static let maximum = 2000

  /// Folders, and files of some kinds; of none when `kinds` is empty, as for a file to be made.
  ///
  /// `word`: what there is of the path, in its quote where one is open; candidates are alike.
  /// `isText`: whether the grammar wants a text, whose quote then comes with the first candidate.
  static func candidates(
    for word: String, kinds: [String], isText: Bool = false
  ) -> [Completion.Candidate] {
    let written = word.first.flatMap { $0 == "\"" || $0 == "'" ? String($0) : nil }
    let quote = written ?? (isText ? "\"" : nil)
    let path = written == nil ? word : String(word.dropFirst())
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return entries(of: folder.isEmpty ? "." : folder).compactMap { name, isFolder in
      // Names that a text cannot hold as they are would have to be typed differently.
      guard quote == nil || !name.contains(where: { "\"'\\$".contains($0) }) else { return nil }
      guard name.first != "." || path.dropFirst(folder.count).first == "." else { return nil }
      if isFolder {
        return Completion.Candidate(
          text: (quote ?? "") + folder + name + "/", meaning: "a folder", isPartial: true)
      }
      guard kinds.contains(where: { name.hasSuffix("." + $0) }) else { return nil }
      let mark = quote ?? ""
      return Completion.Candidate(text: mark + folder + name + mark, meaning: "a file")
    }
  }

  private static func entries(of folder: String) -> [(name: String, isFolder: Bool)] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var entries: [(name: String, isFolder: Bool)] = []
    while entries.count < maximum, let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let name, name != ".", name != ".." else { continue }
      var status = stat()
      guard stat(folder + "/" + name, &status) == 0 else { continue }
      entries.append((name, status.st_mode & S_IFMT == S_IFDIR))
    }
    return entries.sorted { $0.name < $1.name }
  }
}
