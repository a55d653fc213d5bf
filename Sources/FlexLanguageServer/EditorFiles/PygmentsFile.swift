/// The lexer for Pygments, which colours scripts in documents.
enum PygmentsFile {
  static let file = EditorFiles.File(path: "flexsh_lexer.py", text: lexer)

  private typealias Pattern = GrammarTables.Expressions

  private static func list(_ words: [String]) -> String {
    var lines: [String] = []
    var line = "   "
    for word in words {
      if line.count + word.count > 90 {
        lines.append(line)
        line = "   "
      }
      line += " '\(word)',"
    }
    return (lines + [line]).joined(separator: "\n")
  }

  private static let lexer = #"""
    """The language of flexsh, for Pygments.

    Made by `flexsh help editor pygments` from the grammar of the language. As a plug-in:

        [project.entry-points."pygments.lexers"]
        flexsh = "flexsh_lexer:FlexshLexer"
    """

    import re

    from pygments.lexer import RegexLexer, bygroups, words
    from pygments.token import Comment, Keyword, Literal, Name, Number, Punctuation, String, Text

    __all__ = ['FlexshLexer']

    VERBS = (
    \#(list(GrammarTables.verbs))
    )

    WORDS = (
    \#(list(GrammarTables.words))
    )

    SIDS = r'\#(Pattern.sid)'
    END = r'\#(Pattern.wordEnd)'


    class FlexshLexer(RegexLexer):
        """Scripts of flexsh, the shell for Twilio Flex interactions."""

        name = 'flexsh'
        aliases = ['flexsh']
        filenames = ['*.flex']
        mimetypes = ['text/x-flexsh']
        flags = re.MULTILINE

        tokens = {
            'root': [
                (r'(^|[;{=])([ \t]*)(?:(try)([ \t]+))?(' + '|'.join(VERBS) + ')' + END,
                 bygroups(Punctuation, Text, Keyword, Text, Keyword)),
                (r'#.*$', Comment.Single),
                (r'\n', Text),
                (r'[ \t\r]+', Text),
                (r'\\$', Punctuation),
                (r'"', String.Double, 'text'),
                (r"'[^'\n]*'", String.Single),
                (r'''\#(Pattern.reference)''', Name.Variable),
                (SIDS + END, Literal),
                (r'\#(Pattern.number)' + END, Number),
                (words(WORDS, suffix=END), Keyword.Reserved),
                (r'[A-Za-z_][A-Za-z0-9_-]*', Name),
                (r'[][{}(),:;=.<>]', Punctuation),
                (r'.', Text),
            ],
            'text': [
                (r'\#(Pattern.escape)', String.Escape),
                (r'''\#(Pattern.interpolation)''', Name.Variable),
                (r'"', String.Double, '#pop'),
                (r'$', Text, '#pop'),
                (r'[^"\\$\n]+|.', String.Double),
            ],
        }

        def analyse_text(text):
            """Tells a script from a file of lex, whose names end alike."""
            if re.match(r'#!.*\bflexsh\b', text):
                return 1.0
            lines = [line.strip() for line in text.splitlines()[:100]]
            first = next((line for line in lines if line and not line.startswith('#')), '')
            if re.match('(?:' + '|'.join(VERBS) + ')' + END, first):
                return 0.3
            return 0

    """#
}
