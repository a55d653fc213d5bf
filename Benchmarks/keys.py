#!/usr/bin/env python3
"""What a key costs at the prompt: keys.py FLEXSH [KEYS]

Types lines at a pseudo-terminal of 80 columns, one key at a time, with a history of 10,000 lines,
with colours and hints and, in alternation, without. Prints the CPU time and the number of writes
per key, by the kernel's own accounts (/proc/PID/stat and /proc/PID/io).

Targets: at most 1 ms and at most one write.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import tempfile
import termios
import time

LINES = [
    "close UTc3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3 on UOb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
    "list participants where type is agent and status is wrapping",
    "for row in rows of \"leavers.csv\" { close $row.agent on $row.channel",
    "echo \"three words and \u5ba2\u6237 $nobody\" # a remark",
]


def history(folder):
    os.makedirs(folder + "/flexsh", mode=0o700)
    path = folder + "/flexsh/history"
    with open(path, "w") as file:
        for number in range(10_000):
            file.write(f"close UT{number:032x} on UOb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2\n")
    os.chmod(path, 0o600)


def spent(process):
    """Milliseconds of CPU time of all threads, and write calls."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    total = (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
    with open(f"/proc/{process}/io") as file:
        writes = next(int(line.split()[1]) for line in file if line.startswith("syscw"))
    return total, writes


def settle(terminal):
    """Reads until nothing was shown for a while."""
    while select.select([terminal], [], [], 0.03)[0]:
        try:
            os.read(terminal, 1 << 16)
        except OSError:
            # The program has ended.
            return


def session(binary, keys, colors):
    with tempfile.TemporaryDirectory() as folder:
        history(folder)
        process, terminal = pty.fork()
        if process == 0:
            environment = {
                "PATH": os.environ["PATH"], "HOME": folder, "XDG_STATE_HOME": folder,
                "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
            }
            if not colors:
                environment["NO_COLOR"] = "1"
            os.execve(binary, [binary, "--simulate"], environment)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        time.sleep(1)
        settle(terminal)
        time_before, writes_before = spent(process)
        typed = 0
        while typed < keys:
            for key in LINES[typed % len(LINES)] + "\x15":
                os.write(terminal, key.encode())
                select.select([terminal], [], [], 1)
                settle(terminal)
                typed += 1
        time_after, writes_after = spent(process)
        os.write(terminal, b"\x04")
        settle(terminal)
        os.close(terminal)
        os.waitpid(process, 0)
        return (time_after - time_before) / typed, (writes_after - writes_before) / typed


def main():
    binary = os.path.abspath(sys.argv[1])
    keys = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    print(f"{'':24}{'ms per key':>12}{'writes per key':>16}")
    for turn in range(3):
        for colors in (True, False):
            milliseconds, writes = session(binary, keys, colors)
            name = "colours and hints" if colors else "plain"
            print(f"{name:24}{milliseconds:12.3f}{writes:16.2f}", flush=True)


main()
