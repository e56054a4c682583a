from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import include, path
from django.views import View

from portal.common import access


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


accounts_urls = ([path("staff/", answer, name="staff_sign_in"), path("sign-in/", answer, name="sign_in")], "accounts")
urlpatterns = [path("account/", include(accounts_urls))]

NOBODY = AnonymousUser()
CITIZEN = SimpleNamespace(is_authenticated=True, staff_code=None, is_staff=False, is_verified=lambda: False)


def official(role: str, *, verified: bool = True, active: bool = True) -> Any:
    return SimpleNamespace(
        is_authenticated=True,
        staff_code="S1",
        is_staff=active,
        is_verified=lambda: verified,
        officer=SimpleNamespace(role=role),
    )


def opened(view: Any, user: Any, *, method: str = "get", **headers: str) -> Any:
    request = getattr(RequestFactory(), method)("/page/?a=1", headers=headers)
    request.user = user
    return view(request)


@pytest.fixture(autouse=True)
def _urls(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize("user", [NOBODY, CITIZEN, official("officer")])
def test_a_public_view_is_open_to_everybody(user: Any) -> None:
    view = access.public(answer)
    assert opened(view, user).content == b"inside"
    assert view.access == "public"


def test_a_citizens_view_sends_others_to_the_sign_in_page_and_refuses_officials() -> None:
    view = access.citizen(answer)
    assert opened(view, CITIZEN).content == b"inside"
    refused = opened(view, NOBODY)
    assert (refused.status_code, refused.url) == (302, "/account/sign-in/?next=/page/%3Fa%3D1")
    assert opened(view, NOBODY, accept="application/json").status_code == 401
    for active in (True, False):
        with pytest.raises(PermissionDenied):
            opened(view, official("officer", active=active))


def test_an_officials_view_asks_for_role_and_second_factor() -> None:
    view = access.official("supervisor")(answer)
    assert opened(view, official("supervisor")).content == b"inside"
    assert view.access == "official:supervisor"
    for sent_away in (NOBODY, official("supervisor", verified=False)):
        refused = opened(view, sent_away)
        assert (refused.status_code, refused.url) == (302, "/account/staff/?next=/page/%3Fa%3D1")
    for stranger in (CITIZEN, official("officer"), official("supervisor", active=False)):
        with pytest.raises(PermissionDenied):
            opened(view, stranger)


def test_an_officials_view_without_roles_is_open_to_all_three() -> None:
    view = access.official()(answer)
    for role in ("officer", "supervisor", "auditor"):
        assert opened(view, official(role)).content == b"inside"


def test_an_unknown_role_is_refused_when_the_view_is_written() -> None:
    with pytest.raises(ValueError, match="manager"):
        access.official("manager")


def test_a_providers_view_takes_posts_only_and_knows_no_session() -> None:
    def who(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.user.is_authenticated))

    view = access.provider(who)
    assert opened(view, CITIZEN, method="post").content == b"False"
    assert opened(view, CITIZEN).status_code == 405
    assert view.csrf_exempt


def test_a_development_view_does_not_exist_elsewhere(settings: Any) -> None:
    view = access.development(answer)
    settings.DEVELOPMENT_PAGES = True
    assert opened(view, NOBODY).content == b"inside"
    settings.DEVELOPMENT_PAGES = False
    with pytest.raises(Http404):
        opened(view, NOBODY)


def test_a_class_is_guarded_and_marked_like_a_function() -> None:
    @access.citizen
    class Page(View):
        def get(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse("inside")

    @access.provider
    class Callback(View):
        def post(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse("inside")

    page, callback = Page.as_view(), Callback.as_view()
    assert page.access == "citizen"
    assert opened(page, CITIZEN).content == b"inside"
    assert opened(page, NOBODY).status_code == 302
    assert callback.csrf_exempt
    assert opened(callback, NOBODY, method="post").content == b"inside"
