"""Scrapes the demo with Prometheus and runs the queries of the Grafana dashboard; see check-dashboard."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = sys.argv[1]
DEMO_LIMIT_S = 300
QUERY_LIMIT_S = 90
# Nothing in the demo fails, is guarded, rejected or paused, so these panels are empty, and must be: a series would be a surprise.
EMPTY = {
    "Dead letters in the last hour",
    "Throttled calls per second",
    "Failed statements per second",
    "Guarded items per second",
    "Parked and discarded by the routers, per second",
}


def demo(folder):
    """Starts the demo; returns its process once it prints the addresses, and the ports of the services."""
    log = open(os.path.join(folder, "demo.log"), "w+", encoding="utf-8")
    process = subprocess.Popen(
        ["java", "-Xmx512m", "-Dlogback.configurationFile=sandbox-logback.xml", "-cp",
         ROOT + "/sandbox/target/classes:" + open(ROOT + "/sandbox/target/class-path", encoding="utf-8").read().strip(),
         "io.sidetrack.sandbox.demo.DemoMain", "--records", "2000", "--keep"],
        stdout=log, stderr=subprocess.STDOUT, cwd=folder)
    end = time.monotonic() + DEMO_LIMIT_S
    while time.monotonic() < end and process.poll() is None:
        with open(log.name, encoding="utf-8") as lines:
            ports = dict(re.findall(r"(router|live|backfill)\s+http://localhost:(\d+)/metrics", lines.read()))
        if len(ports) == 3:
            return process, ports
        time.sleep(0.5)
    process.kill()
    sys.exit("dashboard: the demo printed no addresses\n" + open(log.name, encoding="utf-8").read())


def prometheus(folder, ports):
    """Starts a server that scrapes the services every second; returns its process and its address."""
    jobs = "".join(
        f"  - job_name: sidetrack-{name}\n    static_configs: [{{targets: ['localhost:{port}']}}]\n"
        for name, port in ports.items())
    config = os.path.join(folder, "prometheus.yml")
    with open(config, "w", encoding="utf-8") as out:
        out.write("global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
                  f"rule_files: ['{ROOT}/deploy/prometheus/sidetrack-alerts.yml']\nscrape_configs:\n{jobs}")
    address = "127.0.0.1:19090"
    process = subprocess.Popen(
        ["prometheus", "--config.file=" + config, "--storage.tsdb.path=" + os.path.join(folder, "data"),
         "--web.listen-address=" + address],
        stdout=subprocess.DEVNULL, stderr=open(os.path.join(folder, "prometheus.log"), "w", encoding="utf-8"))
    return process, "http://" + address


def query(address, expression):
    """Returns the result of a query; an invalid query ends the check."""
    url = address + "/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return json.load(response)["data"]["result"]
    except urllib.error.HTTPError as refused:
        sys.exit(f"dashboard: invalid query: {expression}\n{refused.read().decode()}")
    except OSError:
        return []


def queries():
    """Yields the title and the query of each target in the dashboard, with its variables replaced."""
    with open(ROOT + "/deploy/grafana/sidetrack.json", encoding="utf-8") as text:
        panels = json.load(text)["panels"]
    for panel in panels:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"].replace("$table", ".*").replace("$__rate_interval", "1m")


def check(address):
    """Runs the queries until each has returned what is expected of it, or the time is over."""
    # The demo sets no limits, and a limit that is not set is left out.
    expected = [(title, expression) for title, expression in queries()
                if title not in EMPTY and "limit < Inf" not in expression]
    end = time.monotonic() + QUERY_LIMIT_S
    while expected and time.monotonic() < end:
        expected = [(title, expression) for title, expression in expected if not query(address, expression)]
        time.sleep(1)
    problems = [f"no data: {title}: {expression}" for title, expression in expected]
    problems += [f"unexpected data: {title}: {expression}" for title, expression in queries()
                 if title in EMPTY and any(float(one["value"][1]) > 0 for one in query(address, expression))]
    problems += ["alert: " + alert["labels"]["alertname"]
                 for alert in json.load(urllib.request.urlopen(address + "/api/v1/alerts"))["data"]["alerts"]
                 if alert["state"] == "firing"]
    return problems


def main():
    with tempfile.TemporaryDirectory() as folder:
        running, ports = demo(folder)
        server, address = prometheus(folder, ports)
        try:
            problems = check(address)
        finally:
            server.kill()
            running.terminate()
            try:
                running.wait(60)
            except subprocess.TimeoutExpired:
                running.kill()
    count = len(list(queries()))
    print("\n".join(problems) if problems else f"dashboard: {count} queries answered by Prometheus as expected")
    sys.exit(1 if problems else 0)


main()
