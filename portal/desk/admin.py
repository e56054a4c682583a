"""Lists of the desk that belong to no single step: pictures that wait for a person, steps that were given up."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from photos.models import Shot
from portal.common import audit, outbox
from portal.common.admin import NOTE_LENGTH, RoleAdmin, acting_of
from portal.common.models import Promise
from portal.common.site import portal_admin
from portal.common.templatetags.portal import stamp
from portal.desk.queues import dead_promises, photo_reviews

PURPOSES = {"portrait": _("证件照"), "signature": _("签名")}


@admin.register(Shot, site=portal_admin)
class ShotAdmin(RoleAdmin):
    """Pictures that wait for a person, longest first."""

    list_display = ("what", "received", "authority")
    list_display_links = None
    actions = None
    ordering = ("received_at",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Shot]":
        """Give those that wait in the jurisdiction."""
        return photo_reviews(acting_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Pictures are judged on a page of their own."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's own signature
        """Pictures come from applicants."""
        return False

    @admin.display(description=_("照片"))
    def what(self, row: Shot) -> SafeString:
        """Return what the picture is for, leading to the page where it is judged."""
        label = f"{PURPOSES[row.purpose]} {row.number}"
        return format_html('<a href="{}">{}</a>', reverse("desk:shot", args=[row.pk]), label)

    @admin.display(description=_("收到"))
    def received(self, row: Shot) -> str:
        """Return when it came."""
        return stamp(row.received_at)


class ReviveForm(forms.Form):
    """Why a given-up step should be tried again."""

    note = forms.CharField(
        label=_("重试的理由"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("比如：对方系统已经恢复。请不要写个人信息。"),
    )


@admin.register(Promise, site=portal_admin)
class PromiseAdmin(RoleAdmin):
    """Steps that were given up: everybody sees them, supervisors have them tried again."""

    list_display = ("topic", "key", "attempts", "last_code", "given_up", "again")
    list_display_links = None
    actions = None
    ordering = ("dead_at",)
    roles_revive: ClassVar[tuple[str, ...]] = ("supervisor",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Promise]":
        """Give the given-up steps of the jurisdiction."""
        return dead_promises(acting_of(request))

    def get_urls(self) -> list[URLPattern]:
        """Add the confirmation page of the one act."""
        return [self.row_path("revive/", self.revive_view, "revive"), *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Offer the act only to those who may do it."""
        return self.list_display if self._has_role(request, self.roles_revive) else self.list_display[:-1]

    @admin.display(description=_("放弃时间"), ordering="dead_at")
    def given_up(self, row: Promise) -> str:
        """Return when it was given up."""
        return stamp(row.dead_at)

    @admin.display(description=_("操作"))
    def again(self, row: Promise) -> SafeString:
        """Return the link to the confirmation page."""
        return format_html('<a href="{}">{}</a>', reverse("admin:common_promise_revive", args=[row.pk]), _("重试"))

    def revive_view(self, request: HttpRequest, object_id: object) -> HttpResponse:
        """Ask for the reason, then have the step tried again from the start."""
        if not self._has_role(request, self.roles_revive):
            raise PermissionDenied
        row = self.find_row(request, object_id)
        form = ReviveForm(request.POST or None)
        back = reverse("admin:common_promise_changelist")
        if request.method == "POST" and form.is_valid():
            note = audit.commitment_of(str(row.pk), form.cleaned_data["note"])
            with transaction.atomic():
                content = {"topic": row.topic, "code": row.last_code, "note": note}
                audit.append(f"promise:{row.pk}", "promise.revived", acting=acting_of(request), content=content)
                outbox.revive(row)
            messages.success(request, _("这一步会马上再试。"))
            return HttpResponseRedirect(back)
        title = _("重试停下的步骤")
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "row": row,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "accounts/official/lifecycle_act.html", context)
