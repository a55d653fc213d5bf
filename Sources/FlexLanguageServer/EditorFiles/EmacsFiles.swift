/// The mode for Emacs.
enum EmacsFiles {
  static let file = EditorFiles.File(path: "flexsh-mode.el", text: mode)

  private static func choice(_ words: [String]) -> String {
    #"\\(?:"# + words.joined(separator: #"\\|"#) + #"\\)"#
  }

  private static let segment = "[A-Za-z_][A-Za-z0-9_]*"

  private static let mode = #"""
    ;;; flexsh-mode.el --- Scripts of flexsh  -*- lexical-binding: t; -*-

    ;; Package-Requires: ((emacs "26.1"))
    ;; Keywords: languages

    ;;; Commentary:

    ;; Made by `flexsh help editor emacs' from the grammar of the language.
    ;; `eglot' finds the language server by itself.

    ;;; Code:

    (defgroup flexsh nil
      "Scripts of flexsh, the shell for Twilio Flex interactions."
      :group 'languages)

    (defcustom flexsh-indent-offset 2
      "The number of columns by which a block is indented."
      :type 'integer
      :safe #'integerp)

    (defvar flexsh-mode-syntax-table
      (let ((table (make-syntax-table)))
        (modify-syntax-entry ?# "<" table)
        (modify-syntax-entry ?\n ">" table)
        (modify-syntax-entry ?\" "\"" table)
        (modify-syntax-entry ?\' "\"" table)
        (modify-syntax-entry ?\\ "\\" table)
        (modify-syntax-entry ?_ "_" table)
        (modify-syntax-entry ?- "_" table)
        (modify-syntax-entry ?$ "'" table)
        table)
      "The syntax table of `flexsh-mode'.")

    (defconst flexsh--verbs
      "\#(choice(GrammarTables.verbs))"
      "The words that begin sentences.")

    (defun flexsh--match (expression limit fits)
      "Find EXPRESSION before LIMIT, where the state of the parser FITS."
      (let (found)
        (while (and (not found) (re-search-forward expression limit t))
          (setq found (save-match-data
                        (save-excursion
                          (funcall fits (syntax-ppss (match-beginning 0)))))))
        found))

    (defun flexsh--match-reference (limit)
      "Find a name that is used before LIMIT, not in a text."
      (flexsh--match "\\$[a-z][A-Za-z0-9_]*\\(?:\\.\\(?:\#(segment)\\|\"[^\"\n]*\"\\|'[^'\n]*'\\)\\)*"
                     limit (lambda (state) (not (nth 8 state)))))

    (defun flexsh--match-interpolation (limit)
      "Find a name that is used before LIMIT in a text."
      (flexsh--match "\\${[a-z][A-Za-z0-9_]*\\(?:\\.\\(?:\#(segment)\\|'[^'\n]*'\\)\\)*}\\|\\$[a-z][A-Za-z0-9_]*\\(?:\\.\#(segment)\\)*"
                     limit (lambda (state) (eq (nth 3 state) ?\"))))

    (defvar flexsh-font-lock-keywords
      `((,(concat "\\(?:^\\|[;{=]\\)[ \t]*\\(?:\\(try\\)[ \t]+\\)?\\(" flexsh--verbs "\\)\\_>")
         (1 font-lock-keyword-face nil t)
         (2 font-lock-keyword-face))
        (flexsh--match-reference 0 font-lock-variable-name-face t)
        (flexsh--match-interpolation 0 font-lock-variable-name-face prepend)
        ("\\_<\#(choice(GrammarTables.prefixes))[0-9A-Fa-f]\\{32\\}\\_>"
         . font-lock-constant-face)
        ("\\_<[0-9]+\\(?:\\.[0-9]+\\)?\\(?:[eE][+-]?[0-9]+\\|\#(choice(GrammarTables.units))\\)?\\_>"
         . font-lock-constant-face)
        ("\\_<\#(choice(GrammarTables.words))\\_>"
         . font-lock-builtin-face))
      "What `flexsh-mode' highlights.")

    (defun flexsh-indent-line ()
      "Indent the line by the brackets that are open before it."
      (interactive)
      (let* ((depth (save-excursion
                      (beginning-of-line)
                      (car (syntax-ppss))))
             (closes (save-excursion
                       (back-to-indentation)
                       (looking-at "[])}]")))
             (continues (save-excursion
                          (beginning-of-line)
                          (and (not (bobp))
                               (progn (backward-char) (eq (char-before) ?\\)))))
             (levels (+ (max 0 (if closes (1- depth) depth)) (if continues 1 0)))
             (column (* flexsh-indent-offset levels)))
        (if (<= (current-column) (current-indentation))
            (indent-line-to column)
          (save-excursion (indent-line-to column)))))

    (defun flexsh-script-p ()
      "Whether the buffer holds a script: lex names its files like this, too."
      (save-excursion
        (goto-char (point-min))
        (or (looking-at "#!.*\\_<flexsh\\_>")
            (progn
              (forward-comment (buffer-size))
              (while (looking-at "[ \t]*\\(?:#.*\\)?\n") (forward-line))
              (skip-chars-forward " \t\n")
              (or (eobp)
                  (looking-at (concat flexsh--verbs "\\(?:[^A-Za-z0-9_-]\\|\\'\\)")))))))

    ;;;###autoload
    (define-derived-mode flexsh-mode prog-mode "flexsh"
      "The mode for scripts of flexsh."
      (setq-local comment-start "# ")
      (setq-local comment-end "")
      (setq-local comment-start-skip "#+[ \t]*")
      (setq-local indent-tabs-mode nil)
      ;; In a text in single quotes, a backslash is a letter.
      (setq-local syntax-propertize-function
                  (syntax-propertize-rules
                   ("\\\\" (0 (when (eq (nth 3 (save-excursion (syntax-ppss (match-beginning 0)))) ?\')
                               (string-to-syntax "."))))))
      (setq-local indent-line-function #'flexsh-indent-line)
      (setq-local font-lock-defaults '(flexsh-font-lock-keywords)))

    ;;;###autoload
    (defun flexsh-mode-maybe ()
      "Use `flexsh-mode' if the buffer holds a script of flexsh."
      (if (flexsh-script-p)
          (flexsh-mode)
        (let ((auto-mode-alist (rassq-delete-all 'flexsh-mode-maybe
                                                 (copy-alist auto-mode-alist))))
          (set-auto-mode))))

    ;;;###autoload
    (add-to-list 'auto-mode-alist '("\\.flex\\'" . flexsh-mode-maybe))
    ;;;###autoload
    (add-to-list 'interpreter-mode-alist '("flexsh" . flexsh-mode))

    (defvar eglot-server-programs)
    (with-eval-after-load 'eglot
      (add-to-list 'eglot-server-programs '(flexsh-mode . ("flexsh" "lsp"))))

    (provide 'flexsh-mode)

    ;;; flexsh-mode.el ends here

    """#
}
