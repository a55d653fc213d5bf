"""Writes one letter for each character of a script: what the lexer for Pygments makes of it.

Arguments: the file of the lexer, the script, and where to write.
"""

import importlib.util
import sys

from pygments.token import Comment, Error, Keyword, Literal, Name, Number, String

path, script, out = sys.argv[1:4]
spec = importlib.util.spec_from_file_location('flexsh_lexer', path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)


def letter(token):
    for kind, name in ((Comment, 'c'), (String, 't'), (Number, 'n'), (Keyword.Reserved, 'k'),
                       (Keyword, 'v'), (Name.Variable, 'r'), (Error, '!')):
        if token in kind:
            return name
    return 's' if token is Literal else '-'


text = open(script, encoding='utf-8', newline='').read()
lexer = module.FlexshLexer(stripnl=False, ensurenl=False)
letters = ''.join(
    ''.join(c if c == '\n' else letter(token) for c in value)
    for token, value in lexer.get_tokens(text))
with open(out, 'w', encoding='utf-8') as file:
    score = 'score %s' % module.FlexshLexer.analyse_text(text)
    file.write((sys.argv[4] if len(sys.argv) > 4 else score) + '\n' + letters + '\n')
