"""The scope on the workbench: supervisors draft, preview, propose and decide; nothing of a revision is typed over."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from applications.cities import find_city
from applications.preview import preview
from documents import catalog, services
from documents.models import RuleRevision
from documents.services import Proposal
from portal.accounts.models import Officer, User
from portal.common.acting import NATION, Acting
from portal.common.admin import LifecycleAdmin, acting_of
from portal.common.models import Event
from portal.common.site import portal_admin
from portal.common.templatetags.portal import stamp
from portal.common.unmet import Refused, Text

_CODE = re.compile(r"[0-9]{6}")
_BETWEEN = re.compile(r"[\s、，,;；]+")
_CHANNEL_NAMES: dict[str, Text] = {services.ONLINE: _("网上"), services.DEVICE: _("自助设备")}
_ACT_NAMES: dict[str, Text] = {services.OPENS: _("开放"), services.CLOSES: _("关闭")}
_CONFIDENCE_NAMES: dict[str, Text] = {"H": _("高"), "M": _("中"), "L": _("低")}
# Channels as the preview names them; the window and no way at all are never opened or closed.
_WAYS: dict[str, Text] = {**_CHANNEL_NAMES, "window": _("窗口"), "none": _("不能办")}
_DATE: dict[str, Any] = {"type": "date", "aria-label": _("生效日期")}
_TIME: dict[str, Any] = {"type": "time", "step": "1", "aria-label": _("生效时刻")}


class ProposalForm(forms.Form):
    """A change of the scope as somebody writes it down: every combination of what is named, at one moment."""

    act = forms.ChoiceField(label=_("动作"), choices=list(_ACT_NAMES.items()), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("渠道"), choices=list(_CHANNEL_NAMES.items()), initial=services.ONLINE)
    cities = forms.CharField(
        label=_("城市"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("城市名称或六位区划代码，用顿号、逗号或换行分开。自助设备可以写“全国”。"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("证件种类"),
        choices=[(kind.code, kind.name) for kind in catalog.FORM_KINDS.values()],
        widget=forms.CheckboxSelectMultiple,
    )
    categories = forms.MultipleChoiceField(
        label=_("申请类别"),
        choices=[(code, catalog.category(code).name) for code in services.SCOPE_CATEGORIES],
        widget=forms.CheckboxSelectMultiple,
    )
    groups = forms.MultipleChoiceField(
        label=_("人群"), choices=list(services.GROUP_NAMES.items()), widget=forms.CheckboxSelectMultiple
    )
    effective_at = forms.SplitDateTimeField(
        label=_("生效时间"),
        widget=forms.SplitDateTimeWidget(
            date_attrs=_DATE,
            time_attrs=_TIME,
        ),
        help_text=_("北京时间，从这一秒起按新的范围办。已经提交的申请仍按提交时的范围办。"),
    )
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("公告的名称、编号和日期。"))
    confidence = forms.ChoiceField(label=_("可信度"), choices=list(_CONFIDENCE_NAMES.items()), initial="H")

    def clean_cities(self) -> tuple[str, ...]:
        """Return the codes of the cities named; the service says which of them are none, or are gone."""
        found: list[str] = []
        unknown: list[str] = []
        for word in filter(None, _BETWEEN.split(self.cleaned_data["cities"])):
            code = NATION if word in ("全国", NATION) else word if _CODE.fullmatch(word) else find_city(word).code
            (found if code else unknown).append(code or word)
        if unknown:
            text = _("没有认出这些城市：%(names)s。请写地级市的名称或代码。")
            raise ValidationError(text, params={"names": "、".join(unknown)}, code="city_unknown")
        return tuple(dict.fromkeys(found))

    def proposal(self) -> Proposal:
        """Return the change that was written down; the form is valid."""
        told: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in self.cleaned_data.items()
        }
        return Proposal(**told)


@admin.register(RuleRevision, site=portal_admin)
class RuleRevisionAdmin(LifecycleAdmin):
    """Changes of the scope: written by one supervisor of the national office, decided by another."""

    lifecycle = services.REVISION
    act_template = "applications/official/scope_act.html"
    authority_path = ""
    roles_view: ClassVar[tuple[str, ...]] = ("supervisor", "auditor")
    roles_add = ("supervisor",)
    actions = None
    list_display = ("label", "what", "state", "effective", "proposer", "decider")
    list_select_related = ("proposed_by__officer", "decided_by__officer")
    ordering = ("-effective_at", "-label")
    fields = ("label", "what", "state", "effective", "proposer", "decider", "sources", "effect", "history")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The pilot is the nation's: its office alone widens it."""
        return super().has_add_permission(request) and acting_of(request).authority == NATION

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:  # noqa: ARG002 - Django's own signature
        """Write a change down as a draft; what is wrong is said at its field, and nothing typed is lost."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ProposalForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                row = services.draft_change(form.proposal(), acting=acting_of(request))
            except Refused as refused:
                for reason in refused.unmet:
                    field = reason.field if reason.field in form.fields else None
                    form.add_error(field, f"{reason.text} {reason.remedy}".strip())
            else:
                messages.success(request, _("草稿已保存。请看预览，再提交决定。"))
                return HttpResponseRedirect(reverse(self.url_name("change"), args=[row.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("起草开放范围变更"),
            "opts": self.opts,
            "form": form,
            "button": _("保存草稿，看预览"),
            "back": reverse(self.url_name("changelist")),
        }
        return TemplateResponse(request, self.act_template, context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002 - Django's own signature
        """Open the revision itself: its history is its events."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return HttpResponseRedirect(reverse(self.url_name("change"), args=[row.pk]))

    def do_view(self, request: HttpRequest, object_id: object, action: str) -> HttpResponse:
        """Show on the confirmation page what is decided on, and whom it moves."""
        answer = super().do_view(request, object_id, action)
        if isinstance(answer, TemplateResponse):
            row = answer.context_data["row"]  # type: ignore[index]  # the page of an action always has a context
            told = {"what": self.what(row), "effective": self.effective(row), "preview": self.effect(row)}
            answer.context_data["about"] = told  # type: ignore[index]
        return answer

    def act(self, row: RuleRevision, action: str, *, note: str, acting: Acting) -> object:
        """Do it through the services, which judge the change again among all others."""
        do = {
            "propose": services.propose_change,
            "withdraw": services.withdraw_change,
            "enact": services.enact_change,
            "reject": services.reject_change,
        }[action]
        return do(row.pk, note=note, acting=acting)

    @admin.display(description=_("内容"))
    def what(self, row: RuleRevision) -> str:
        """Return what opens and closes, each dimension once."""
        found: dict[tuple[str, str], list[set[str]]] = {}
        for line in row.lines.all():
            parts = found.setdefault((line.act, line.channel), [set() for _part in range(4)])
            for names, value in zip(parts, (line.city, line.kind, line.category, line.group), strict=True):
                names.add(value)
        return "；".join(_described(act, channel, parts) for (act, channel), parts in sorted(found.items()))

    @admin.display(description=_("状态"))
    def state(self, row: RuleRevision) -> str:
        """Return the word of the status."""
        return str(self.lifecycle.states[row.status].label)

    @admin.display(description=_("生效时间"), ordering="effective_at")
    def effective(self, row: RuleRevision) -> str:
        """Return the moment."""
        return stamp(row.effective_at)

    @admin.display(description=_("提议人"))
    def proposer(self, row: RuleRevision) -> str:
        """Return who wrote it down."""
        return str(_("随数据文件载入")) if row.is_loaded else _official(row.proposed_by)

    @admin.display(description=_("决定人"))
    def decider(self, row: RuleRevision) -> str:
        """Return who decided."""
        return _official(row.decided_by)

    @admin.display(description=_("来源"))
    def sources(self, row: RuleRevision) -> str:
        """Return the announcements it rests on."""
        lines = dict.fromkeys((line.source, line.confidence) for line in row.lines.all())
        names = [_("%(source)s（可信度%(confidence)s）") % _source(*line) for line in lines]
        return "；".join(map(str, names))

    @admin.display(description=_("预览：对演示人员的影响"))
    def effect(self, row: RuleRevision) -> SafeString | str:
        """Return whom among the synthetic people it moves, as long as somebody may still decide on it."""
        if not self.lifecycle.states[row.status].open:
            return "—"
        found = preview(row)
        switches = [
            {
                "name": one.name,
                "city": services.city_label(one.city) if one.city else "—",
                "what": f"{catalog.kind(one.kind).label} {catalog.category(one.category).label}",
                "before": _WAYS[one.before],
                "after": _WAYS[one.after],
            }
            for one in found.switches
        ]
        context = {"gained": found.count(online=True), "lost": found.count(online=False), "switches": switches}
        return render_to_string("applications/official/preview.html", context)

    @admin.display(description=_("经过"))
    def history(self, row: RuleRevision) -> SafeString:
        """Return what happened to it: when, what, by whom, with which words."""
        events = list(Event.objects.filter(subject_id=row.pk).order_by("seq"))
        names = _names([event.actor_id for event in events if event.actor_kind != "system"])
        steps = [
            {
                "at": event.at,
                "what": self.lifecycle.find(event.action, event.source).label,  # type: ignore[union-attr]
                "who": names.get(event.actor_id, _("系统")),
                "note": event.note,
            }
            for event in events
        ]
        return render_to_string("applications/official/history.html", {"steps": steps})


def _described(act: str, channel: str, parts: list[set[str]]) -> str:
    names: list[Callable[[str], Text]] = [
        lambda code: _("全国") if code == NATION else services.city_label(code),
        lambda code: catalog.kind(code).label,
        lambda code: catalog.category(code).label,
        lambda code: services.GROUP_NAMES[code],
    ]
    words = ["、".join(str(name(code)) for code in sorted(part)) for name, part in zip(names, parts, strict=True)]
    return "，".join([str(_ACT_NAMES[act]), str(_CHANNEL_NAMES[channel]), *words])


def _source(source: str, confidence: str) -> dict[str, object]:
    return {"source": source, "confidence": _CONFIDENCE_NAMES[confidence]}


def _official(user: User | None) -> str:
    return str(user.officer.name) if user else "—"


def _names(keys: list[str]) -> dict[str, str]:
    rows = Officer.objects.filter(user_id__in=keys).values_list("user_id", "name")
    return {str(user): name for user, name in rows}
