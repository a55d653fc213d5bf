"""Measures flexsh in turn with what it is compared to, and prints ratios.

    python3 Benchmarks/bench.py PATH-OF-FLEXSH [--lines N]

Machines are noisy: only the ratios of things that were run in turn mean anything.
"""

import argparse
import hashlib
import os
import pty
import statistics
import subprocess
import sys
import tempfile
import time

PATTERN_LOOP = r"""
import re, sys
sentence = re.compile(
    r'\s*close\s+(UT[0-9a-fA-F]{32})\s+on\s+(UO[0-9a-fA-F]{32})\s*(?:#(.*))?$')
count = 0
with open(sys.argv[1], encoding='utf-8') as script:
    for line in script:
        found = sentence.match(line)
        if found:
            participant, channel, comment = found.groups()
            count += 1
print(count)
"""


def run(command, watched=True):
    """Runs a command; gives seconds and the peak of its memory in KiB."""
    start = time.perf_counter()
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(command, stdout=nothing, stderr=nothing)
        peak = 0
        # Asked from the process itself: what is told behind its end counts its parent's memory too.
        # Looking disturbs, so a program that only starts is not looked at.
        while watched and process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            time.sleep(0.005)
        process.wait()
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        sys.exit(f"{command} ended with {process.returncode}")
    return seconds, peak


def memory_of(pid):
    """The peak of a process's memory so far, in KiB; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def in_turn(commands, turns, watched=True):
    """Medians of seconds and of memory for each command, run one after the other, again and again."""
    rows = {name: [] for name in commands}
    for _ in range(turns):
        for name, command in commands.items():
            rows[name].append(run(command, watched))
    return {
        name: tuple(statistics.median(column) for column in zip(*found))
        for name, found in rows.items()
    }


def write_script(path, lines):
    with open(path, "w", encoding="utf-8") as script:
        script.write("use interaction KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\n")
        for number in range(lines):
            participant = hashlib.md5(b"p%d" % number).hexdigest()
            channel = hashlib.md5(b"c%d" % (number // 3)).hexdigest()
            script.write(f"close UT{participant} on UO{channel}  # {number}\n")


def prompt_milliseconds(command, ready, lines, environment):
    """The time from Enter to the next prompt at a terminal, for each of so many lines."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(command[0], command, environment)
    shown = b""
    times = []
    for number in range(lines + 1):
        while not shown.endswith(ready):
            shown += os.read(terminal, 65536)
        # A line that the history does not have.
        line = b"echo 1%04d" % number
        os.write(terminal, line)
        while not shown.endswith(line):
            shown += os.read(terminal, 65536)
        shown = b""
        start = time.perf_counter()
        os.write(terminal, b"\r")
        while not shown.endswith(ready):
            shown += os.read(terminal, 65536)
        times.append((time.perf_counter() - start) * 1000)
    os.close(terminal)
    os.waitpid(process, 0)
    return statistics.median(times[1:])


def measure_prompt(flexsh):
    """From Enter to the prompt, for a command that asks nobody, in turn with a shell.

    The history is full, which is when keeping a line takes longest.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/flexsh", mode=0o700)
        history = os.open(f"{folder}/flexsh/history", os.O_CREAT | os.O_WRONLY, mode=0o600)
        with os.fdopen(history, "w", encoding="ascii") as lines:
            for number in range(10_000):
                lines.write("close UT%032x on UO%032x in KD%032x\n" % ((number,) * 3))
        environment = {
            "TERM": "xterm", "PATH": os.environ["PATH"], "HOME": folder, "XDG_STATE_HOME": folder,
            "PS1": "sh> ", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        rows = {
            "flexsh": ([flexsh, "--simulate", "--no-journal"], b"sim> "),
            "bash": (["bash", "--norc", "-i"], b"sh> ")}
        found = {name: [] for name in rows}
        for _ in range(3):
            for name, (command, ready) in rows.items():
                found[name].append(prompt_milliseconds(command, ready, 100, environment))
        base = statistics.median(found["bash"])
        for name, times in found.items():
            milliseconds = statistics.median(times)
            print(f"  {name:28} {milliseconds:8.2f} ms  {milliseconds / base:6.2f} of bash")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flexsh")
    parser.add_argument("--lines", type=int, default=1_000_000)
    arguments = parser.parse_args()
    flexsh = os.path.abspath(arguments.flexsh)

    print("starting")
    found = in_turn(
        {"flexsh --version": [flexsh, "--version"], "curl --version": ["curl", "--version"]}, 41,
        watched=False)
    base = found["curl --version"][0]
    for name, (seconds, _) in found.items():
        print(f"  {name:28} {seconds * 1000:8.2f} ms  {seconds / base:6.2f} of curl")

    print("from Enter to the next prompt, `echo 1`")
    measure_prompt(flexsh)

    with tempfile.TemporaryDirectory() as folder:
        large = os.path.join(folder, "large.flex")
        small = os.path.join(folder, "small.flex")
        write_script(large, arguments.lines)
        write_script(small, min(10_000, arguments.lines))
        size = os.path.getsize(large)
        print(f"checking {arguments.lines} sentences, {size / 1e6:.0f} MB")
        found = in_turn(
            {
                "flexsh check": [flexsh, "check", large],
                "python, a pattern a line": [sys.executable, "-c", PATTERN_LOOP, large],
                "wc -l": ["wc", "-l", large],
            }, 5)
        base = found["python, a pattern a line"][0]
        for name, (seconds, memory) in found.items():
            print(
                f"  {name:28} {seconds:8.2f} s   {seconds / base:6.2f} of python"
                f"  {arguments.lines / seconds / 1e6:6.2f} M sentences/s"
                f"  {size / seconds / 1e6:7.1f} MB/s  {memory / 1024:6.1f} MiB")
        print("memory")
        for verb, options in [("check", []), ("run", ["--dry-run", "-o", "ndjson"])]:
            many = run([flexsh, verb, *options, large])[1]
            few = run([flexsh, verb, *options, small])[1]
            print(f"  {verb:28} {many / 1024:6.1f} MiB, {many / few:.2f} of that of few sentences")


if __name__ == "__main__":
    main()
