#!/usr/bin/env python3
"""How long the language server takes for a script of 10,000 lines, and how much memory.

    lsp.py BINARY [ROUNDS]

Diagnostics are counted from the end of the rest of 100 ms after a change.
"""

import json
import subprocess
import sys
import time

BINARY = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
LINES = 10_000
REST = 0.100
TARGETS = {'diagnostics': 30, 'memory': 60}


class Client:
    def __init__(self):
        self.process = subprocess.Popen([BINARY, 'lsp'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0

    def send(self, **message):
        body = json.dumps({'jsonrpc': '2.0', **message}).encode()
        self.process.stdin.write(b'Content-Length: %d\r\n\r\n' % len(body) + body)
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline()) != b'\r\n':
            if not line:
                raise SystemExit('the server has ended')
            length = int(line.split(b':')[1])
        return json.loads(self.process.stdout.read(length))

    def request(self, method, params):
        self.number += 1
        self.send(id=self.number, method=method, params=params)
        while (message := self.receive()).get('id') != self.number:
            pass
        return message

    def diagnostics(self, version):
        while True:
            message = self.receive()
            if message.get('params', {}).get('version') == version:
                return message['params']['diagnostics']


def sid(prefix, number):
    return f'{prefix}{number:032x}'


def script(mistake):
    lines = [f'use interaction {sid("KD", 1)}']
    for number in range(LINES - 2):
        lines.append(f'close {sid("UT", number * 7919)} on {sid("UO", number % 97)}  # line {number}')
    lines.append('clsoe' if mistake else 'stop')
    return '\n'.join(lines) + '\n'


def main():
    client = Client()
    client.request('initialize', {'processId': None, 'rootUri': None, 'capabilities': {}})
    uri = 'file:///bench.flex'
    texts = [script(False), script(True)]
    client.send(method='textDocument/didOpen', params={'textDocument': {
        'uri': uri, 'languageId': 'flexsh', 'version': 0, 'text': texts[0]}})
    client.diagnostics(0)
    times = []
    for version in range(1, ROUNDS + 1):
        # The text is sent before the clock starts: it is the check that counts.
        client.send(method='textDocument/didChange', params={
            'textDocument': {'uri': uri, 'version': version},
            'contentChanges': [{'text': texts[version % 2]}]})
        start = time.monotonic()
        found = client.diagnostics(version)
        times.append((time.monotonic() - start - REST) * 1000)
        assert len(found) == version % 2, found
    rows = []
    for method, extra in [('completion', {'position': {'line': LINES - 1, 'character': 4}}),
                          ('hover', {'position': {'line': LINES // 2, 'character': 10}}),
                          ('documentSymbol', {}), ('semanticTokens/full', {}), ('foldingRange', {}),
                          ('formatting', {'options': {}})]:
        taken = []
        for _ in range(5):
            start = time.monotonic()
            client.request(f'textDocument/{method}', {'textDocument': {'uri': uri}, **extra})
            taken.append((time.monotonic() - start) * 1000)
        rows.append((method, min(taken), sorted(taken)[2]))
    status = open(f'/proc/{client.process.pid}/status').read()
    peak = int(next(line for line in status.splitlines() if line.startswith('VmHWM')).split()[1]) / 1024
    client.request('shutdown', None)
    client.send(method='exit')
    assert client.process.wait(10) == 0
    times.sort()
    print(f'the language server, {LINES:,} lines, {len(texts[0]) / 1e6:.1f} MB, {ROUNDS} changes')
    print(f'  diagnostics after the rest   {times[0]:7.1f} ms, median {times[len(times) // 2]:.1f}, '
          f'worst {times[-1]:.1f}   (target {TARGETS["diagnostics"]})')
    for method, least, middle in rows:
        print(f'  {method:<27}  {least:7.1f} ms, median {middle:.1f}')
    print(f'  memory at its peak           {peak:7.1f} MiB   (target {TARGETS["memory"]})')


main()
