"""Every path of the portal, app by app."""

from django.conf import settings
from django.urls import include, path

from portal.common.site import portal_admin

urlpatterns = [
    path("", include("portal.common.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/", include("portal.desk.urls")),
    path("desk/", portal_admin.urls),
    path("account/", include("portal.accounts.urls")),
    path("messages/", include("portal.notifications.urls")),
    path("apply/", include("applications.urls")),
    path("window/", include("portal.appointments.urls")),
    path("statistics/", include("portal.statistics.urls")),
    path("", include("portal.home.urls")),
    path("pay/", include("payments.urls")),
]
if settings.PAYMENT_PROVIDER == "simulator":
    urlpatterns.append(path("simulated-cashier/", include("payments.gateways.simulator.urls")))
if settings.DEVELOPMENT_PAGES:
    urlpatterns.append(path("development/", include("portal.notifications.development_urls")))

handler400 = "portal.common.failures.bad_request"
handler403 = "portal.common.failures.permission_denied"
handler404 = "portal.common.failures.page_not_found"
handler500 = "portal.common.failures.server_error"
