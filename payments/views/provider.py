"""Where payment providers call: a signed message in, an HTTP status out."""

from django.http import HttpRequest, HttpResponse

from payments import services
from portal.common import access


@access.provider
def callback(request: HttpRequest, name: str) -> HttpResponse:
    """Take in one callback: 200 for what is booked or was booked before, 400 or 401 for what is not proven."""
    answer = services.receive(name, request.headers, request.body, sender=request.META.get("REMOTE_ADDR", ""))
    return HttpResponse(status=answer.status)
