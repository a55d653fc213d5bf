"""Measures how many actions a second flexsh carries out, in turn with what people use today.

    python3 Benchmarks/throughput.py PATH-OF-FLEXSH [--actions N] [--turns N]

nginx answers on loopback, on one core; everything else runs on another. Needs nginx, curl, wrk and
openssl; what is missing is left out, and said so.
"""

import argparse
import hashlib
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

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sid(prefix, text):
    return prefix + hashlib.md5(text.encode()).hexdigest()


def pinned(core, command):
    return ["taskset", "-c", str(core), *command] if shutil.which("taskset") else command


def measure(command, environment, output):
    """Runs a command on the client's core; gives seconds, CPU seconds and peak memory in MiB."""
    start = time.perf_counter()
    with open(output, "wb") as file:
        process = subprocess.Popen(
            pinned(0, command), env=environment, stdout=file, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[:4]} ended with {process.returncode}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def wrk_rate(folder, url, path):
    script = os.path.join(folder, "post.lua")
    with open(script, "w", encoding="utf-8") as file:
        file.write(
            'wrk.method = "POST"\nwrk.body = "Status=closed"\n'
            'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
            'wrk.headers["Authorization"] = "Basic QUMwMDAwMDA="\n')
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = subprocess.run(
        pinned(0, ["wrk", "-t1", "-c32", "-d2s", "-s", script, url + path]),
        capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rate = next(float(line.split()[1]) for line in found.stdout.splitlines()
                if line.startswith("Requests/sec"))
    return rate, cpu / (rate * 2)


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
        "SSL_CERT_FILE": f"{folder}/cert.pem", "XDG_STATE_HOME": folder,
    }

    def flexsh_with(jobs, *more):
        return [flexsh, "run", "-o", "ndjson", "-j", str(jobs), "--base-url", url, *more, script]

    commands = {f"flexsh, {jobs} in flight": flexsh_with(jobs) for jobs in (1, 8, 32, 100)}
    if "--no-journal" in subprocess.run(
            [flexsh, "run", "--help"], capture_output=True, text=True, check=False).stdout:
        commands = {f"flexsh, {jobs} in flight": flexsh_with(jobs, "--no-journal")
                    for jobs in (1, 8, 32, 100)}
        commands["flexsh, 32, with a journal"] = flexsh_with(32)
    if "curl" not in missing:
        commands["curl --parallel, 32"] = [
            "curl", "--silent", "--parallel", "--parallel-immediate", "--parallel-max", "32", "--config", config]
    results = {name: [] for name in commands}
    limit = []
    for _ in range(arguments.turns):
        for name, command in commands.items():
            results[name].append(measure(command, environment, f"{folder}/out"))
        if "wrk" not in missing:
            with open(script, encoding="utf-8") as lines:
                words = lines.readline().split()
            limit.append(wrk_rate(
                folder, url, f"/v1/Interactions/{words[5]}/Channels/{words[3]}/Participants/{words[1]}"))
    print(f"{scheme}: {count} actions, medians of {arguments.turns} turns")
    base = statistics.median(row[0] for row in results.get("curl --parallel, 32", [(1, 1, 1)]))
    base_cpu = statistics.median(row[1] for row in results.get("curl --parallel, 32", [(1, 1, 1)]))
    wrk = statistics.median(rate for rate, _ in limit) if limit else None
    for name, rows in results.items():
        seconds, cpu, peak = (statistics.median(column) for column in zip(*rows))
        line = f"  {name:28} {count / seconds:9.0f}/s  {base / seconds:6.2f} of curl"
        if wrk:
            line += f"  {count / seconds / wrk:6.3f} of wrk"
        print(line + f"  CPU {cpu / count * 1e6:6.1f} ms a thousand, {cpu / base_cpu:5.2f} of curl"
              f"  {peak:5.1f} MiB")
    if wrk:
        cpu = statistics.median(spent for _, spent in limit)
        print(f"  {'wrk, 32 (the limit)':28} {wrk:9.0f}/s{'':35}CPU {cpu * 1e6:6.1f} ms a thousand")


if __name__ == "__main__":
    main()
