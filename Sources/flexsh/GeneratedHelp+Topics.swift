import FlexCommands
import FlexConsole
import FlexLanguageServer

extension GeneratedHelp {
  /// `help man` and `help editor`.
  static func asked(for arguments: [String]) async -> CommandEnd? {
    guard arguments.count > 2, arguments.first == "help" else { return nil }
    if let end = await editors.answer(arguments, in: .process()) { return end }
    return await manual.answer(arguments, in: .process())
  }

  private static var editors: GeneratedHelp {
    GeneratedHelp(
      topic: "editor", noun: "file for the editor",
      names: EditorFiles.Editor.allCases.map(\.rawValue)
    ) { name in
      guard let editor = EditorFiles.Editor(rawValue: name) else {
        preconditionFailure("it is one of the names")
      }
      let files = EditorFiles(for: editor, version: Version.current)
      return Files(
        main: files.main.text, all: files.files.map { ($0.path, $0.text) },
        list: ".flexsh-\(name).sha256", advice: files.advice)
    }
  }

  private static var manual: GeneratedHelp {
    let pages = ManualPages(of: CommandTree.program, date: Version.date).all
    let texts = Dictionary(
      uniqueKeysWithValues: pages.map { (String($0.name.dropLast(2)), $0.text) })
    return GeneratedHelp(
      topic: "man", noun: "manual page", names: texts.keys.sorted(),
      files: { Files(main: texts[$0] ?? "", all: [], list: nil, advice: "") },
      whole: Files(
        main: "", all: pages.map { ($0.path, $0.text) }, list: nil,
        advice: "man finds them if the folder is in MANPATH"))
  }
}
