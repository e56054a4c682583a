"""The workbench's pages of window cases: service points, bookings, prepared cases, visits at home."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from applications.services import Outlook, outlook
from portal.accounts.models import Authority, Officer, OpeningHours, ServicePoint
from portal.appointments import counter, home_visits, slots
from portal.appointments.forms import AcceptVisitForm, IntakeForm
from portal.appointments.lifecycle import BOOKING, HOME_VISIT, WINDOW_CASE
from portal.appointments.models import Booking, HomeVisit, WindowCase
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.admin import LifecycleAdmin, RoleAdmin, acting_of, within_jurisdiction
from portal.common.masking import mask_citizen_number, mask_name, mask_phone
from portal.common.site import portal_admin
from portal.common.templatetags.portal import fen, moment
from portal.common.unmet import Refused, Text

DECIDING = ("officer", "supervisor")
CONFLICT = 409
FOUND = 302
# What people fill in on a form before they come, by field.
LABELS: dict[str, Text] = {
    "address": _("住址"),
    "employer": _("工作单位"),
    "phone": _("联系电话"),
    "emergency_name": _("紧急联系人"),
    "emergency_phone": _("紧急联系电话"),
    "surname": _("拼音姓"),
    "given": _("拼音名"),
    "postcode": _("邮政编码"),
    "recipient": _("收件人"),
}


class HoursInline(admin.StackedInline):  # type: ignore[type-arg]
    """The opening hours of a point, with the days they hold."""

    model = OpeningHours
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Whoever sees the point sees its hours."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Supervisors set them."""
        return acting_of(request).kind == "supervisor"

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


