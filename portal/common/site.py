"""The officers' admin site: one object of our own, open only with a second factor."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class PortalAdmin(AdminSite):
    """Django's stock admin for officials whose second factor is verified in this session."""

    site_header = _("证件网办工作台（开源软件演示，非官方）")
    site_title = _("证件网办工作台")
    index_title = _("工作台")
    enable_nav_sidebar = False

    def get_urls(self) -> list[Any]:
        """Leave out the address that leads to a row's public page: rows have none, and it fails on a broken key."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", None) != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person is an active official with a verified second factor."""
        user: Any = request.user
        return bool(user.is_active and user.is_staff and user.is_verified())

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 - Django's own signature
        """Send to the officials' own sign-in, which asks for the second factor."""
        return redirect_to_login(request.get_full_path(), reverse("accounts:staff_sign_in"))


portal_admin = PortalAdmin(name="admin")
