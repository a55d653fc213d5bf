"""Measures how many actions a second flexsh carries out, in turn with what people use today.

    python3 Benchmarks/throughput.py PATH-OF-FLEXSH [--actions N] [--turns N]

nginx answers on loopback, on one core; everything else runs on another. Needs nginx and openssl; curl,
wrk and Twilio's library for Python are left out where they are missing, which is said. A ratio is the
median of the turns' ratios: the machine changes from turn to turn, and both sides with it.
"""

import argparse
import hashlib
import importlib.util
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SERVER = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s; client_body_temp_path {folder};
  proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{http} reuseport; listen 127.0.0.1:{https} ssl reuseport;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    location ~ "^/v1/Interactions/(?<kd>KD[0-9a-f]+)/Channels/(?<uo>UO[0-9a-f]+)/Participants/(?<ut>UT[0-9a-f]+)$" {{
      default_type application/json;
      return 200 '{{"sid":"$ut","channel_sid":"$uo","interaction_sid":"$kd","type":"agent","routing_properties":null,"url":"https://flex-api.twilio.com/v1/Interactions/$kd/Channels/$uo/Participants/$ut"}}';
    }}
  }}
}}
"""

# One request after the other with Twilio's library, to another host than its own.
LIBRARY_LOOP = """
import sys
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

class Local(TwilioHttpClient):
    def request(self, method, url, **more):
        return super().request(method, url.replace("https://flex-api.twilio.com", sys.argv[1]), **more)

client = Client("AC" + "0" * 32, "secret", http_client=Local())
for line in list(open(sys.argv[2]))[:int(sys.argv[3])]:
    _, ut, _, uo, _, kd = line.split()
    client.flex_api.v1.interaction(kd).channels(uo).participants(ut).update(status="closed")
