"""Officials' sign-in: staff code and password, then the authenticator, enrolled at the first time."""

from typing import Any

import segno
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import login as otp_login

from portal.accounts import services
from portal.accounts.forms import StaffSignInForm, TokenForm
from portal.accounts.middleware import stamp
from portal.accounts.models import Authenticator, User
from portal.accounts.views.way import arrive, next_of, onward
from portal.common import clock, throttle
from portal.common.access import public
from portal.common.failures import too_many
from portal.common.throttle import address_of

PENDING = "official_pending"
PENDING_SECONDS = 5 * 60
TOKEN_TRIES, TOKEN_WINDOW_SECONDS = 10, 15 * 60
BACKEND = "portal.accounts.backends.PhoneOrStaffCode"
DESK = "admin:index"

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@public
@sensitive_post_parameters("password")
@get_or_post
def staff_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for staff code and password; nobody is signed in before the second factor."""
    after = next_of(request)
    user: Any = request.user
    if request.method != "POST" and user.is_authenticated and user.is_staff and user.is_verified():
        return arrive(after, otherwise=DESK)
    form = StaffSignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code, password = form.cleaned_data["staff_code"], form.cleaned_data["password"]
        try:
            found = services.check_password(request, name=code, password=password, address=address_of(request))
        except services.TooManyTries as closed:
            return too_many(request, minutes=closed.minutes)
        if found is not None and found.is_staff:
            request.session.cycle_key()
            request.session[PENDING] = {"user": str(found.id), "until": clock.now().timestamp() + PENDING_SECONDS}
            confirmed = services.device_of(found).confirmed
            return onward("accounts:staff_code" if confirmed else "accounts:staff_enrol", after)
        form.add_error(None, _("工号或密码不对。请核对后重试，忘记密码请找主管"))
    return render(request, "accounts/official/sign_in.html", {"form": form, "next": after})


@public
@sensitive_post_parameters("token")
@get_or_post
def staff_code(request: HttpRequest) -> HttpResponse:
    """Ask for the authenticator's code."""
    user = _pending(request)
    if user is None:
        return onward("accounts:staff_sign_in", next_of(request))
    if not services.device_of(user).confirmed:
        return onward("accounts:staff_enrol", next_of(request))
    return _ask_token(request, user, "accounts/official/code.html", {})


@public
@sensitive_post_parameters("token")
@get_or_post
def staff_enrol(request: HttpRequest) -> HttpResponse:
    """Show the secret once, as picture and letters, until its first code proves that it was taken down."""
    user = _pending(request)
    if user is None:
        return onward("accounts:staff_sign_in", next_of(request))
    device = services.device_of(user)
    if device.confirmed:
        return onward("accounts:staff_code", next_of(request))
    return _ask_token(request, user, "accounts/official/enrol.html", _enrolment(device))


def _ask_token(request: HttpRequest, user: User, template: str, context: dict[str, object]) -> HttpResponse:
    after = next_of(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not throttle.spend("staff.token", key=str(user.id), limit=TOKEN_TRIES, seconds=TOKEN_WINDOW_SECONDS):
            return too_many(request, minutes=TOKEN_WINDOW_SECONDS // 60)
        device = services.verify_second_factor(user, form.cleaned_data["token"])
        if device is not None:
            del request.session[PENDING]
            login(request, user, backend=BACKEND)
            otp_login(request, device)
            stamp(request)
            return arrive(after, otherwise=DESK)
        form.add_error("token", _("动态口令不对或已经用过。请等下一个口令出现再填；连错几次要多等一会儿"))
    return render(request, template, {**context, "form": form, "next": after})


def _pending(request: HttpRequest) -> User | None:
    """Return the official whose password was right in this session a moment ago."""
    pending = request.session.get(PENDING)
    if not pending or pending["until"] < clock.now().timestamp():
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    return user if user and user.is_staff else None


def _enrolment(device: Authenticator) -> dict[str, object]:
    """Return the picture and the letters of a secret."""
    picture = segno.make(device.config_url, error="m").svg_inline(scale=5, light="#fff", border=4)
    secret = str(device.config_url).partition("secret=")[2].partition("&")[0]
    letters = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"picture": mark_safe(picture), "secret": letters}
