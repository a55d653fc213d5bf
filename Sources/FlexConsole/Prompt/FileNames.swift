/// The files that a path begun may lead to.
enum FileNames {
  /// Folders, and files of some kinds; of none when `kinds` is empty, as for a file to be made.
  ///
  /// `word`: what there is of the path, in its quote where one is open; candidates are alike.
  /// `isText`: whether the grammar wants a text, whose quote then comes with the first candidate.
  ///
  /// `entries`: what is in a folder.
  static func candidates(
    for word: String, kinds: [String], isText: Bool = false, among entries: PromptFiles.Entries
  ) -> [Completion.Candidate] {
    let written = word.first.flatMap { $0 == "\"" || $0 == "'" ? String($0) : nil }
    let quote = written ?? (isText ? "\"" : nil)
    let path = written == nil ? word : String(word.dropFirst())
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return entries(folder.isEmpty ? "." : folder).compactMap { name, isFolder in
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
}
