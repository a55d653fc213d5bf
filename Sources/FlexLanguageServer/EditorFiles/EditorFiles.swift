/// The files with which an editor knows the language, made from the grammar's own tables.
package struct EditorFiles: Sendable {
  /// The editors, and what colours scripts in documents.
  package enum Editor: String, CaseIterable, Sendable {
    case vim, vscode, emacs, pygments
  }

  /// A file: its path in the folder of all of them, and its text.
  package struct File: Sendable {
    /// The path, with `/` between folders.
    package let path: String
    /// The text, which ends with a line end.
    package let text: String
  }

  /// The files, the main one first.
  package let files: [File]
  /// Where they belong, in a sentence.
  package let advice: String

  /// Makes the files for an editor; `version`: that of the program.
  package init(for editor: Editor, version: String) {
    switch editor {
    case .vim:
      files = VimFiles.files
      advice = "they belong in ~/.vim, or for Neovim in ~/.config/nvim"
    case .vscode:
      files = VSCodeFiles.files(version: version)
      advice = "the folder belongs in ~/.vscode/extensions"
    case .emacs:
      files = [EmacsFiles.file]
      advice = "the file belongs in a folder of `load-path`; (require 'flexsh-mode) loads it"
    case .pygments:
      files = [PygmentsFile.file]
      advice = "pygmentize -x -l flexsh_lexer.py:FlexshLexer FILE uses it"
    }
  }

  /// The main file.
  package var main: File { files[0] }
}
