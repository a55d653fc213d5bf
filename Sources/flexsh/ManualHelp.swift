import FlexCommands
import FlexConsole
import FlexScript

/// `flexsh help man`: the manual pages.
enum ManualHelp {
  /// Prints or writes the pages that the arguments ask for; `nil` when they ask for something else.
  static func asked(for arguments: [String]) async -> CommandEnd? {
    guard arguments.starts(with: ["help", "man"]), arguments.count > 2 else { return nil }
    let pages = ManualPages(of: CommandTree.program, date: Version.date).all
    if let folder = OutFolder.read(Array(arguments.dropFirst(2))) {
      return await Commands.write(
        pages.map { ($0.path, $0.text) }, to: folder, list: nil,
        advice: "man finds them if the folder is in MANPATH", in: .process())
    }
    let name = arguments[2]
    guard arguments.count == 3, let page = pages.first(where: { $0.name.dropLast(2) == name })
    else {
      let names = pages.map { String($0.name.dropLast(2)) }
      let meant = Suggestion.closest(to: name, among: names)
      return CommandEnd(
        status: ExitStatus.usage,
        message: "there is no manual page `\(name)`"
          + (meant.map { "; did you mean `\($0)`?" } ?? ""),
        help: "flexsh help man --out FOLDER writes all of them: \(names.joined(separator: ", "))")
    }
    return HelpTopics.print(String(page.text.dropLast()))
  }
}