"""
CURL, LIBRARY = "curl --parallel, 32", "Twilio's Python library, 1"
# The limits: who does nothing with the answers.
WRK, WRK_ALONE = "wrk, 32", "wrk, 1"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sid(prefix, text):
    return prefix + hashlib.md5(text.encode()).hexdigest()


def pinned(core, command):
    return ["taskset", "-c", str(core), *command] if shutil.which("taskset") else command


def measure(count, command, environment, output):
    """Runs a command on the client's core; gives actions a second, CPU seconds an action and the peak
    of memory in MiB."""
    start = time.perf_counter()
    with open(output, "wb") as file:
        process = subprocess.Popen(
            pinned(0, command), env=environment, stdout=file, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[:4]} ended with {process.returncode}")
    return count / seconds, (used.ru_utime + used.ru_stime) / count, used.ru_maxrss / 1024


def wrk_rate(folder, url, path, connections):
    script = os.path.join(folder, "post.lua")
    with open(script, "w", encoding="utf-8") as file:
        file.write(
            'wrk.method = "POST"\nwrk.body = "Status=closed"\n'
            'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
            'wrk.headers["Authorization"] = "Basic QUMwMDAwMDA="\n')
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = subprocess.run(
        pinned(0, ["wrk", "-t1", f"-c{connections}", "-d2s", "-s", script, url + path]),
        capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rate = next(float(line.split()[1]) for line in found.stdout.splitlines()
                if line.startswith("Requests/sec"))
    return rate, cpu / (rate * 2), 0.0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flexsh")
    parser.add_argument("--actions", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=5)
    arguments = parser.parse_args()
    flexsh = os.path.abspath(arguments.flexsh)
    missing = [tool for tool in ["nginx", "curl", "wrk", "openssl"] if not shutil.which(tool)]
    if "nginx" in missing or "openssl" in missing:
        sys.exit(f"left out, for want of {', '.join(missing)}")
    if not importlib.util.find_spec("twilio"):
        missing.append("twilio")
    if missing:
        print(f"not there, and left out: {', '.join(missing)}")

    with tempfile.TemporaryDirectory() as folder:
        bench(folder, flexsh, arguments, missing)


def bench(folder, flexsh, arguments, missing):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
         f"{folder}/key.pem", "-out", f"{folder}/cert.pem"], check=True, capture_output=True)
    ports = {"http": free_port(), "https": free_port()}
    with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
        file.write(SERVER.format(folder=folder, **ports))
    server = subprocess.Popen(
        pinned(1, ["nginx", "-c", f"{folder}/nginx.conf", "-p", folder]),
        stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", ports["http"]), 0.1).close()
                break
            except OSError:
                time.sleep(0.02)
        for scheme in ["http", "https"]:
            url = f"http://127.0.0.1:{ports['http']}" if scheme == "http" else \
                f"https://localhost:{ports['https']}"
            compare(folder, flexsh, arguments, missing, scheme, url)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def compare(folder, flexsh, arguments, missing, scheme, url):
    count = arguments.actions
    script, config = f"{folder}/actions.flex", f"{folder}/actions.curl"
    with open(script, "w", encoding="utf-8") as lines, open(config, "w", encoding="utf-8") as requests:
        for number in range(count):
            ut, uo, kd = (sid(p, f"{p}{number}") for p in ("UT", "UO", "KD"))
            lines.write(f"close {ut} on {uo} in {kd}\n")
            path = f"/v1/Interactions/{kd}/Channels/{uo}/Participants/{ut}"
            requests.write(
                ("next\n" if number else "") + f'url = "{url}{path}"\ndata = "Status=closed"\nuser = "AC:secret"\n'
                f'cacert = "{folder}/cert.pem"\noutput = "/dev/null"\n')
    environment = {
        **os.environ, "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "secret",
        "SSL_CERT_FILE": f"{folder}/cert.pem", "REQUESTS_CA_BUNDLE": f"{folder}/cert.pem",
        "XDG_STATE_HOME": folder,
    }

    def flexsh_with(jobs, *more):
        return [flexsh, "run", "-o", "ndjson", "-j", str(jobs), "--base-url", url, *more, script]

    # What is compared stands side by side; by each command, how many actions it carries out.
    commands = {f"flexsh, {jobs}": (count, flexsh_with(jobs, "--no-journal"))
                for jobs in (100, 8, 1, 32)}
    commands["flexsh, 32, with a journal"] = (count, flexsh_with(32))
    if "curl" not in missing:
        commands[CURL] = (count, [
            "curl", "--silent", "--parallel", "--parallel-immediate", "--parallel-max", "32", "--config", config])
    if "twilio" not in missing:
        some = max(1, count // 10)
        commands[LIBRARY] = (some, [sys.executable, "-c", LIBRARY_LOOP, url, script, str(some)])
    with open(script, encoding="utf-8") as lines:
        words = lines.readline().split()
    path = f"/v1/Interactions/{words[5]}/Channels/{words[3]}/Participants/{words[1]}"
    results = {name: [] for name in commands}
    if "wrk" not in missing:
        results[WRK], results[WRK_ALONE] = [], []
    for _ in range(arguments.turns):
        for name, (number, command) in commands.items():
            results[name].append(measure(number, command, environment, f"{folder}/out"))
        if WRK in results:
            results[WRK].append(wrk_rate(folder, url, path, 32))
            results[WRK_ALONE].append(wrk_rate(folder, url, path, 1))
    print(f"{scheme}: {count} actions, medians of {arguments.turns} turns")
    for name, rows in results.items():
        tell(name, rows, results)


def tell(name, rows, results):
    """Prints the figures of a command, and the ratios to those that it is compared with."""
    def ratio(other, column=0):
        return statistics.median(row[column] / base[column] for row, base in zip(rows, results[other]))

    rate, cpu, peak = (statistics.median(column) for column in zip(*rows))
    words = [f"{rate:7.0f}/s", f"CPU {cpu * 1e6:7.1f} ms a thousand"]
    if peak:
        words.append(f"{peak:5.1f} MiB")
    ours = name.startswith("flexsh")
    if ours and CURL in results:
        words.append(f"{ratio(CURL):.2f} of curl, CPU {ratio(CURL, 1):.2f}")
    if ours and WRK in results:
        words.append(f"{ratio(WRK):.3f} of wrk")
    if name == "flexsh, 1":
        words += [f"{ratio(other):.2f} of {other}" for other in (WRK_ALONE, LIBRARY) if other in results]
    if name == WRK_ALONE and LIBRARY in results:
        words.append(f"{ratio(LIBRARY):.2f} of {LIBRARY}")
    if name == "flexsh, 32, with a journal":
        words.append(f"{ratio('flexsh, 32'):.2f} of without")
    print(f"  {name:28}" + "  ".join(words))


if __name__ == "__main__":
    main()
