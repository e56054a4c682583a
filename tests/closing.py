"""Adds up the reports of all test stages: what was counted, and one plain closing line; 1 when anything failed."""

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET


def closing(folder: Path) -> tuple[list[str], int]:
    counts: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for report in sorted(folder.glob("*.xml")):
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - reports of our own run
            counts.update({name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")})
            # Recorded at the end of a long test, when all of it has passed.
            for row in suite.iter("property"):
                counted[row.get("name", "")] += int(row.get("value", "0"))
    failed = counts["failures"] + counts["errors"]
    passed = counts["tests"] - failed - counts["skipped"]
    lines = [f"{number:>12,}  {name}" for name, number in counted.items()]
    lines.append(f"{passed} passed, {failed} failed, {counts['skipped']} skipped")
    return lines, int(failed > 0 or passed == 0)


if __name__ == "__main__":
    found, code = closing(Path(sys.argv[1]))
    print(*found, sep="\n")  # noqa: T201 - the lines are the result
    sys.exit(code)