@admin.register(ServicePoint, site=portal_admin)
class ServicePointAdmin(RoleAdmin):
    """Halls and counters; whoever changes their hours opens or closes places at once."""

    roles_add = ("supervisor",)
    roles_change = ("supervisor",)
    authority_path = "authority_id"
    list_display = ("name", "authority", "opened_on", "closed_on")
    list_select_related = ("authority",)
    inlines = (HoursInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A point stays with its authority: bookings carry it."""
        return [*super().get_readonly_fields(request, obj), *(["authority"] if obj else [])]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the authorities of the supervisor's jurisdiction."""
        if db_field.name == "authority":
            kwargs["queryset"] = within_jurisdiction(Authority.objects.all(), acting_of(request), path="code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's own signature
        """Save the hours, bring the places in line with them, and audit."""
        super().save_related(request, form, formsets, change)
        point: ServicePoint = form.instance
        slots.open_ahead([point])
        content = {"point": str(point.pk), "new": not change}
        audit.append(f"service_point:{point.pk}", "service_point.saved", acting=acting_of(request), content=content)


@admin.register(Booking, site=portal_admin)
class BookingAdmin(RoleAdmin):
    """Bookings of the jurisdiction, for reading: the counter's own page does the rest."""

    list_display = ("day", "at", "masked_name", "point", "matter", "state")
    list_filter = ("day", "matter")
    list_select_related = ("slot", "point")
    ordering = ("-day", "slot__starts_at")
    fields = ("masked_name", "at", "point", "matter", "state", "booked_at", "arrived_at")
    readonly_fields = fields

    @admin.display(description=_("姓名"))
    def masked_name(self, row: Booking) -> str:
        """The first character."""
        return mask_name(row.name)

    @admin.display(description=_("时段"))
    def at(self, row: Booking) -> str:
        """When they are expected, or when they came."""
        return moment(row.slot.starts_at if row.slot else row.arrived_at)

    @admin.display(description=_("状态"))
    def state(self, row: Booking) -> str:
        """The public word of the status."""
        return str(BOOKING.states[row.status].label)


class PurposeForm(forms.Form):
    """Why an official wants to see everything in full."""

    purpose = forms.ChoiceField(
        label=_("查看目的"),
        choices=(
            ("", _("请选择")),
            ("counter", _("当事人在窗口，当面办理")),
            ("visit", _("安排上门")),
            ("complaint", _("处理投诉")),
        ),
    )


class UnmaskingAdmin(LifecycleAdmin):
    """A class whose rows show people masked, and in full for a purpose that is written down first."""

    roles_view = DECIDING
    change_form_template = "appointments/official/row.html"

    def in_full(self, row: Any) -> list[tuple[Text, str]]:
        """Give what is shown in full, each value under what it is."""
        return [(_("姓名"), row.name)]

    def get_urls(self) -> list[URLPattern]:
        """Add the unmasked view."""
        return [self.row_path("unmask/", self.unmask_view, "unmask"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the unmasked view."""
        row = self.get_object(request, object_id)
        unmask_url = reverse(self.url_name("unmask"), args=[row.pk]) if row is not None else ""
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "unmask_url": unmask_url})

    def unmask_view(self, request: HttpRequest, object_id: object) -> HttpResponse:
        """Show everything once a purpose was named; the purpose is audited before anything is shown."""
        row = self.find_row(request, object_id)
        form = PurposeForm(request.POST if request.method == "POST" else None)
        shown: list[tuple[Text, str]] = []
        if request.method == "POST" and form.is_valid():
            content = {"row": str(row.pk), "purpose": form.cleaned_data["purpose"]}
            audit.append(row.chain, "data.unmasked", acting=acting_of(request), content=content)
            shown = self.in_full(row)
        context = {
            **self.admin_site.each_context(request),
            "title": _("查看完整信息"),
            "opts": self.opts,
            "form": form,
            "shown": shown,
            "back": reverse(self.url_name("change"), args=[row.pk]),
        }
        return TemplateResponse(request, "appointments/official/unmask.html", context)


@admin.register(WindowCase, site=portal_admin)
class WindowCaseAdmin(UnmaskingAdmin):
    """Prepared cases: opened at the counter with all that was told, taken in, completed or turned away."""

    lifecycle = WINDOW_CASE
    change_form_template = "appointments/official/case.html"
    list_display = ("day", "masked_name", "masked_number", "point", "state", "due_on")
    list_display_links = ("masked_name",)
    list_select_related = ("booking__point",)
    ordering = ("-booking__day",)
    fields = ("masked_name", "masked_number", "point", "state", "taken_at", "due_on", "fee")
    readonly_fields = fields

    def act(self, row: WindowCase, action: str, *, note: str, acting: Acting) -> object:
        """Decide through the counter, which also tells people without an account."""
        decide = counter.complete if action == "complete" else counter.turn_away
        return decide(row, note=note, acting=acting)

    def in_full(self, row: WindowCase) -> list[tuple[Text, str]]:
        """Give who it is, and what they filled in before."""
        answers = row.told.get("answers", {})
        typed = [
            (LABELS[field], str(value))
            for page in ("personal", "contact", "delivery", "name")
            for field, value in answers.get(page, {}).items()
            if field in LABELS and value
        ]
        return [*super().in_full(row), (_("公民身份号码"), row.citizen_number), *typed]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was told before beside the row."""
        row = self.get_object(request, object_id)
        found = _outlook(row) if row is not None else None
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "outlook": found})

    def do_view(self, request: HttpRequest, object_id: object, action: str) -> HttpResponse:
        """Forms are taken in on the counter's page, other matters with their papers; the rest asks for its reason."""
        if action in ("open_form", "hand_in"):
            return HttpResponseRedirect(
                reverse("appointments:intake", args=[self.find_row(request, object_id).booking_id])
            )
        if action == "take":
            return self._take_view(request, self.find_row(request, object_id))
        return super().do_view(request, object_id, action)

    def _take_view(self, request: HttpRequest, row: WindowCase) -> HttpResponse:
        if request.method == "GET":
            # The form shows name and number in full: whoever opens it has the person before them.
            content = {"row": str(row.pk), "purpose": "counter"}
            audit.append(row.chain, "data.unmasked", acting=acting_of(request), content=content)
        found = _outlook(row)
        needed = [one.code for one in found.materials] if found else []
        form = IntakeForm(request.POST if request.method == "POST" else None, case=row, needed=needed)
        back = reverse(self.url_name("change"), args=[row.pk])
        status = 200
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            intake = counter.Intake(data["name"], data["citizen_number"], data["hukou_code"], tuple(data["materials"]))
            try:
                counter.take_in(row, intake, acting=acting_of(request))
            except Refused as refused:
                form.refuse(refused.unmet)
                status = CONFLICT
            else:
                messages.success(request, _("已受理。"))
                return HttpResponseRedirect(back)
        context = {
            "official": office_of(request),
            "title": _("受理"),
            "form": form,
            "outlook": found,
            "back": back,
        }
        return TemplateResponse(request, "appointments/official/take.html", context, status=status)

    @admin.display(description=_("日期"))
    def day(self, row: WindowCase) -> str:
        """The day of the booking."""
        return str(row.booking.day)

    @admin.display(description=_("姓名"))
    def masked_name(self, row: WindowCase) -> str:
        """The first character."""
        return mask_name(row.name)

    @admin.display(description=_("公民身份号码"))
    def masked_number(self, row: WindowCase) -> str:
        """First and last four."""
        return mask_citizen_number(row.citizen_number)

    @admin.display(description=_("服务点"))
    def point(self, row: WindowCase) -> str:
        """Where it is taken in."""
        return row.booking.point.name

    @admin.display(description=_("费用"))
    def fee(self, row: WindowCase) -> str:
        """The price, where a source names one."""
        return fen(row.fee_fen) if row.fee_fen is not None else str(_("窗口告诉您"))

    @admin.display(description=_("状态"))
    def state(self, row: WindowCase) -> str:
        """The public word of the status."""
        return str(WINDOW_CASE.states[row.status].label)


def office_of(request: HttpRequest) -> Officer | None:
    """Return who is at work, for the bar on top."""
    user: Any = request.user
    office: Officer | None = user.official
    return office


def _outlook(row: WindowCase) -> Outlook | None:
    return outlook(row.told, on=clock.today(), place=row.authority) if row.told else None


@admin.register(HomeVisit, site=portal_admin)
class HomeVisitAdmin(UnmaskingAdmin):
    """Requests for a visit at home: accepted with a day, refused with a reason, made."""

    lifecycle = HOME_VISIT
    list_display = ("asked_at", "masked_name", "reason", "state", "visit_on", "authority")
    list_display_links = ("masked_name",)
    list_filter = ("reason",)
    ordering = ("asked_at",)
    fields = ("masked_name", "masked_phone", "reason", "state", "asked_at", "visit_on")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[HomeVisit]":
        """Give what somebody still has to act on."""
        return super().get_queryset(request).filter(status__in=HOME_VISIT.open_states)

    def act(self, row: HomeVisit, action: str, *, note: str, acting: Acting) -> object:
        """Decide through the services, which also tell people without an account."""
        decide = home_visits.refuse if action == "refuse" else home_visits.visited
        return decide(row, note=note, acting=acting)

    def in_full(self, row: HomeVisit) -> list[tuple[Text, str]]:
        """Give what a visit needs: whom to call, and where to go."""
        return [
            *super().in_full(row),
            (_("联系电话"), row.phone),
            (_("上门地址"), row.address),
            (_("情况说明"), row.details),
        ]

    def do_view(self, request: HttpRequest, object_id: object, action: str) -> HttpResponse:
        """Accepting asks for the day; being there leads on to the form; every other action asks for its reason."""
        if action == "accept":
            return self._accept_view(request, self.find_row(request, object_id))
        if action != "visit":
            return super().do_view(request, object_id, action)
        row = self.find_row(request, object_id)
        answer = super().do_view(request, object_id, action)
        place = home_visits.place_of(row) if answer.status_code == FOUND else None
        return answer if place is None else HttpResponseRedirect(reverse("appointments:intake", args=[place.pk]))

    def _accept_view(self, request: HttpRequest, row: HomeVisit) -> HttpResponse:
        form = AcceptVisitForm(request.POST if request.method == "POST" else None, initial={"version": row.event_seq})
        back = reverse(self.url_name("change"), args=[row.pk])
        status = 200
        if request.method == "POST" and form.is_valid():
            if form.cleaned_data["version"] != row.event_seq:
                form.add_error(None, str(_("您打开页面以后，这件事已经有了变化。请返回看过最新情况再决定。")))
            else:
                try:
                    home_visits.accept(row, on=form.cleaned_data["visit_on"], acting=acting_of(request))
                except Refused as refused:
                    form.refuse(refused.unmet)
                else:
                    messages.success(request, _("已约定上门日期。"))
                    return HttpResponseRedirect(reverse(self.url_name("changelist")))
            status = CONFLICT
        context = {
            "official": office_of(request),
            "title": _("约定上门日期"),
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "appointments/official/take.html", context, status=status)

    @admin.display(description=_("姓名"))
    def masked_name(self, row: HomeVisit) -> str:
        """The first character."""
        return mask_name(row.name)

    @admin.display(description=_("联系电话"))
    def masked_phone(self, row: HomeVisit) -> str:
        """First three and last four."""
        return mask_phone(row.phone)

    @admin.display(description=_("状态"))
    def state(self, row: HomeVisit) -> str:
        """The public word of the status."""
        return str(HOME_VISIT.states[row.status].label)
