"""Portrait and signature: what is no picture is refused by name, verdicts are shown, a person can be asked."""

from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from applications import pages
from applications.models import Submission
from photos import shots
from photos.models import PORTRAIT, SIGNATURE, Shot
from photos.services import present
from portal.accounts.models import Person
from portal.common.models import Promise
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person()


@pytest.fixture
def submission(client: Client, person: Person) -> Submission:
    assert person.user is not None
    client.force_login(person.user)
    return cases.draft(person, pictures=False)


def send(client: Client, submission: Submission, data: bytes, *, name: str = "a.jpg", slug: str = "photo") -> str:
    sent = SimpleUploadedFile(name, data, "image/jpeg")
    page = client.post(f"/apply/{submission.pk}/{slug}/", {"file": sent}, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def animation() -> bytes:
    data = BytesIO()
    frames = [Image.new("P", (300, 400), colour) for colour in (1, 2, 3)]
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:])
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"only words, no picture at all", "文件格式"),
        (cases.portrait()[:2000], "无法读取|读不出来|损坏|不完整"),
        (animation(), "文件格式"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "文件格式"),
        (b"", "空文件"),
        (b"\xff\xd8\xff" + b"0" * (settings.UPLOAD_MAX_BYTES + 1), "最多 20 MB"),
    ],
    ids=["text", "truncated", "animation", "svg", "empty", "too large"],
)
def test_what_is_no_picture_is_refused_by_name(client: Client, submission: Submission, data: bytes, said: str) -> None:
    shown = send(client, submission, data)
    assert "<title>错误：" in shown
    assert 'href="#id_file"' in shown
    assert any(word in shown for word in said.split("|")), shown
    assert Shot.objects.count() == 0


def test_a_picture_sent_after_the_session_ended_is_asked_for_again(client: Client, submission: Submission) -> None:
    client.logout()
    shown = send(client, submission, cases.portrait())
    assert "刚才如果在传照片，请再选一次。" in shown
    assert 'name="password"' in shown
    assert Shot.objects.count() == 0
    assert not Promise.objects.filter(topic=shots.TOPIC).exists()


def test_no_file_at_all_is_said(client: Client, submission: Submission) -> None:
    page = client.post(f"/apply/{submission.pk}/photo/", {})
    assert "请选择要上传的照片文件" in page.content.decode()


def test_a_failed_picture_shows_every_fault_with_figure_limit_and_remedy(
    client: Client, person: Person, submission: Submission
) -> None:
    shot = cases.take(submission.pk, PORTRAIT, cases.blank(), person)
    presented = present(shot)
    shown = client.get(f"/apply/{submission.pk}/photo/").content.decode()
    assert f"照片还有 {len(presented.problems)} 项要改" in shown
    for line in presented.problems:
        assert line.title in shown
        assert line.measured in shown
        assert line.remedy
        assert line.remedy in shown
    assert "请工作人员看照片" not in shown
    assert "连续两张没通过，就可以请工作人员看。" in shown


def test_after_two_failures_a_person_looks_and_the_form_goes_on(
    client: Client, person: Person, submission: Submission
) -> None:
    taken = [cases.take(submission.pk, PORTRAIT, cases.blank(), person) for _ in range(2)]
    address = f"/apply/{submission.pk}/photo/"
    assert "请工作人员看照片" in client.get(address).content.decode()
    page = client.post(address, {"human": str(taken[1].pk)}, follow=True)
    assert "这张照片请工作人员看" in page.content.decode()
    taken[1].refresh_from_db()
    assert (taken[1].status, taken[1].is_chosen) == ("human", True)
    surveyed = {item.page.slug: item for item in cases.survey(submission)}
    assert surveyed["photo"].standing == pages.Standing.HUMAN


def test_a_refused_picture_cannot_be_chosen(client: Client, person: Person, submission: Submission) -> None:
    shot = cases.take(submission.pk, PORTRAIT, cases.blank(), person)
    page = client.post(f"/apply/{submission.pk}/photo/", {"choose": str(shot.pk)})
    assert "这张照片没有通过检查" in page.content.decode()
    assert not Shot.objects.filter(is_chosen=True).exists()
    page = client.post(f"/apply/{submission.pk}/photo/", {"human": str(shot.pk)})
    assert "还可以再试一次" in page.content.decode()
    assert client.post(f"/apply/{submission.pk}/photo/", {"choose": "nothing"}).status_code == 404


def test_a_better_picture_is_chosen_in_place_of_the_first(
    client: Client, person: Person, submission: Submission
) -> None:
    first, second = (cases.take(submission.pk, PORTRAIT, cases.portrait(), person) for _ in range(2))
    assert first.is_chosen
    shown = client.get(f"/apply/{submission.pk}/photo/?shot={second.pk}").content.decode()
    assert "改用这一张" in shown
    client.post(f"/apply/{submission.pk}/photo/", {"choose": str(second.pk)})
    assert list(Shot.objects.filter(is_chosen=True)) == [second]


def test_an_automatic_crop_is_shown_before_and_after(client: Client, person: Person, submission: Submission) -> None:
    portrait = Image.open(BytesIO(cases.portrait()))
    wide = Image.new("RGB", (portrait.width * 2, portrait.height * 3 // 2), portrait.getpixel((3, 3)))
    wide.paste(portrait, (portrait.width // 2, portrait.height * 2 // 5))
    shot = cases.take(submission.pk, PORTRAIT, cases.jpeg(wide), person)
    assert shot.verdict["outcome"] == "accepted_after_crop"
    shown = client.get(f"/apply/{submission.pk}/photo/").content.decode()
    assert "照片可以用" in shown
    assert f"/apply/{submission.pk}/pictures/{shot.pk}/preview.jpg" in shown
    assert f"/apply/{submission.pk}/pictures/{shot.pk}/final.jpg" in shown
    assert 'stroke-dasharray="8 6"' in shown
    assert " style=" not in shown


def test_a_waiting_picture_refreshes_itself_with_and_without_scripts(
    client: Client, person: Person, submission: Submission
) -> None:
    shown = send(client, submission, cases.portrait())
    shot = Shot.objects.get()
    state = f"/apply/{submission.pk}/pictures/{shot.pk}/"
    assert f'data-poll="{state}"' in shown
    assert "看看好了没有" in shown
    assert "data-poll-done" not in client.get(state).content.decode()
    assert client.get(f"{state}preview.jpg").status_code == 404
    shots.keep_promise(Promise.objects.get(topic=shots.TOPIC))
    done = client.get(state).content.decode()
    assert f'data-poll-done="/apply/{submission.pk}/photo/?shot={shot.pk}"' in done


def test_pictures_are_for_their_owner_alone(client: Client, person: Person, submission: Submission) -> None:
    shot = cases.take(submission.pk, SIGNATURE, cases.signature(), person)
    address = f"/apply/{submission.pk}/pictures/{shot.pk}/final.jpg"
    page = client.get(address)
    assert page["Content-Type"] == "image/jpeg"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Cache-Control"] == "no-store, private"
    assert page["Content-Disposition"].startswith("inline")
    assert Image.open(BytesIO(page.content)).size == (600, 240)
    assert client.get(address.replace("final", "original")).status_code == 404
    assert Client().get(address).status_code == 302
    other = cases.person("张示例", phone="13900000009")
    assert other.user is not None
    stranger = Client()
    stranger.force_login(other.user)
    assert stranger.get(address).status_code == 404
    own = cases.draft(other, pictures=False)
    assert stranger.get(f"/apply/{own.pk}/pictures/{shot.pk}/final.jpg").status_code == 404
