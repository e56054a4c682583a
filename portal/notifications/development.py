"""Development pages: what the simulated channels received, and the knobs of every simulated system."""

from dataclasses import dataclass
from typing import Any, TypedDict

from django import forms
from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.common import registry
from portal.common.access import development
from portal.common.forms import PortalForm
from portal.common.simulation import Ledger
from portal.common.unmet import Text
from portal.notifications import channels
from portal.notifications.channels.twin import Received, SimulatedChannel

SHOWN = 50
TIMES_MAX = 1000


class Shown(TypedDict):
    """One received message: which channel, and everything the recipient sees."""

    channel: str
    letter: Received


@dataclass(frozen=True)
class Knobs:
    """One simulated system: its name, its faults as (name, effect, how often still armed)."""

    name: str
    label: Text
    faults: list[tuple[str, Text, int]]
    form: "FaultForm"


class FaultForm(PortalForm):
    """Which fault of which system happens how often from now on."""

    system = forms.CharField(widget=forms.HiddenInput, max_length=40)
    fault = forms.RegexField(r"^[a-z_]{1,40}$", label=gettext_lazy("故障"), max_length=40)
    times = forms.IntegerField(
        label=gettext_lazy("次数（0 关闭，-1 一直）"), min_value=-1, max_value=TIMES_MAX, initial=1
    )

    def clean_system(self) -> str:
        """Return the system if it has books or has been announced."""
        name = str(self.cleaned_data["system"])
        if name not in systems():
            raise forms.ValidationError(_("没有这个模拟系统"), code="system.unknown")
        return name


def systems() -> list[str]:
    """Return the names of the simulated systems: announced by their apps, or with books on disk."""
    kept = {path.stem for path in settings.SIMULATION_DIR.glob("*.sqlite3")}
    return sorted(kept | registry.simulators.keys())


def received() -> list[Shown]:
    """Return what the simulated channels took, newest first, at most SHOWN; real channels are left out."""
    shown: list[Shown] = []
    for name in channels.names():
        adapter = channels.gateway(name)
        if isinstance(adapter, SimulatedChannel):
            shown += [Shown(channel=name, letter=letter) for letter in adapter.received()]
    return sorted(shown, key=lambda row: row["letter"].at, reverse=True)[:SHOWN]


@require_safe
@development
def messages(request: HttpRequest) -> HttpResponse:
    """Show the messages in full (`?format=json`: {"messages": […]}), with the knobs of the simulated systems."""
    shown = received()
    if request.GET.get("format") == "json":
        return JsonResponse({"messages": [_as_json(row) for row in shown]})
    return render(request, "notifications/development.html", {"received": shown, "systems": _knobs()})


@require_POST
@development
def faults(request: HttpRequest) -> HttpResponse:
    """Arm or disarm one fault (POST system, fault, times) and go back to the page."""
    form = FaultForm(request.POST)
    if not form.is_valid():
        context = {"received": received(), "systems": _knobs(), "form": form}
        return render(request, "notifications/development.html", context, status=400)
    chosen = form.cleaned_data
    Ledger(chosen["system"]).arm(chosen["fault"], chosen["times"])
    notices.success(request, _("已设置 %(system)s：%(fault)s") % chosen)
    return redirect("development:messages")


def _as_json(row: Shown) -> dict[str, Any]:
    letter = row["letter"]
    return {
        "channel": row["channel"],
        "to": letter.to,
        "title": letter.title,
        "body": letter.body,
        "at": letter.at.isoformat(),
        "reference": letter.reference,
        "outcome": letter.outcome.value,
    }


def _knobs() -> list[Knobs]:
    rows = []
    for name in systems():
        armed = Ledger(name).armed()
        known = registry.simulators.get(name)
        announced = dict(known.faults) if known else {}
        faults_of = [(fault, announced.get(fault, ""), armed.get(fault, 0)) for fault in {**announced, **armed}]
        form = FaultForm(initial={"system": name}, auto_id=f"{name}_%s")
        rows.append(Knobs(name, known.label if known else name, faults_of, form))
    return rows
