"""Adds up the reports of all test stages into one plain closing line; the exit code is 1 when anything failed."""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET


def closing(folder: Path) -> tuple[str, int]:
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for report in sorted(folder.glob("*.xml")):
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - reports of our own run
            for name in counts:
                counts[name] += int(suite.get(name, "0"))
    failed = counts["failures"] + counts["errors"]
    passed = counts["tests"] - failed - counts["skipped"]
    return f"{passed} passed, {failed} failed, {counts['skipped']} skipped", int(failed > 0 or passed == 0)


if __name__ == "__main__":
    line, code = closing(Path(sys.argv[1]))
    print(line)  # noqa: T201 - the line is the result
    sys.exit(code)
