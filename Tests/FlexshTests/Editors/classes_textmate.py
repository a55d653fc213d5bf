"""Writes one letter for each character of a script: what the TextMate grammar makes of it.

It tokenizes line by line as editors do, with the same library of regular expressions. Arguments: the
grammar, the script, and where to write.
"""

import json
import sys

import onigurumacffi

grammar = json.load(open(sys.argv[1], encoding='utf-8'))
compiled = {}


def expression(pattern):
    if pattern not in compiled:
        compiled[pattern] = onigurumacffi.compile(pattern)
    return compiled[pattern]


def rules(patterns):
    for rule in patterns:
        if 'include' in rule:
            yield from rules([grammar['repository'][rule['include'][1:]]])
        else:
            yield rule


def letter(scopes):
    for prefix, name in (('variable.', 'r'), ('string.', 't'), ('comment.', 'c'),
                         ('keyword.control', 'v'), ('keyword.other', 'k'),
                         ('constant.numeric', 'n'), ('constant.other.sid', 's')):
        if any(scope.startswith(prefix) for scope in scopes):
            return name
    return '-'


def tokenize(line, stack):
    letters = ['-'] * len(line)

    def paint(start, end, scopes):
        for index in range(start, min(end, len(line))):
            letters[index] = letter(scopes)

    position = 0
    while True:
        outer = stack[-1] if stack else None
        scopes = [rule['name'] for rule in stack if 'name' in rule]
        best = None
        candidates = list(rules(outer['patterns'] if outer else grammar['patterns']))
        if outer:
            candidates.insert(0, {'closes': outer['end']})
        for rule in candidates:
            pattern = rule.get('closes') or rule.get('match') or rule['begin']
            match = expression(pattern).search(line + '\n', position)
            if match and (best is None or match.start() < best[0].start()):
                best = (match, rule)
        if best is None or best[0].start() >= len(line) and 'closes' not in best[1]:
            paint(position, len(line), scopes)
            return letters
        match, rule = best
        paint(position, match.start(), scopes)
        if 'closes' in rule:
            paint(match.start(), match.end(), scopes)
            stack.pop()
        elif 'begin' in rule:
            stack.append(rule)
            paint(match.start(), match.end(), scopes + [rule['name']])
        else:
            paint(match.start(), match.end(), scopes + [rule.get('name', '')])
            for number, capture in rule.get('captures', {}).items():
                if match.group(int(number)) is not None:
                    paint(match.start(int(number)), match.end(int(number)),
                          scopes + [capture['name']])
        if match.end() == position and 'match' in rule:
            position += 1
        else:
            position = match.end()
        if position > len(line):
            return letters


rows = [grammar['scopeName']]
stack = []
for text in open(sys.argv[2], encoding='utf-8', newline='').read().split('\n'):
    rows.append(''.join(tokenize(text, stack)))
with open(sys.argv[3], 'w', encoding='utf-8') as file:
    file.write('\n'.join(rows) + '\n')
