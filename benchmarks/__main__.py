"""Runs the benchmarks: `python -m benchmarks [NAME …]`, one JSON object a line.

A benchmark is a module of this folder with a function `measure()` that returns `Figures`. Ours and the floor are
measured in turn, in pairs, so that a noisy machine disturbs both alike; the ratio is the median over the pairs.
Requests are answered by gunicorn, promises kept by Celery, on PostgreSQL and Redis where they answer here.
"""

import dataclasses
import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path

import django

from tests import services

FOLDER = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"__main__", "figures", "floors", "ground", "server", "serving", "settings"}


def names() -> list[str]:
    """Return the names of all benchmarks, in order."""
    return sorted(module.name for module in pkgutil.iter_modules([str(FOLDER)]) if module.name not in NOT_BENCHMARKS)


def main(wanted: list[str]) -> int:
    """Run the benchmarks asked for, or all of them; an unknown name is refused before anything runs."""
    known = names()
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        sys.stderr.write(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(known) or 'none'}\n")
        return 2
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    for name, usual in services.USUAL.items():
        if not services.answers(os.environ.get(name) or usual):
            os.environ.setdefault(name, usual)
    if postgres := os.environ.get("PORTAL_TEST_POSTGRES_URL"):
        os.environ["PORTAL_TEST_DATABASE_URL"] = postgres
    django.setup()
    ground = importlib.import_module("benchmarks.ground")
    with ground.database() as empty:
        for name in wanted or known:
            figures = importlib.import_module(f"benchmarks.{name}").measure()
            print(json.dumps({"name": name, **dataclasses.asdict(figures)}), flush=True)
            empty()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
