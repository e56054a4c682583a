"""The list of cases on the desk: for reading and searching; a case opens on its review page."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications import casework, receipts
from applications.lifecycle import LIFECYCLE
from applications.models import OPEN_STATES, Application
from applications.queues import QUEUES, placed
from documents import catalog
from portal.common import clock, workdays
from portal.common.admin import RoleAdmin, acting_of
from portal.common.masking import mask_name
from portal.common.site import portal_admin
from portal.common.templatetags.portal import day

REVIEW_PAGE = "desk:review"
EVERYTHING, STILL_OPEN = "all", "open"


class QueueFilter(admin.SimpleListFilter):
    """Where a case lies on the desk; without a choice, what waits for a decision."""

    title = gettext_lazy("队列")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's own signature
        """Offer every queue, all that is open, and everything."""
        rows = [(name, queue.label) for name, queue in QUEUES.items()]
        return [*rows, (STILL_OPEN, _("全部在办")), (EVERYTHING, _("全部"))]

    def choices(self, changelist: Any) -> Any:
        """Name the default after what it shows."""
        rows = list(super().choices(changelist))
        rows[0]["display"] = _("待审")
        return rows

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Application]") -> "QuerySet[Application]":
        """Keep one queue; a search by receipt or a chosen state finds cases wherever they lie."""
        chosen = self.value()
        if chosen in QUEUES:
            rows: QuerySet[Any] = placed(queryset)
            return rows.filter(queue=chosen)
        if chosen == EVERYTHING or (not chosen and (request.GET.get("q") or request.GET.get("status"))):
            return queryset
        return queryset.filter(status__in=OPEN_STATES if chosen == STILL_OPEN else ("filed", "accepted"))


class OwnerFilter(admin.SimpleListFilter):
    """Who holds a case."""

    title = gettext_lazy("认领")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's own signature
        """Offer one's own and those nobody holds."""
        return [("me", _("我认领的")), ("nobody", _("没人认领的"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Application]") -> "QuerySet[Application]":
        """Keep those held by the official, or by nobody."""
        held = queryset.filter(claimed_until__gt=clock.now())
        if self.value() == "me":
            return held.filter(claimed_by=UUID(acting_of(request).id))
        if self.value() == "nobody":
            return queryset.exclude(pk__in=held.values("pk"))
        return queryset


def _filter_of(title: Any, name: str, labels: Callable[[], list[tuple[str, Any]]]) -> type[admin.SimpleListFilter]:
    """Return a filter of a column whose codes have words in a table of ours."""

    class CodeFilter(admin.SimpleListFilter):
        """Codes of one column, in words."""

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's own signature
            """Offer every code."""
            return labels()

        def queryset(self, request: HttpRequest, queryset: "QuerySet[Application]") -> "QuerySet[Application]":  # noqa: ARG002 - Django's own signature
            """Keep the chosen code."""
            return queryset.filter(**{name: self.value()}) if self.value() else queryset

    CodeFilter.title = title
    CodeFilter.parameter_name = name
    return CodeFilter


class CaseList(ChangeList):
    """A page of cases with their age; equal days are counted once."""

    def get_results(self, request: HttpRequest) -> None:
        """Count the working days since filing."""
        super().get_results(request)
        ages: dict[date, int] = {}
        for row in self.result_list:
            filed = clock.local_day(row.filed_at)
            if filed not in ages:
                ages[filed] = workdays.working_days_between(filed, clock.today())
            row.age = ages[filed]


@admin.register(Application, site=portal_admin)
class ApplicationAdmin(RoleAdmin):
    """Cases of the jurisdiction, due first. Nothing is typed here: every change is a named act of the review page."""

    list_display = ("number", "name", "what", "state", "owner", "age", "due")
    list_display_links = None
    list_filter = (
        QueueFilter,
        OwnerFilter,
        _filter_of(gettext_lazy("证件"), "kind", lambda: [(k.code, k.name) for k in catalog.FORM_KINDS.values()]),
        _filter_of(gettext_lazy("状态"), "status", lambda: [(s.name, s.label) for s in LIFECYCLE.states.values()]),
    )
    search_fields = ("receipt__startswith",)
    search_help_text = gettext_lazy("按受理编号查，可以只输开头几位。")
    actions = None
    ordering: ClassVar[list[Any]] = [F("due_on").asc(nulls_last=True), "filed_at", "pk"]
    list_select_related = ("person", "claimed_by__officer")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "desk/cases.html"

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's own signature
        """Cases come from filing alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Nothing is edited by hand."""
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002 - Django's own signature
        """Use the list that counts ages."""
        return CaseList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Name the page after what it shows."""
        return super().changelist_view(request, {**(extra_context or {}), "title": _("案件")})

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Sort the urgent ones by their own clock, and those that only say so."""
        by_clock = request.GET.get("queue") in ("urgent", "urgency_claimed")
        return ["urgent_by", *self.ordering] if by_clock else self.ordering

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Find by receipt, also when it was typed in groups as it is read out."""
        return super().get_search_results(request, queryset, "".join(search_term.split()))

    def change_view(self, request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Open the review page."""
        return self._review(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Open the review page: the history of a case is its events."""
        return self._review(request, object_id)

    def _review(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return HttpResponseRedirect(reverse(REVIEW_PAGE, args=[row.pk]))

    @admin.display(description=gettext_lazy("受理编号"), ordering="receipt")
    def number(self, row: Application) -> SafeString:
        """Return the receipt in groups, leading to the review page."""
        return format_html(
            '<a class="num" href="{}">{}</a>', reverse(REVIEW_PAGE, args=[row.pk]), receipts.spoken(row.receipt)
        )

    @admin.display(description=gettext_lazy("申请人"))
    def name(self, row: Application) -> str:
        """Return the masked name."""
        return mask_name(row.person.name)

    @admin.display(description=gettext_lazy("申请"), ordering="kind")
    def what(self, row: Application) -> str:
        """Return kind and category."""
        return row.label

    @admin.display(description=gettext_lazy("状态"), ordering="status")
    def state(self, row: Application) -> str:
        """Return where it stands, in words."""
        return str(casework.state_label(row))

    @admin.display(description=gettext_lazy("认领"))
    def owner(self, row: Application) -> str:
        """Return who holds it now."""
        if row.claimed_by is None or not casework.is_held(row):
            return "—"
        return str(row.claimed_by.officer.name)

    @admin.display(description=gettext_lazy("已过"), ordering="filed_at")
    def age(self, row: Any) -> str:
        """Return the working days since filing."""
        return ngettext("%(days)s 个工作日", "%(days)s 个工作日", row.age) % {"days": row.age}

    @admin.display(description=gettext_lazy("办理时限"), ordering="due_on")
    def due(self, row: Application) -> SafeString | str:
        """Return the due day, marked when it has passed while the case waits for us."""
        if row.due_on is None:
            return _("受理后起算")
        text = day(row.due_on) + (_("（暂定）") if row.due_provisional else "")
        if row.status in ("filed", "accepted") and row.due_on < clock.today():
            return format_html('<strong class="w-overdue">{} {}</strong>', text, _("已超期"))
        return text
