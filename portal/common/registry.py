"""What lower floors reach above them: each app fills these in its AppConfig.ready()."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from portal.common.unmet import Text


@dataclass(frozen=True, repr=False)
class Texted:
    """How somebody without an account is told: by text message to a phone, with a path and what to do there."""

    phone: str
    language: str
    path: str
    advice: Text = ""


@dataclass(frozen=True)
class Told:
    """To whom a message goes and what it needs: opaque user ids, codes as parameters, a link by URL name.

    `texted` stands for whoever has no account, and counts where there is no recipient. `in_person`: with neither, an
    official has said it to somebody who stood at the counter. Where none of the three is so, a person has to look.
    """

    recipients: tuple[UUID, ...]
    params: Mapping[str, str | int] = field(default_factory=dict)
    link: str = ""
    link_args: tuple[str, ...] = ()
    texted: Texted | None = None
    in_person: bool = False


@dataclass(frozen=True)
class MessageSpec:
    """One kind of message: title and body as gettext ids with %(name)s parameters, and its channels.

    `sample` holds every parameter as `find` gives it: tests render each message in each language with it, and a
    message told without one of them is refused. `present` turns the stored codes into words of the reader's language.
    With `at_once` all channels are used together; otherwise the next one only when one has failed.
    """

    code: str
    title: Text
    body: Text
    find: Callable[[UUID, Mapping[str, object]], Told]
    channels: tuple[str, ...] = ("inbox", "sms", "email")
    present: Callable[[Mapping[str, object]], dict[str, object]] = dict
    sample: Mapping[str, str | int] = field(default_factory=dict)
    at_once: bool = True


@dataclass(frozen=True)
class Simulator:
    """An embedded twin of an outside system: what people call it, and its faults by name with their effect."""

    label: Text
    faults: Mapping[str, Text] = field(default_factory=dict)


messages: dict[str, MessageSpec] = {}
# Each gives the audit chains that must exist; verification misses none that was dropped whole.
expected_chains: list[Callable[[], Iterable[str]]] = []
# Each yields "invariant: first bad row" for every breach it finds.
invariants: dict[str, Callable[[], Iterable[str]]] = {}
# Each tells whether an application must not lapse yet, because money for it may be on its way.
lapse_guards: list[Callable[[UUID], bool]] = []
# Each runs after a holiday notice was loaded: what was counted without it may end on another day.
calendar_loaded: list[Callable[[], None]] = []
# The embedded twins by the name of their ledger; the development page shows their knobs.
simulators: dict[str, Simulator] = {}


def tell(*specs: MessageSpec) -> None:
    """Register messages; a code belongs to one spec."""
    for spec in specs:
        if messages.setdefault(spec.code, spec) is not spec:
            message = f"message {spec.code} is registered twice"
            raise ValueError(message)
