"""Prints, as shell lines, the addresses of the PostgreSQL and Redis that answer here for tests.

An address given in the environment must answer. Without one the usual local address is tried; a service that does not
answer there is left out, except where CI is set: there both are required.
"""

import os
import shlex
import sys

import psycopg2
import redis

USUAL = {
    "PORTAL_TEST_POSTGRES_URL": "postgresql://portal_tests:portal_tests@127.0.0.1:5432/portal_tests",
    "PORTAL_TEST_REDIS_URL": "redis://127.0.0.1:6379/9",
}
PATIENCE_SECONDS = 3


def answers(url: str) -> str:
    """Return why the service does not answer, or nothing."""
    try:
        if url.startswith("redis"):
            redis.Redis.from_url(url, socket_connect_timeout=PATIENCE_SECONDS).ping()
        else:
            psycopg2.connect(url, connect_timeout=PATIENCE_SECONDS).close()
    except (redis.RedisError, psycopg2.Error) as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return ""


def main() -> int:
    code = 0
    for name, usual in USUAL.items():
        url = os.environ.get(name) or usual
        if refusal := answers(url):
            required = bool(os.environ.get("CI")) or name in os.environ
            sys.stderr.write(f"{name}: {'required, but ' if required else 'left out: '}{refusal}\n")
            code = code or int(required)
        else:
            print(f"export {name}={shlex.quote(url)}")  # noqa: T201 - the lines are the result
    return code


if __name__ == "__main__":
    sys.exit(main())
