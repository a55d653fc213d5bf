"""Measures what it costs to get from a task to its conversation.

    python3 Benchmarks/reach.py PATH-OF-FLEXSH [--reservations N] [--tasks N]

A loop over reservations, with 50 ms of delay in each answer, is compared with what its requests would
take if 32 of them were always in flight. A listing of tasks is compared with Twilio's Python library,
in turn, if it is installed.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from throughput import measure

IN_FLIGHT, DELAY = 32, 0.050

# What is stuck in wrap-up, and is closed.
LOOP = """for r in reservations where status is wrapping {
  close every agent of $r
}
"""

LIBRARY_LISTING = """
import sys
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

class Local(TwilioHttpClient):
    def request(self, method, url, **more):
        return super().request(method, url.replace("https://taskrouter.twilio.com", sys.argv[1]), **more)

client = Client("AC" + "0" * 32, "secret", http_client=Local())
tasks = client.taskrouter.v1.workspaces(sys.argv[2]).tasks.stream(page_size=1000)
print(sum(1 for task in tasks if task.priority == 7))
"""


def sid(prefix, text):
    return prefix + hashlib.md5(f"{prefix} {text}".encode()).hexdigest()


WORKSPACE, WORKER, QUEUE = sid("WS", "w"), sid("WK", "w"), sid("WQ", "q")


def fixture(count):
    """A world with so many conversations, each held by a reservation that is wrapping."""
    interactions, tasks = [], []
    for number in range(count):
        names = {prefix: sid(prefix, number) for prefix in ("KD", "UO", "UT", "WT", "WR")}
        interactions.append({"sid": names["KD"], "channels": [{
            "sid": names["UO"], "type": "web", "participants": [{
                "sid": names["UT"], "type": "agent", "routing_properties": {
                    "workspace_sid": WORKSPACE, "task_sid": names["WT"],
                    "reservation_sid": names["WR"], "worker_sid": WORKER}}]}]})
        tasks.append({
            "sid": names["WT"], "assignment_status": "wrapping", "task_queue_sid": QUEUE,
            "attributes": json.dumps({
                "flexInteractionSid": names["KD"], "flexInteractionChannelSid": names["UO"],
                "flexChannelInviteSid": sid("KG", number)}),
            "reservations": [{
                "sid": names["WR"], "reservation_status": "wrapping", "worker_sid": WORKER}]})
    return {"interactions": interactions, "workspaces": [{
        "sid": WORKSPACE, "friendly_name": "Flex", "tasks": tasks,
        "workers": [{"sid": WORKER, "friendly_name": "asha", "attributes": "{}"}],
        "taskqueues": [{"sid": QUEUE, "friendly_name": "Support"}]}]}


def environment(folder):
    return {
        "PATH": os.environ["PATH"], "HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "secret",
        "TWILIO_FLEX_WORKSPACE_SID": WORKSPACE}


def served(flexsh, world, faults, command):
    """Runs something with the URL of a simulator of its own: what was done once is done."""
    server = subprocess.Popen(
        [flexsh, "simulator", "--port", "0", "--fixture", world, *faults],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = next(word for word in server.stdout.readline().split() if word.startswith("http"))
        return command(url)
    finally:
        server.terminate()
        server.wait()


def measure_loop(flexsh, folder, count):
    script, world = f"{folder}/loop.flex", f"{folder}/world.json"
    with open(script, "w", encoding="utf-8") as file:
        file.write(LOOP)
    with open(world, "w", encoding="utf-8") as file:
        json.dump(fixture(count), file)
    run = [flexsh, "run", "-o", "ndjson", "-j", str(IN_FLIGHT), script, "--base-url"]

    def count_requests(url):
        found = subprocess.run(
            [*run, url, "-v"], env=environment(folder), capture_output=True, text=True, check=True)
        summary = json.loads(found.stdout.splitlines()[-1])
        if summary["done"] != count:
            sys.exit(f"{summary['done']} of {count} were done")
        return sum("curl" in line for line in found.stderr.splitlines())

    requests = served(flexsh, world, [], count_requests)
    pace, _, peak = served(
        flexsh, world, ["--fault", f"delay:{DELAY * 1000:.0f}ms"],
        lambda url: measure(count, [*run, url], environment(folder), f"{folder}/out"))
    seconds, least = count / pace, requests / IN_FLIGHT * DELAY
    print(f"a loop over {count} reservations, {requests} requests, {DELAY * 1000:.0f} ms each, "
          f"{IN_FLIGHT} in flight")
    print(f"  {seconds:8.2f} s   {seconds / least:6.2f} of {least:.2f} s (target 1.2)  {peak:6.1f} MiB")


def task_pages(count, size=1000, small=False):
    """The pages of a listing, as TaskRouter answers them; a task has 1.8 KB, a small one 1.2 KB."""
    root = f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE}/Tasks"
    pages = []
    for first in range(0, count, size):
        numbers = range(first, min(count, first + size))
        last = numbers[-1] + 1 == count

        def page_url(number):
            return f"{root}?PageSize={size}&Page={number}&PageToken=PT{number:032d}"

        pages.append(json.dumps({"tasks": [task(number, root, small) for number in numbers], "meta": {
            "page": first // size, "page_size": size, "key": "tasks",
            "first_page_url": page_url(0), "previous_page_url": None, "url": page_url(first // size),
            "next_page_url": None if last else page_url(first // size + 1)}}).encode())
    return pages


def task(number, root, small=False):
    name = sid("WT", number)
    url = f"{root}/{name}"
    # What differs from task to task in a contact centre does so here.
    time = f"2026-11-25T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    queue = number // 3 % 4
    queue_sid = sid("WQ", queue) if queue else QUEUE
    fields = {
        "account_sid": "AC" + "0" * 32, "age": 3600 + number * 7 % 5000, "assignment_status": "assigned",
        "attributes": json.dumps({
            "channelType": "web", "customerAddress": "+1555%07d" % number, "customerName": "A customer",
            "flexInteractionSid": sid("KD", number), "flexInteractionChannelSid": sid("UO", number),
            "conversationSid": sid("CH", number), "from": "+1555%07d" % number}),
        "addons": "{}", "date_created": time, "date_updated": "2026-11-26T09:00:00Z",
        "task_queue_entered_date": time, "priority": 7 if number % 10_000 == 0 else 0,
        "reason": None, "sid": name, "task_queue_sid": queue_sid,
        "task_queue_friendly_name": ["Support", "Sales", "Billing", "Spanish"][queue],
        "task_channel_sid": sid("TC", "chat"), "task_channel_unique_name": "chat", "timeout": 86400,
        "workflow_sid": sid("WW", "w"), "workflow_friendly_name": "Assign to anyone",
        "workspace_sid": WORKSPACE, "url": url, "routing_target": None, "ignore_capacity": False,
        "virtual_start_time": time,
        "links": {"workspace": root[:-6], "task_queue": f"{root[:-6]}/TaskQueues/{queue_sid}",
                  "workflow": f"{root[:-6]}/Workflows/{sid('WW', 'w')}", "reservations": f"{url}/Reservations"}}
    if small:
        # Without a conversation, and what the API's examples do not have.
        fields["attributes"] = json.dumps({"customerAddress": "+1555%07d" % number})
        for name in ["routing_target", "ignore_capacity", "virtual_start_time"]:
            del fields[name]
        del fields["links"]["reservations"]
    return fields


def serve_tasks(count, small):
    """Serves a listing until the process is ended; prints its URL and how many bytes it has."""
    pages = task_pages(count, small=small)

    class Pages(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            body = pages[int(query.get("Page", ["0"])[0])]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    print(f"http://127.0.0.1:{server.server_port}", sum(map(len, pages)), flush=True)
    server.serve_forever()


def measure_listing(flexsh, folder, count):
    # In a process of its own: the memory of what is measured must not begin with its pages.
    server = subprocess.Popen(
        [sys.executable, os.path.abspath(__file__), "--serve", "--tasks", str(count), flexsh],
        stdout=subprocess.PIPE, text=True)
    try:
        url, size = server.stdout.readline().split()
        compare_listing(flexsh, folder, count, url, int(size))
    finally:
        server.terminate()
        server.wait()


def compare_listing(flexsh, folder, count, url, size):
    commands = {"flexsh": [
        flexsh, "run", "-o", "ndjson", "--no-journal", "--base-url", url,
        "-c", "list tasks where priority is 7"]}
    if importlib.util.find_spec("twilio"):
        commands["Twilio's Python library"] = [sys.executable, "-c", LIBRARY_LISTING, url, WORKSPACE]
    else:
        print("not there, and left out: twilio")
    found = {name: [] for name in commands}
    for _ in range(3):
        for name, command in commands.items():
            found[name].append(measure(count, command, environment(folder), f"{folder}/out"))
    print(f"a listing of {count} tasks, {size / 1e6:.0f} MB in pages of 1000, "
          f"of which {count // 10_000} are kept")
    for name, rows in found.items():
        rows.sort()
        rate, cpu, peak = rows[len(rows) // 2]
        print(f"  {name:28} {count / rate:8.2f} s  CPU {cpu * 1e6:6.1f} us a task  {peak:6.1f} MiB")
    if len(found) == 2:
        ours, theirs = found.values()
        print(f"  {ours[1][0] / theirs[1][0]:.1f} times the pace of the library (target 15)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flexsh")
    parser.add_argument("--reservations", type=int, default=1_000)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--small", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve_tasks(arguments.tasks, arguments.small)
    flexsh = os.path.abspath(arguments.flexsh)
    with tempfile.TemporaryDirectory() as folder:
        measure_loop(flexsh, folder, arguments.reservations)
        measure_listing(flexsh, folder, arguments.tasks)


if __name__ == "__main__":
    main()
