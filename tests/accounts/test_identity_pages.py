"""The pages of the real-name proof, as a person walks them without scripts."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.accounts import forms, services
from portal.accounts.models import IdentityProof, User
from portal.common.models import Promise
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

HUB, WAY, CONSENT = (reverse(f"accounts:identity{page}") for page in ("", "_way", "_face_consent"))
DETAILS, BY_HAND, STATUS = (reverse(f"accounts:identity_{page}") for page in ("details", "by_hand", "status"))


@pytest.fixture
def user() -> User:
    return make.signed_up()


@pytest.fixture
def citizen(client: Client, user: User) -> Client:
    make.sign_in(client, user)
    return client


def claim(who: str = make.ORDINARY, *, data: bytes | None = None, **changed: Any) -> dict[str, Any]:
    found = make.record(who)
    upload = SimpleUploadedFile("face.png", data or make.picture(), "image/png")
    return {"name": found.name, "citizen_number": found.citizen_number, "picture": upload, **changed}


def choose_face(citizen: Client) -> None:
    assert citizen.post(WAY, {"way": "face", "agree": "on"}).url == CONSENT
    assert citizen.post(CONSENT, {"agree_face": "on"}).url == DETAILS


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_whole_way_with_a_face(citizen: Client, user: User) -> None:
    assert citizen.get(HUB + "?next=/apply/question/7/").url == WAY
    page = text(citizen.get(WAY))
    assert "不用人脸" in page
    choose_face(citizen)
    assert 'capture="user"' in text(citizen.get(DETAILS))
    assert "继续填写" in text(citizen.get(HUB))
    assert citizen.post(DETAILS, claim()).url == HUB
    waiting = text(citizen.get(HUB))
    assert f'data-poll="{STATUS}"' in waiting
    assert f'href="{HUB}"' in waiting
    assert "data-poll-done" not in text(citizen.get(STATUS))
    make.keep("accounts.compare")
    assert f'data-poll-done="{HUB}"' in text(citizen.get(STATUS))
    done = text(citizen.get(HUB))
    assert 'href="/apply/question/7/"' in done
    assert services.person_of(user) is not None
    for address in (WAY, CONSENT, DETAILS):
        assert citizen.get(address).url == HUB
    number = make.record().citizen_number
    assert number not in page + waiting + done


def test_the_whole_way_without_a_face(citizen: Client) -> None:
    assert citizen.post(WAY, {"way": "by_hand", "agree": "on"}).url == DETAILS
    assert 'type="file"' not in text(citizen.get(DETAILS))
    assert citizen.post(DETAILS, claim(picture="")).url == HUB
    make.keep("accounts.compare")
    page = text(citizen.get(HUB))
    assert "审核人员" in page
    assert citizen.get(WAY).url == HUB
    proof = IdentityProof.objects.get()
    assert (proof.face_consented_at, proof.picture) == (None, "")


@pytest.mark.parametrize(
    ("posted", "says"),
    [
        ({}, "请选择核验方式"),
        ({"way": "face"}, "请先打勾：同意核对身份"),
        ({"way": "eye", "agree": "on"}, "请从列出的选项里选"),
    ],
)
def test_a_way_and_a_consent_are_needed(citizen: Client, posted: dict[str, str], says: str) -> None:
    answer = text(citizen.post(WAY, posted))
    assert says in answer
    assert "<title>错误：" in answer
    assert not IdentityProof.objects.exists()


def test_the_face_needs_a_consent_of_its_own(citizen: Client) -> None:
    assert citizen.get(CONSENT).url == WAY
    citizen.post(WAY, {"way": "face", "agree": "on"})
    assert "请先打勾：同意人脸比对" in text(citizen.post(CONSENT, {}))
    assert not IdentityProof.objects.exists()
    assert f'href="{WAY}"' in text(citizen.get(CONSENT))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"name": "长" * 101}, "最多 100 个字"),
        ({"name": "张3"}, "不能有数字"),
        ({"citizen_number": ""}, "请填写公民身份号码"),
        ({"citizen_number": "123"}, "应为 18 位，现在是 3 位"),
        ({"citizen_number": "110105194912310021"}, "校验码"),
        ({"picture": ""}, "请选择要上传的本人现场照片"),
        ({"picture": SimpleUploadedFile("a.jpg", b"just text")}, "只能是 JPEG 或 PNG"),
        ({"picture": SimpleUploadedFile("a.jpg", b"")}, "是空文件"),
    ],
)
def test_a_wrong_field_says_so_and_keeps_what_was_typed(citizen: Client, changed: dict[str, Any], says: str) -> None:
    choose_face(citizen)
    answer = text(citizen.post(DETAILS, claim(**changed)))
    assert says in answer
    assert answer.count("govuk-error-message") == 1
    kept = "citizen_number" if "name" in changed else "name"
    assert f'value="{claim()[kept]}"' in answer
    assert not Promise.objects.filter(topic__startswith="accounts.compare").exists()
    assert not Promise.objects.filter(topic="accounts.forget_face").exists()


def test_all_wrong_fields_are_named_at_once(citizen: Client) -> None:
    choose_face(citizen)
    answer = text(citizen.post(DETAILS, {"name": "", "citizen_number": "1", "picture": ""}))
    assert answer.count("govuk-error-message") == 3


def test_a_picture_too_large_is_refused_with_its_size(citizen: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(forms, "PICTURE_MAX_BYTES", 50)
    choose_face(citizen)
    assert "最大 10 MB" in text(citizen.post(DETAILS, claim()))


def test_pressing_twice_lands_on_the_same_page(citizen: Client) -> None:
    choose_face(citizen)
    for _ in range(2):
        assert citizen.post(DETAILS, claim()).url == HUB
    assert Promise.objects.filter(topic="accounts.compare").count() == 1
    assert IdentityProof.objects.get().submissions == 1


def test_another_picture_asks_for_nothing_else(citizen: Client) -> None:
    name = "葛不像"
    choose_face(citizen)
    citizen.post(DETAILS, claim(name))
    make.keep("accounts.compare")
    assert "还可以试 2 次" in text(citizen.get(HUB))
    page = text(citizen.get(DETAILS))
    number = make.record(name).citizen_number
    assert number not in page
    assert f"{number[:4]}**********{number[-4:]}" in page
    again = SimpleUploadedFile("face.png", make.picture(), "image/png")
    assert citizen.post(DETAILS, {"picture": again}).url == HUB
    make.keep("accounts.compare")
    assert "还可以试 1 次" in text(citizen.get(HUB))
    assert citizen.post(BY_HAND).url == HUB
    assert "审核人员" in text(citizen.get(HUB))
    assert citizen.post(BY_HAND).url == HUB


def test_a_claim_that_does_not_match_can_be_mended(citizen: Client, user: User) -> None:
    choose_face(citizen)
    citizen.post(DETAILS, claim(citizen_number="11010519491231002X"))
    make.keep("accounts.compare")
    assert "对不上" in text(citizen.get(HUB))
    assert f'value="{make.ORDINARY}"' in text(citizen.get(DETAILS))
    assert citizen.post(DETAILS, claim()).url == HUB
    make.keep("accounts.compare")
    assert services.person_of(user) is not None


def test_after_a_refusal_one_can_begin_again(citizen: Client, user: User) -> None:
    citizen.post(WAY, {"way": "by_hand", "agree": "on"})
    citizen.post(DETAILS, claim(picture=""))
    make.keep("accounts.compare")
    officer = make.official(authority="000000")
    services.refuse_proof(IdentityProof.objects.get(), note="资料不足", acting=officer.acting)
    assert f'href="{WAY}"' in text(citizen.get(HUB))
    assert citizen.get(WAY).status_code == 200
    citizen.post(WAY, {"way": "by_hand", "agree": "on"})
    assert IdentityProof.objects.count() == 2


def test_every_page_is_closed_to_strangers_and_officials(client: Client) -> None:
    for address in (HUB, WAY, CONSENT, DETAILS, STATUS):
        assert client.get(address).url.startswith(reverse("accounts:sign_in"))
    make.sign_in(client, make.official())
    for address in (HUB, WAY, CONSENT, DETAILS, STATUS):
        assert client.get(address).status_code == 403
