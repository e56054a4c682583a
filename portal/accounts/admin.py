"""The workbench's pages of this step: manual identity tasks, officials, authorities."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.accounts import officials, services
from portal.accounts.forms import JPEG
from portal.accounts.lifecycle import AUTHORISATION, IDENTITY_PROOF
from portal.accounts.models import Authorisation, Authority, IdentityProof, Officer
from portal.common import audit, clock
from portal.common.acting import NATION, Acting
from portal.common.admin import LifecycleAdmin, NoteForm, RoleAdmin, acting_of, sentences, within_jurisdiction
from portal.common.masking import mask_citizen_number, mask_name, mask_phone
from portal.common.site import portal_admin
from portal.common.unmet import Refused


def _waiting_for_an_officer() -> set[str]:
    """Return the states in which an officer decides, as the table has them."""
    return {source for t in IDENTITY_PROOF.transitions if "officer" in t.roles for source in t.sources}


class PurposeForm(forms.Form):
    """Why somebody wants to see the full name and number."""

    purpose = forms.ChoiceField(
        label=_("查看目的"),
        choices=(
            ("", _("请选择")),
            ("compare", _("与当事人出示的身份证核对")),
            ("call", _("电话核实本人")),
            ("complaint", _("处理投诉")),
        ),
    )


@admin.register(IdentityProof, site=portal_admin)
class IdentityProofAdmin(LifecycleAdmin):
    """Identity tasks waiting for an officer: masked, within the jurisdiction, decided by named actions."""

    lifecycle = IDENTITY_PROOF
    roles_view = ("officer", "supervisor")
    change_form_template = "accounts/official/proof.html"
    list_display = ("masked_name", "masked_number", "state", "way", "authority", "opened_at", "waiting")
    list_display_links = ("masked_name",)
    ordering = ("opened_at",)
    fields = (
        "masked_name",
        "masked_number",
        "state",
        "authority",
        "way",
        "face_failures",
        "submissions",
        "opened_at",
        "consented_at",
        "face_consented_at",
        "live_picture",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[IdentityProof]":
        """Give what waits for an officer; everything else is no officer's business."""
        return super().get_queryset(request).filter(status__in=_waiting_for_an_officer())

    def get_urls(self) -> list[URLPattern]:
        """Add the picture and the unmasked view."""
        return [
            self.row_path("picture/", require_safe(self.picture_view), "picture"),
            self.row_path("unmask/", self.unmask_view, "unmask"),
            *super().get_urls(),
        ]

    def act(self, row: IdentityProof, action: str, *, note: str, acting: Acting) -> object:
        """Decide through the services, which also ask the register and end the picture."""
        decide = {"approve": services.approve_proof, "refuse": services.refuse_proof}[action]
        return decide(row, note=note, acting=acting)

    @admin.display(description=_("姓名"))
    def masked_name(self, row: IdentityProof) -> str:
        """The first character."""
        return mask_name(row.name)

    @admin.display(description=_("公民身份号码"))
    def masked_number(self, row: IdentityProof) -> str:
        """First and last four."""
        return mask_citizen_number(row.citizen_number)

    @admin.display(description=_("状态"))
    def state(self, row: IdentityProof) -> str:
        """The public word of the status."""
        return str(self.lifecycle.states[row.status].label)

    @admin.display(description=_("方式"))
    def way(self, row: IdentityProof) -> str:
        """With a face or without."""
        return str(_("不用人脸") if row.without_face else _("人脸比对未通过或未完成"))

    @admin.display(description=_("已等"))
    def waiting(self, row: IdentityProof) -> timedelta:
        """How long the person has been waiting, in whole minutes."""
        return timedelta(minutes=(clock.now() - row.opened_at) // timedelta(minutes=1))

    @admin.display(description=_("本人现场照片"))
    def live_picture(self, row: IdentityProof) -> str:
        """The picture, or why there is none."""
        if not row.picture:
            return str(_("没有：当事人选择不用人脸，或照片已按期删除"))
        address = reverse(self.url_name("picture"), args=[row.pk])
        return format_html('<img src="{}" alt="{}" width="320">', address, _("当事人现场照片"))

    def picture_view(self, request: HttpRequest, object_id: object) -> HttpResponse:
        """Give the live picture to the officer who decides; each look is audited."""
        row: IdentityProof = self.find_row(request, object_id)
        if not row.picture:
            raise Http404
        try:
            with default_storage.open(row.picture) as file:
                data = file.read()
        except FileNotFoundError:
            raise Http404 from None
        audit.append(row.chain, "picture.viewed", acting=acting_of(request), content={"proof": str(row.pk)})
        kind = "image/jpeg" if data.startswith(JPEG) else "image/png"
        return HttpResponse(data, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    def unmask_view(self, request: HttpRequest, object_id: object) -> HttpResponse:
        """Show full name and number once a purpose was named; the purpose is audited before anything is shown."""
        row: IdentityProof = self.find_row(request, object_id)
        form = PurposeForm(request.POST if request.method == "POST" else None)
        shown: dict[str, str] = {}
        if request.method == "POST" and form.is_valid():
            content = {"proof": str(row.pk), "purpose": form.cleaned_data["purpose"], "fields": "name,citizen_number"}
            audit.append(row.chain, "data.unmasked", acting=acting_of(request), content=content)
            shown = {"name": row.name, "citizen_number": row.citizen_number}
        context = {
            **self.admin_site.each_context(request),
            "title": _("查看完整信息"),
            "opts": self.opts,
            "form": form,
            "shown": shown,
            "back": reverse(self.url_name("change"), args=[row.pk]),
        }
        return TemplateResponse(request, "accounts/official/unmask.html", context)


class OfficerForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, role, authority and end of an office."""

    class Meta:
        model = Officer
        fields = ("name", "role", "authority", "ends_on")


class AppointmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new office with its sign-in."""

    staff_code = forms.CharField(label=_("工号"), max_length=20)
    password = forms.CharField(
        label=_("初始密码"), min_length=10, max_length=128, strip=False, widget=forms.PasswordInput
    )

    class Meta:
        model = Officer
        fields = ("name", "role", "authority")


@admin.register(Authorisation, site=portal_admin)
class AuthorisationAdmin(RoleAdmin):
    """Who may act for whom: for reading alone, masked; only the two people themselves give and end it."""

    list_display = ("older", "helper_name", "state", "ends_on", "authority", "invited_at")
    list_display_links = ("older",)
    list_filter = ("status",)
    list_select_related = ("beneficiary", "helper")
    ordering = ("-invited_at",)
    actions = None
    fields = ("older", "helper_name", "helper_phone", "state", "invited_at", "ends_on", "authority")
    readonly_fields = fields

    @admin.display(description=_("被代办人"))
    def older(self, row: Authorisation) -> str:
        """The first character of the name."""
        return mask_name(row.beneficiary.name)

    @admin.display(description=_("代办人"))
    def helper_name(self, row: Authorisation) -> str:
        """The first character of the name, once they agreed."""
        return mask_name(row.helper.name) if row.helper else "—"

    @admin.display(description=_("代办人的手机号"))
    def helper_phone(self, row: Authorisation) -> str:
        """The phone, masked."""
        return mask_phone(row.phone)

    @admin.display(description=_("状态"), ordering="status")
    def state(self, row: Authorisation) -> str:
        """The public word of the status."""
        return str(AUTHORISATION.states[row.status].label)


@admin.register(Officer, site=portal_admin)
class OfficerAdmin(RoleAdmin):
    """Officials of the supervisor's jurisdiction."""

    roles_view = ("supervisor", "auditor")
    roles_add = ("supervisor",)
    roles_change = ("supervisor",)
    authority_path = "authority__code"
    list_display = ("name", "staff_code", "role", "authority", "ends_on")
    list_select_related = ("user", "authority")
    change_form_template = "accounts/official/officer.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page that takes a lost authenticator away."""
        return [self.row_path("second-factor/", self.second_factor_view, "second_factor"), *super().get_urls()]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's own signature
        """A new office needs a sign-in as well."""
        kwargs["form"] = AppointmentForm if obj is None else OfficerForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A name stays with its office."""
        return [*super().get_readonly_fields(request, obj), *(["name"] if obj else [])]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes their own office."""
        own = obj is not None and obj.user_id == request.user.pk
        return not own and super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the authorities of the supervisor's jurisdiction."""
        if db_field.name == "authority":
            kwargs["queryset"] = within_jurisdiction(Authority.objects.all(), acting_of(request), path="code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Officer, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's own signature
        """Appoint or change through the services, which audit it."""
        acting = acting_of(request)
        if change:
            officials.change_office(obj, role=obj.role, authority=obj.authority, ends_on=obj.ends_on, acting=acting)
            return
        made = officials.appoint(
            form.cleaned_data["staff_code"],
            name=obj.name,
            role=obj.role,
            authority=obj.authority,
            password=form.cleaned_data["password"],
            acting=acting,
        )
        obj.pk, obj.user = made.pk, made.user

    @admin.display(description=_("工号"))
    def staff_code(self, row: Officer) -> str:
        """The name of the sign-in."""
        return row.user.staff_code or ""

    def second_factor_view(self, request: HttpRequest, object_id: object) -> HttpResponse:
        """Take the authenticator away for a reason; the official enrols a new one at the next sign-in."""
        row: Officer = self.find_row(request, object_id)
        if not self.has_change_permission(request, row):
            raise Http404
        form = NoteForm(request.POST if request.method == "POST" else None, initial={"version": 0})
        back = reverse(self.url_name("change"), args=[row.pk])
        if request.method == "POST" and form.is_valid():
            try:
                services.reset_second_factor(row, note=form.cleaned_data["note"], acting=acting_of(request))
            except Refused as refused:
                for sentence in sentences(refused.unmet):
                    form.add_error(None, sentence)
            else:
                messages.success(request, _("已重置动态口令，下次登录时重新绑定。"))
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("重置动态口令"),
            "opts": self.opts,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "accounts/official/lifecycle_act.html", context)


@admin.register(Authority, site=portal_admin)
class AuthorityAdmin(RoleAdmin):
    """Exit-entry offices; the national supervisor opens new ones."""

    roles_view: ClassVar = ("supervisor", "auditor")
    roles_change = ("supervisor",)
    roles_add = ("supervisor",)
    authority_path = "code"
    list_display = ("code", "name")
    search_fields = ("code", "name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new office changes who decides on everybody's applications."""
        return super().has_add_permission(request) and acting_of(request).authority == NATION

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A code stays: applications carry it."""
        return [*super().get_readonly_fields(request, obj), *(["code"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Authority, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's own signature
        """Save and audit."""
        super().save_model(request, obj, form, change)
        content = {"code": obj.code, "new": not change}
        audit.append(f"authority:{obj.code}", "authority.saved", acting=acting_of(request), content=content)
