"""Ground for every admin class: rights follow the role, rows follow the jurisdiction, status has named actions."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from portal.common.access import official
from portal.common.acting import NATION, Acting
from portal.common.lifecycle import Lifecycle
from portal.common.models import LifecycleModel
from portal.common.unmet import Refused, Unmet

Row = TypeVar("Row", bound=models.Model)

NOTE_LENGTH = 1000


def acting_of(request: HttpRequest) -> Acting:
    """Return the official of this request as an actor; raises PermissionDenied for anybody else."""
    office: Any = getattr(request.user, "official", None)
    if office is None:
        raise PermissionDenied
    acting: Acting = office.acting
    return acting


def within_jurisdiction(rows: "models.QuerySet[Row]", acting: Acting, *, path: str) -> "models.QuerySet[Row]":
    """Keep the rows whose division code at the look-up `path` the actor covers; the rest does not exist for them."""
    own = acting.authority
    if own == NATION:
        return rows
    if own.endswith("0000"):
        return rows.filter(**{f"{path}__startswith": own[:2]})
    return rows.filter(**{path: own})


def sentences(unmet: Iterable[Unmet]) -> list[str]:
    """Return each reason with its remedy as one sentence."""
    return [f"{reason.text} {reason.remedy}".strip() for reason in unmet]


class NoteForm(forms.Form):
    """The mandatory reason of a decision, and the version of the row it was taken on."""

    note = forms.CharField(
        label=_("理由"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("理由会留在审计记录里。请不要写身份证号、电话和住址。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class RoleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """An admin class whose rights come from the official's role; nothing can be deleted.

    authority_path: look-up that leads to the division code deciding on a row, "" for rows of no authority.
    """

    roles_view: ClassVar[tuple[str, ...]] = ("officer", "supervisor", "auditor")
    roles_add: ClassVar[tuple[str, ...]] = ()
    roles_change: ClassVar[tuple[str, ...]] = ()
    authority_path: ClassVar[str] = "authority"

    def _has_role(self, request: HttpRequest, roles: tuple[str, ...]) -> bool:
        office: Any = getattr(request.user, "official", None)
        return office is not None and office.role in roles

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the section to those who may look at it."""
        return self._has_role(request, self.roles_view)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Whoever may change may look, and those who only look."""
        return self._has_role(request, self.roles_view + self.roles_change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are made by services; only a class that says so lets a role add some."""
        return self._has_role(request, self.roles_add)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Only the roles the class names."""
        return self._has_role(request, self.roles_change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Nothing is deleted by hand."""
        return False

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        """Give the rows of the official's jurisdiction."""
        rows: models.QuerySet[Any] = super().get_queryset(request)
        if not self.authority_path:
            return rows
        return within_jurisdiction(rows, acting_of(request), path=self.authority_path)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The status is for reading: named actions change it."""
        fields = [str(name) for name in super().get_readonly_fields(request, obj)]
        if issubclass(self.model, LifecycleModel):
            fields += [name for name in ("status", "event_seq", "authority") if name not in fields]
        return fields

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Turn a service's refusal into a message on the same page."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            for sentence in sentences(refused.unmet):
                messages.error(request, sentence)
            return HttpResponseRedirect(request.path)

    def url_name(self, name: str) -> str:
        """Return the full name of one of this class's addresses."""
        meta = self.model._meta  # noqa: SLF001 - Django's public-by-custom Meta
        return f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}_{name}"

    def row_path(self, suffix: str, view: Any, name: str) -> URLPattern:
        """Return an address below a row, guarded like every page of the site."""
        short = self.url_name(name).partition(":")[2]
        roles = dict.fromkeys(self.roles_view + self.roles_change)
        guarded = self.admin_site.admin_view(official(*roles)(view))
        address: URLPattern = path(f"<uuid:object_id>/{suffix}", guarded, name=short)
        return address

    def find_row(self, request: HttpRequest, object_id: object) -> Any:
        """Return the row; for somebody without the right or the jurisdiction it does not exist."""
        row = self.get_queryset(request).filter(pk=object_id).first()
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return row


class LifecycleAdmin(RoleAdmin):
    """An admin class whose rows have a lifecycle: each open transition is a button with a confirmation page."""

    lifecycle: ClassVar[Lifecycle]
    change_form_template = "accounts/official/lifecycle_change.html"
    act_template: ClassVar[str] = "accounts/official/lifecycle_act.html"

    def act(self, row: Any, action: str, *, note: str, acting: Acting) -> object:
        """Do one transition; a class overrides this to call its service. Raises Refused."""
        return self.lifecycle.perform(row, action, acting=acting, note=note)

    def form_for(self, row: Any, action: str, data: Any) -> NoteForm:  # noqa: ARG002 - for classes whose actions ask for more
        """Return the form of an action's confirmation page; what it asks beyond the reason goes to `act` by name."""
        return NoteForm(data, initial={"version": row.event_seq})

    def get_urls(self) -> list[URLPattern]:
        """Add the confirmation page of an action."""
        return [self.row_path("do/<slug:action>/", self.do_view, "do"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the row with the actions open to this official."""
        row = self.get_object(request, object_id)
        context: dict[str, Any] = {**(extra_context or {}), "show_save": False, "show_save_and_continue": False}
        if row is not None:
            context["acts"] = [
                (transition.label, reverse(self.url_name("do"), args=[row.pk, transition.action]))
                for transition in self.lifecycle.open_to(row, acting_of(request))
            ]
        return super().change_view(request, object_id, form_url, context)

    def do_view(self, request: HttpRequest, object_id: object, action: str) -> HttpResponse:
        """Ask for the reason on a page of its own, then act."""
        row = self.find_row(request, object_id)
        acting = acting_of(request)
        transition = next((t for t in self.lifecycle.open_to(row, acting) if t.action == action), None)
        if transition is None:
            messages.error(request, _("这件事现在不能这样办，请按最新的状态办理。"))
            return HttpResponseRedirect(reverse(self.url_name("changelist")))
        form = self.form_for(row, action, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            told = dict(form.cleaned_data)
            if told.pop("version") != row.event_seq:
                form.add_error(None, str(_("您打开页面以后，这件事已经有了变化。请返回看过最新情况再决定。")))
            else:
                try:
                    self.act(row, action, acting=acting, **told)
                except Refused as refused:
                    for sentence in sentences(refused.unmet):
                        form.add_error(None, sentence)
                else:
                    messages.success(request, _("已办理：%(action)s") % {"action": transition.label})
                    return HttpResponseRedirect(reverse(self.url_name("changelist")))
        context = {
            **self.admin_site.each_context(request),
            "title": transition.label,
            "opts": self.model._meta,  # noqa: SLF001 - Django's public-by-custom Meta
            "row": row,
            "form": form,
            "target": self.lifecycle.states[transition.target].label,
            "back": reverse(self.url_name("change"), args=[row.pk]),
        }
        return TemplateResponse(request, self.act_template, context)
