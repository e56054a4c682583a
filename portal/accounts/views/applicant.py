"""Citizens' pages: sign up, sign in and out, set a new password."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import services
from portal.accounts.forms import CodeForm, PhoneForm, SignInForm
from portal.accounts.models import PhoneCode
from portal.accounts.views.way import arrive, link_to, next_of, onward
from portal.common.access import public
from portal.common.failures import too_many
from portal.common.masking import mask_phone
from portal.common.throttle import address_of
from portal.common.unmet import Refused, Unmet

SESSION_KEY = "phone_code"
TOO_MANY = 429
# The page for the code, by what the code is for.
CODE_PAGES = {PhoneCode.SIGN_UP: "accounts:sign_up_code", PhoneCode.RESET: "accounts:reset_code"}
FIRST_PAGES = {PhoneCode.SIGN_UP: "accounts:sign_up", PhoneCode.RESET: "accounts:reset"}

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@public
@get_or_post
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number of a new account."""
    return _ask_phone(request, PhoneCode.SIGN_UP)


@public
@sensitive_post_parameters("code", "password")
@get_or_post
def sign_up_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code and a password; make the account and sign in."""
    return _ask_code(request, PhoneCode.SIGN_UP)


@public
@get_or_post
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number of the account whose password is forgotten."""
    return _ask_phone(request, PhoneCode.RESET)


@public
@sensitive_post_parameters("code", "password")
@get_or_post
def reset_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code and a new password; set it and sign in."""
    return _ask_code(request, PhoneCode.RESET)


@public
@require_POST
def send_again(request: HttpRequest, purpose: str) -> HttpResponse:
    """Send another code to the number of the last one."""
    after = next_of(request)
    code_id = _code_id(request)
    if code_id is None:
        return onward(FIRST_PAGES[purpose], after)
    try:
        row = services.request_again(code_id, address=address_of(request), language=get_language() or "zh-hans")
    except Refused as refused:
        return _show_code(request, purpose, CodeForm(), problems=refused.unmet)
    request.session[SESSION_KEY] = str(row.id)
    return onward(CODE_PAGES[purpose], after)


@public
@sensitive_post_parameters("password")
@get_or_post
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with phone number and password; wrong and unknown look the same."""
    after = next_of(request)
    if request.user.is_authenticated and request.method != "POST":
        return arrive(after, otherwise=settings.LOGIN_REDIRECT_URL)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        phone, password = form.cleaned_data["phone"], form.cleaned_data["password"]
        try:
            user = services.check_password(request, name=phone, password=password, address=address_of(request))
        except services.TooManyTries as closed:
            return too_many(request, minutes=closed.minutes)
        if user is not None and not user.staff_code:
            login(request, user)
            return arrive(after, otherwise=settings.LOGIN_REDIRECT_URL)
        form.add_error(None, _("手机号或密码不对。请核对后重试，或用短信重设密码"))
    return render(request, "accounts/sign_in.html", {"form": form, **_ways(after)})


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; officials go back to their own sign-in."""
    was_official = bool(getattr(request.user, "staff_code", None))
    logout(request)
    if was_official:
        return HttpResponseRedirect(reverse("accounts:staff_sign_in"))
    return HttpResponseRedirect(resolve_url(str(settings.LOGOUT_REDIRECT_URL)))


def _ask_phone(request: HttpRequest, purpose: str) -> HttpResponse:
    after = next_of(request)
    form = PhoneForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            row = services.request_code(
                form.cleaned_data["phone"],
                purpose=purpose,
                address=address_of(request),
                language=get_language() or "zh-hans",
            )
        except Refused as refused:
            form.refuse(refused.unmet)
            status = TOO_MANY
        else:
            request.session[SESSION_KEY] = str(row.id)
            return onward(CODE_PAGES[purpose], after)
    return render(request, f"accounts/{purpose}.html", {"form": form, **_ways(after)}, status=status)


def _ask_code(request: HttpRequest, purpose: str) -> HttpResponse:
    code_id = _code_id(request)
    if code_id is None:
        return onward(FIRST_PAGES[purpose], next_of(request))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code, password = form.cleaned_data["code"], form.cleaned_data["password"]
        try:
            if purpose == PhoneCode.SIGN_UP:
                language = get_language() or "zh-hans"
                user = services.sign_up(code_id, code=code, password=password, language=language)
            else:
                user = services.reset_password(code_id, code=code, password=password)
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            request.session.pop(SESSION_KEY, None)
            login(request, user)
            return arrive(next_of(request), otherwise="accounts:identity")
    return _show_code(request, purpose, form)


def _ways(after: str) -> dict[str, str]:
    """Return the neighbouring pages, each taking along where to go after it."""
    return {"next": after} | {name: link_to(f"accounts:{name}", after) for name in ("sign_in", "sign_up", "reset")}


def _show_code(request: HttpRequest, purpose: str, form: CodeForm, problems: list[Unmet] | None = None) -> HttpResponse:
    after = next_of(request)
    code_id = _code_id(request)
    phone = services.phone_of(code_id) if code_id else None
    if phone is None:
        return onward(FIRST_PAGES[purpose], after)
    context = {
        "form": form,
        "next": after,
        "phone": mask_phone(phone),
        "problems": problems or [],
        "here": link_to(CODE_PAGES[purpose], after),
        "first_page": link_to(FIRST_PAGES[purpose], after),
        "send_again": reverse("accounts:send_again", args=[purpose]),
    }
    return render(request, "accounts/code.html", context, status=TOO_MANY if problems else 200)


def _code_id(request: HttpRequest) -> UUID | None:
    """Return the code this session waits for."""
    value = request.session.get(SESSION_KEY)
    return UUID(value) if value else None
