"""The workbench's pages of enterprises: registrations of the jurisdiction, decided by named actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from portal.accounts.enterprises import registering
from portal.accounts.enterprises.forms import GrantForm
from portal.accounts.enterprises.lifecycle import ENTERPRISE
from portal.accounts.enterprises.models import Enterprise
from portal.common.acting import Acting
from portal.common.admin import LifecycleAdmin, NoteForm
from portal.common.masking import mask_citizen_number, mask_name, mask_phone
from portal.common.phrases import listed
from portal.common.site import portal_admin

_GRANTS = {"approve": registering.approve, "renew": registering.renew}


@admin.register(Enterprise, site=portal_admin)
class EnterpriseAdmin(LifecycleAdmin):
    """Registrations of the jurisdiction, those that wait first by date."""

    lifecycle = ENTERPRISE
    list_display = ("name", "credit_code", "state", "authority", "wanted", "quota", "expires_on", "filed_at")
    list_filter = ("status", "is_major_project")
    search_fields = ("credit_code", "name")
    ordering = ("filed_at",)
    actions = None
    fields = (
        "name",
        "credit_code",
        "kind",
        "state",
        "authority",
        "agent_name",
        "contact",
        "stated",
        "project",
        "is_major_project",
        "wanted",
        "quota",
        "staff_count",
        "listed",
        "filed_at",
        "registered_on",
        "expires_on",
        "barred_until",
    )
    readonly_fields = fields

    def form_for(self, row: Any, action: str, data: Any) -> NoteForm:
        """Registering and prolonging also set the quota; it begins with what is asked for."""
        if action not in _GRANTS:
            return super().form_for(row, action, data)
        initial = {"version": row.event_seq, "quota": row.quota or row.wanted, "is_major_project": row.is_major_project}
        return GrantForm(data, initial=initial)

    def act(self, row: Enterprise, action: str, *, note: str, acting: Acting, **told: Any) -> object:
        """Decide through the services."""
        if action in _GRANTS:
            return _GRANTS[action](row, note=note, acting=acting, **told)
        if action == "cancel":
            return registering.cancel(row, note=note, acting=acting)
        return registering.decide(row, action, note=note, acting=acting)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Nothing is edited by hand."""
        return False

    @admin.display(description=_("状态"), ordering="status")
    def state(self, row: Enterprise) -> str:
        """The public word of the status."""
        return str(self.lifecycle.states[row.status].label)

    @admin.display(description=_("经办人"))
    def agent_name(self, row: Enterprise) -> str:
        """The agent's masked name; who they are is proven."""
        return mask_name(row.agent.name)

    @admin.display(description=_("联系人"))
    def contact(self, row: Enterprise) -> str:
        """Name and phone, masked."""
        return f"{mask_name(row.contact_name)} {mask_phone(row.contact_phone)}"

    @admin.display(description=_("声明的材料"))
    def stated(self, row: Enterprise) -> str:
        """The papers the agent says they have."""
        return listed(str(registering.MATERIALS[code]) for code in row.materials)

    @admin.display(description=_("名单"))
    def listed(self, row: Enterprise) -> str:
        """The staff, masked."""
        rows = ((mask_name(one.name), mask_citizen_number(one.citizen_number)) for one in row.staff.all())
        return format_html_join("", "<div>{} {}</div>", rows) or "—"
