/// The files that an incomplete path may refer to.
package enum FileNames {
  /// A function that lists the names in a folder, and whether each is a folder.
  package typealias Entries = (_ folder: String) -> [(name: String, isFolder: Bool)]

  /// Returns folders, and files of some kinds; no files if `kinds` is empty, as for a new file,
  /// and every file if it is `nil`.
  ///
  /// `word`: the path so far, with its quote if one is open; candidates have the same form.
  /// `isText`: whether the grammar expects a text, whose quotes are then part of the candidates.
  /// `entries`: lists a folder.
  package static func candidates(
    for word: String, kinds: [String]?, isText: Bool = false, among entries: Entries
  ) -> [CompletionCandidate] {
    let written = word.first.flatMap { $0 == "\"" || $0 == "'" ? String($0) : nil }
    let quote = written ?? (isText ? "\"" : nil)
    let path = written == nil ? word : String(word.dropFirst())
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return entries(folder.isEmpty ? "." : folder).compactMap { name, isFolder in
      let whole = folder + name
      // A name that is not shown as it is cannot be read before it is used.
      guard !name.unicodeScalars.contains(where: VisibleText.isUnsafe) else { return nil }
      // In a text of the language, `"` also gives `\` and `$` a meaning; a path of the prompt is bare.
      let special = quote == "\"" ? (isText ? "\"\\$" : "\"") : quote ?? ""
      guard !whole.contains(where: { special.contains($0) || $0.isNewline }) else { return nil }
      guard name.first != "." || path.dropFirst(folder.count).first == "." else { return nil }
      if isFolder {
        return CompletionCandidate(
          text: (quote ?? "") + folder + name + "/", meaning: "a folder", isPartial: true)
      }
      if let kinds, !kinds.contains(where: { name.hasSuffix("." + $0) }) { return nil }
      let mark = quote ?? ""
      return CompletionCandidate(text: mark + folder + name + mark, meaning: "a file")
    }
  }
}
