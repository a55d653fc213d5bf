"""Runs the shards of a group under a real engine, kills some, and compares the merge with one run.

    python3 Benchmarks/shards.py PATH-OF-FLEXSH [--engine parallel|slurm] [--rows N] [--shards N] [--kills N]

The simulator of flexsh answers on loopback. Needs GNU parallel, or Slurm and munge (Debian: parallel,
slurm-wlm); --install installs what is missing, for which it has to be root. Slurm is set up in a folder of
its own, with this machine as its only node, and stopped afterwards.
"""

import argparse
import getpass
import glob
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SCRIPT = """echo "begin"
for r in rows of "rows.csv" {
  use interaction $r.kd
  close $r.ut on $r.uo
}
echo "end"
"""

SLURM = """ClusterName=shards
SlurmctldHost={host}
SlurmctldPort={port}
SlurmdPort={other}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
KillWait=2
NodeName={host} NodeHostname={host} CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:64
"""

SLURM_JOB = """#!/bin/bash
#SBATCH --array=1-{shards}
#SBATCH --requeue --open-mode=append --output={folder}/shard-%a.log
cd {folder}
{command} --shard auto
status=$?
# A script that is wrong stays wrong; everything else is resumed.
case $status in
  0|2|64|65|66|77|78) exit $status ;;
  *) scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}}" || exit $status; sleep 60 ;;
esac
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sid(prefix, number):
    return f"{prefix}{number * 0x9E3779B97F4A7C15 % (1 << 128):032x}"


def prepare(folder, count):
    """Writes the rows, the script and the world."""
    interactions = {}
    with open(os.path.join(folder, "rows.csv"), "w", encoding="utf-8") as file:
        file.write("kd,uo,ut\n")
        order = [number % max(1, count // 5) for number in range(count)]
        random.Random(1).shuffle(order)
        for row, number in enumerate(order):
            participant = sid("UT", row + 1)
            interactions.setdefault(number, []).append(participant)
            file.write(f"{sid('KD', number + 1)},{sid('UO', number + 1)},{participant}\n")
    with open(os.path.join(folder, "s.flex"), "w", encoding="utf-8") as file:
        file.write(SCRIPT)
    world = {"interactions": [
        {"sid": sid("KD", number + 1), "channels": [
            {"sid": sid("UO", number + 1), "type": "sms", "status": "active", "participants": [
                {"sid": participant, "type": "agent"} for participant in participants]}]}
        for number, participants in interactions.items()]}
    with open(os.path.join(folder, "world.json"), "w", encoding="utf-8") as file:
        json.dump(world, file)


class Simulator:
    """The simulator with the world, as it was at the beginning."""

    def __init__(self, flexsh, folder):
        self.process = subprocess.Popen(
            [flexsh, "simulator", "--fixture", "world.json"], cwd=folder, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.url = next(word for word in line.split() if word.startswith("http"))

    def __enter__(self):
        return self.url

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Slurm:
    """A Slurm whose only node is this machine."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "slurm")
        self.processes = []
        for part in ["state", "spool"]:
            os.makedirs(os.path.join(self.folder, part))
        host = socket.gethostname().split(".")[0]
        with open(os.path.join(self.folder, "slurm.conf"), "w", encoding="utf-8") as file:
            file.write(SLURM.format(
                host=host, port=free_port(), other=free_port(), user=getpass.getuser(),
                folder=self.folder, cpus=os.cpu_count()))
        self.environment = {**os.environ, "SLURM_CONF": os.path.join(self.folder, "slurm.conf")}

    def __enter__(self):
        key = os.path.join(self.folder, "munge.key")
        with open(key, "wb") as file:
            file.write(os.urandom(128))
        os.chmod(key, 0o600)
        os.chmod(self.folder, 0o755)
        self.start("munged", "--foreground", "--force", f"--socket={self.folder}/munge.socket",
                   f"--key-file={key}", f"--pid-file={self.folder}/munged.pid",
                   f"--log-file={self.folder}/munged.log", f"--seed-file={self.folder}/munged.seed")
        self.start("slurmctld", "-D")
        self.start("slurmd", "-D")
        for _ in range(300):
            found = subprocess.run(["sinfo", "-h", "-o", "%t"], env=self.environment,
                                   capture_output=True, text=True, check=False)
            if "idle" in found.stdout:
                return self
            time.sleep(0.1)
        sys.exit(f"Slurm did not start: see {self.folder}")

    def start(self, *command):
        self.processes.append(subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        if command[0] == "munged":
            while not os.path.exists(f"{self.folder}/munge.socket"):
                time.sleep(0.05)

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


def shard_processes(flexsh):
    """The numbers of the processes that execute shards."""
    found = subprocess.run(["pgrep", "-f", f"^{flexsh} run .*--shard"], capture_output=True,
                           text=True, check=False)
    return [int(line) for line in found.stdout.split()]


class Killer(threading.Thread):
    """Kills shards at random, without notice, once all of them have a journal.

    A shard that is killed before that is refused when its engine says that it starts it again."""

    def __init__(self, flexsh, count, journals, shards):
        super().__init__(daemon=True)
        self.journals, self.shards = journals, shards
        self.flexsh, self.left, self.killed, self.is_over = flexsh, count, 0, False

    def run(self):
        source = random.Random(2)
        while self.left > 0 and not self.is_over:
            time.sleep(source.uniform(0.3, 1.2))
            begun = glob.glob(os.path.join(self.journals, "*-of-*.jsonl"))
            processes = shard_processes(self.flexsh)
            if not processes or len(begun) < self.shards:
                continue
            try:
                os.kill(source.choice(processes), signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.left -= 1
            self.killed += 1


def events(path):
    """The events of a run without what differs from run to run."""
    for line in open(path, encoding="utf-8"):
        event = json.loads(line)
        if event["event"] in ("start", "summary"):
            continue
        for name in ("duration_ms", "request_id", "attempts", "tries"):
            event.pop(name, None)
        yield event


def compare(one, other):
    count = settled = 0
    first, second = events(one), events(other)
    while True:
        left, right = next(first, None), next(second, None)
        # Of an action whose answer was lost it is known that it was done, and not what was answered.
        if right and right.pop("settled", False):
            left.pop("resource", None)
            settled += 1
        if left != right:
            sys.exit(f"event {count + 1} differs:\n  {left}\n  {right}")
        if left is None:
            return count, settled
        count += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flexsh")
    parser.add_argument("--engine", choices=["parallel", "slurm"], default="parallel")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--install", action="store_true")
    arguments = parser.parse_args()
    flexsh = os.path.abspath(arguments.flexsh)
    tool, package = {"parallel": ("parallel", "parallel"),
                     "slurm": ("slurmctld", "slurm-wlm")}[arguments.engine]
    if not shutil.which(tool):
        if not arguments.install:
            sys.exit(f"left out, for want of {tool}")
        subprocess.run(["apt-get", "install", "-y", "-qq", package], check=True)
    folder = tempfile.mkdtemp(prefix="flexsh-shards-")
    prepare(folder, arguments.rows)
    account = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "0" * 32}
    environment = {**os.environ, **account, "XDG_STATE_HOME": os.path.join(folder, "state")}

    def run(command, output, check=True):
        start = time.perf_counter()
        with open(os.path.join(folder, output), "wb") as file:
            found = subprocess.run(command, cwd=folder, env=environment, stdout=file, check=False)
        if check and found.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {found.returncode}; see {folder}")
        return time.perf_counter() - start

    with Simulator(flexsh, folder) as url:
        alone = run([flexsh, "run", "s.flex", "--base-url", url, "--jobs", "32", "-o", "ndjson"],
                    "one.ndjson")
    journals = os.path.join(folder, "state", "flexsh", "runs", "g")
    killer = Killer(flexsh, arguments.kills, journals, arguments.shards)
    with Simulator(flexsh, folder) as url:
        command = [flexsh, "run", "s.flex", "--base-url", url, "--jobs", "4", "-q"]
        numbers = [str(number + 1) for number in range(arguments.shards)]
        if arguments.engine == "parallel":
            killer.start()
            together = run(
                ["parallel", "-n0", "--jobs", str(arguments.shards), "--retries", "50", *command,
                 "--shard", "auto", "--shards", str(arguments.shards), "--group", "g",
                 ":::", *numbers], "parallel.log")
        else:
            with Slurm(folder) as slurm:
                job = os.path.join(folder, "job.sh")
                words = " ".join([*command, "--group", "g"])
                with open(job, "w", encoding="utf-8") as file:
                    file.write(SLURM_JOB.format(
                        shards=arguments.shards, folder=folder, command=words))
                environment["SLURM_CONF"] = slurm.environment["SLURM_CONF"]
                killer.start()
                together = run(["sbatch", "--wait", job], "sbatch.log")
    killer.is_over = True
    merging = run([flexsh, "runs", "merge", "g", "-o", "ndjson"], "merged.ndjson")
    count, settled = compare(os.path.join(folder, "one.ndjson"), os.path.join(folder, "merged.ndjson"))
    done = sum(1 for event in events(os.path.join(folder, "merged.ndjson"))
               if event.get("outcome") == "done")
    print(f"{arguments.engine}: {arguments.rows} rows in {arguments.shards} shards, "
          f"{killer.killed} killed: {count} events are those of one run, {done} done, "
          f"{settled} of them settled by reading back")
    print(f"one process {alone:.1f} s, {arguments.shards} shards {together:.1f} s "
          f"({together / alone:.2f}), merge {merging:.1f} s")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
