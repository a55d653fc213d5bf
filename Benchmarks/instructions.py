"""Counts the instructions of flexsh in user space, with valgrind.

    python3 Benchmarks/instructions.py PATH-OF-FLEXSH

Unlike times, the counts are the same whatever the machine is doing. What depends on a number of things is the
difference between two numbers of them, so the start of the program is not in it. The server is in this script and is
not counted. Beside each figure are that of version 0.1.0 and what it should be at most, from figures.json.

The scripts are a few seconds old, as scripts usually are: of one that was written in the last two seconds the
time does not say whether it has changed since it was checked, and all of it is read again, three times in a run.
"""

import atexit
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import reach

ACCOUNT = "AC" + "0" * 31 + "1"
SMALL, LARGE = 200, 1200
SENTENCES = 2_000, 22_000


def counted(command, environment):
    """Runs a command under valgrind; gives the number of its instructions."""
    result = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, check=False)
    found = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or not found:
        sys.exit(f"{' '.join(command)} ended with {result.returncode}:\n{result.stderr[-2000:]}")
    return int(found.group(1))


class Server:
    """Answers each update of a participant with the participant: a reply of about 300 bytes."""

    def __init__(self, context=None):
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        scheme = "https" if context else "http"
        host = "localhost" if context else "127.0.0.1"
        self.url = f"{scheme}://{host}:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self.answer(connection)
        except (OSError, ssl.SSLError):
            # The client has closed the connection, as it does at its end.
            pass

    @staticmethod
    def answer(connection):
        buffer = b""
        while True:
            more = connection.recv(1 << 16)
            if not more:
                return
            buffer += more
            while b"\r\n\r\n" in buffer:
                head, rest = buffer.split(b"\r\n\r\n", 1)
                length = re.search(rb"(?i)content-length: (\d+)", head)
                size = int(length.group(1)) if length else 0
                if len(rest) < size:
                    break
                buffer = rest[size:]
                path = head.split(b" ")[1].decode()
                parts = path.split("/")
                body = json.dumps({
                    "sid": parts[7], "type": "agent", "channel_sid": parts[5],
                    "interaction_sid": parts[3], "routing_properties": None,
                    "url": "https://flex-api.twilio.com" + path}).encode()
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + str(len(body)).encode() + b"\r\n\r\n" + body)


def script(folder, count, with_interaction):
    """Writes a script of so many sentences; gives its path."""
    path = os.path.join(folder, f"{count}.flex")
    with open(path, "w", encoding="ascii") as file:
        for number in range(count):
            # Digits that differ in many places: similar ones would be warned of.
            digits = f"{number * 0x9E3779B97F4A7C15 % (1 << 64):016x}" * 2
            place = f" in KD{digits}" if with_interaction else "  # x"
            file.write(f"close UT{digits} on UO{digits}{place}\n")
    return path


def certificate(folder):
    """Makes a certificate for localhost; gives the paths of it and its key."""
    paths = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-out", paths[0], "-keyout", paths[1]],
        check=True, capture_output=True)
    return paths


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not shutil.which("valgrind"):
        sys.exit("valgrind is not installed: apt-get install valgrind")
    flexsh = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"], "HOME": folder, "XDG_STATE_HOME": folder,
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "not-a-secret-of-this-benchmark"}

        def difference(sizes, command):
            counts = [counted(command(size), environment) for size in sizes]
            return (counts[1] - counts[0]) / (sizes[1] - sizes[0])

        actions = {size: script(folder, size, True) for size in (SMALL, LARGE)}
        os.makedirs(os.path.join(folder, "check"))
        sentences = {size: scripted(folder, size) for size in SENTENCES}
        time.sleep(3)

        def action(server, *options):
            return difference((SMALL, LARGE), lambda size: [
                flexsh, "run", "--base-url", server.url, "-o", "ndjson", *options, actions[size]])

        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "figures.json"),
                  encoding="utf-8") as file:
            known = json.load(file)

        def show(name, count):
            earlier, target = known[name]["0.1.0"], known[name]["target"]
            print(f"{name:<50}{count:>14,.0f}{earlier:>14,}{target:>14,}"
                  if earlier else f"{name:<50}{count:>14,.0f}{'-':>14}{target:>14,}", flush=True)

        print(f"{'instructions in user space':<50}{'now':>14}{'0.1.0':>14}{'target':>14}")

        show("--version", counted([flexsh, "--version"], environment))
        show("check, per sentence (close UT… on UO…  # x)", difference(
            SENTENCES, lambda size: [flexsh, "check", "-q", sentences[size]]))
        plain = Server()
        show("run, per action: http", action(plain, "--no-journal"))
        show("run, per action: http, with a journal", action(plain))
        show("run, per action: http, 32 in flight", action(plain, "--no-journal", "-j", "32"))
        if shutil.which("openssl"):
            paths = certificate(folder)
            environment["SSL_CERT_FILE"] = paths[0]
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*paths)
            show("run, per action: https", action(Server(context), "--no-journal"))
        environment["TWILIO_FLEX_WORKSPACE_SID"] = reach.WORKSPACE
        for kind, more in [("1.2 KB", ["--small"]), ("1.8 KB", [])]:
            show(f"list, per task of {kind} that `where` leaves out", difference(
                (1_000, 3_000), lambda size: [
                    flexsh, "run", "-o", "ndjson", "--no-journal", "--base-url", tasks(size, more), "-c",
                    "list tasks where priority is 9"]))


def tasks(count, more=()):
    """Serves a listing of so many tasks for as long as this script runs; gives its URL."""
    server = subprocess.Popen(
        [sys.executable, reach.__file__, "--serve", "--tasks", str(count), *more, "flexsh"],
        stdout=subprocess.PIPE, text=True)
    atexit.register(server.terminate)
    return server.stdout.readline().split()[0]


def scripted(folder, size):
    """A script whose place is set once, as long lists of sentences have it."""
    path = script(os.path.join(folder, "check"), size, False)
    with open(path, encoding="ascii") as file:
        text = file.read()
    with open(path, "w", encoding="ascii") as file:
        file.write(f"use interaction KD{'a' * 32}\n" + text)
    return path


if __name__ == "__main__":
    main()
