"""What the page header knows of the inbox."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.notifications import services


def inbox(request: HttpRequest) -> dict[str, object]:
    """Give templates `unread_count`; the query runs only where a page shows it, for a signed-in citizen."""
    user = getattr(request, "user", None)
    if user is None:
        return {}

    def count() -> int:
        return services.count_unread(user.pk) if user.is_authenticated and not user.staff_code else 0

    return {"unread_count": SimpleLazyObject(count)}
