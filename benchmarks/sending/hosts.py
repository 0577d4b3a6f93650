"""How much faster several hosts are: processes that share PostgreSQL and Redis alone."""

import datetime as dt
import json
import subprocess
import sys
import time
from typing import Any

from config.clock import clock
from newsletter.models import Delivery
from newsletter.sending.send import send_ready
from newsletter.sending.transports import open_transport

_WHILE = dt.timedelta(seconds=5)


def send(hosts: int) -> dict[str, Any]:
    """Have so many hosts send at the same time; SystemExit where one could not."""
    command = [sys.executable, "-m", "benchmarks.sending.step", "hosts.work", "{}"]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(hosts)]
    results = [json.loads(worker.communicate()[0] or "null") for worker in workers]
    if None in results:
        raise SystemExit("A host ended early; its words stand above.")
    mails = sum(result["mails"] for result in results)
    return {"mails": mails, "seconds": max(result["seconds"] for result in results)}


def work() -> dict[str, Any]:
    """Be one host, for a while."""
    now, start = clock(), time.perf_counter()
    with open_transport() as transport:
        results = send_ready(transport, now, until=now() + _WHILE)
    if {*+results} != {Delivery.State.SENT}:
        raise SystemExit(f"Not all were sent: {results}")
    return {"mails": results.total(), "seconds": time.perf_counter() - start}
