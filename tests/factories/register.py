"""The population register as a test has it speak: records of its twin, changed from one question to the next."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from portal.accounts.gateways.register.base import RegisterRecord
from portal.accounts.gateways.register.simulator import SimulatedRegister
from portal.common.gateway import GatewayDown


@dataclass
class Speaking:
    """What the register says of each person, by name; `is_silent` while it does not answer."""

    records: dict[str, RegisterRecord]
    is_silent: bool = False

    def look_up(self, _number: str, name: str, *, request_id: str) -> RegisterRecord:
        """Answer in place of the twin."""
        if self.is_silent:
            raise GatewayDown
        return self.records[name]

    def change(self, name: str, **facts: Any) -> None:
        """Say something else of a person from now on."""
        self.records[name] = replace(self.records[name], **facts)


def speaking(monkeypatch: pytest.MonkeyPatch, *records: RegisterRecord) -> Speaking:
    """Let the register say this while `monkeypatch` holds, and nothing of anybody else."""
    spoken = Speaking({record.name: record for record in records})
    monkeypatch.setattr(SimulatedRegister, "look_up", spoken.look_up)
    return spoken
