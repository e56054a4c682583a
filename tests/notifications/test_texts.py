"""Every registered message speaks every language with the parameters it declares; a language is only a catalogue."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from pytest_django import Settings

from portal.accounts.models import User
from portal.common import catalogues, clock, outbox, registry
from portal.common.registry import MessageSpec
from portal.common.simulation import Ledger
from portal.notifications import rules, texts
from portal.notifications.models import Message
from tests.notifications.conftest import Change, Tell

HAN = re.compile(r"[\u4e00-\u9fff]")
SPECS = sorted(registry.messages.values(), key=lambda spec: spec.code)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(scope="module", autouse=True)
def _catalogues() -> None:
    for source in catalogues.sources():
        catalogues.compile_if_changed(source)


def words_of(spec: MessageSpec, language: str) -> tuple[str, str]:
    with translation.override(language):
        shown = spec.present(spec.sample)
        return str(spec.title) % shown, str(spec.body) % shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.code)
def test_every_message_is_worded_with_what_it_declares(spec: MessageSpec, language: str) -> None:
    title, body = words_of(spec, language)
    assert title
    assert body
    assert "%(" not in title + body


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != settings.LANGUAGE_CODE])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.code)
def test_every_message_is_translated(spec: MessageSpec, language: str) -> None:
    for text in (spec.title, spec.body):
        with translation.override(settings.LANGUAGE_CODE):
            source = str(text)
        assert HAN.search(source), "the source language is Chinese"
        with translation.override(language):
            assert str(text) != source, f"no {language} text for: {source}"


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.code)
def test_every_message_stores_codes_and_uses_known_channels(spec: MessageSpec) -> None:
    assert rules.find_text(spec.sample) == []
    assert set(spec.channels) <= {"inbox", *settings.NOTIFICATION_CHANNELS}
    assert spec.channels[0] == "inbox"


def test_words_of_this_app_are_translated() -> None:
    mine = {text: place for text, place in catalogues.extract().items() if "notifications/" in place}
    assert mine
    for source in catalogues.sources():
        held = {entry.msgid: entry for entry in polib.pofile(str(source))}
        missing = [text.msgid for text in mine if text.msgid not in held or not held[text.msgid].translated()]
        assert not missing


def test_a_language_is_added_without_code(told: Message, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}
    catalogue.append(polib.POEntry(msgid="您的事项有新进展", msgstr="새로운 소식이 있습니다"))
    catalogue.save_as_mofile(str(folder / "django.mo"))
    settings.LANGUAGES = [*settings.LANGUAGES, ("ko", "한국어")]
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]
    told.code = "gone"
    assert texts.render(told, language="ko").title == "새로운 소식이 있습니다"
    shutil.rmtree(tmp_path / "ko")


def test_the_reader_is_told_in_the_readers_language(
    tell: Tell, change_spec: Change, reader: User, sms: Ledger, email: Ledger
) -> None:
    change_spec(title=_("消息"), body=lazystr("%(day)s"))
    reader.language = "en"
    reader.save()
    tell()
    with translation.override("zh-hans"):
        outbox.run_due()
    titles = {entry.body["title"] for entry in (*sms.entries(), *email.entries())}
    assert titles == {"Messages"}


def test_codes_become_words_on_reading(told: Message, change_spec: Change) -> None:
    change_spec(present=lambda params: {**params, "number": f"<{params['number']}>"})
    assert texts.render(told).title == "<4201 0126 1109 017> 已批准"


@pytest.mark.parametrize(
    "break_it",
    [
        {"title": lazystr("%(gone)s")},
        {"body": lazystr("%(day)d")},
        {"present": lambda params: {"x": params["gone"]}},
        {"present": lambda params: {"x": int(params["day"])}},
    ],
)
def test_a_message_that_cannot_be_worded_is_neutral_and_logged_without_its_parameters(
    break_it: dict[str, object], told: Message, change_spec: Change, caplog: pytest.LogCaptureFixture
) -> None:
    change_spec(**break_it)
    assert texts.render(told).title == "您的事项有新进展"
    assert "cannot be worded" in caplog.text
    assert "2026-11-20" not in caplog.text


def test_a_page_that_is_gone_is_no_link(told: Message, caplog: pytest.LogCaptureFixture) -> None:
    told.link, told.link_args = "nowhere:page", ["secret-reference"]
    assert texts.render(told).link == ""
    assert "nowhere:page" in caplog.text
    assert "secret-reference" not in caplog.text


def test_a_link_leaves_the_house_with_the_portals_address(
    tell: Tell, change_spec: Change, reader: User, sms: Ledger, settings: Settings
) -> None:
    spec = registry.messages["test_ready"]
    settings.PUBLIC_URL = "https://portal.example"
    told_with_link = registry.Told((reader.pk,), dict(spec.sample), "notifications:inbox")
    change_spec(find=lambda _subject, _payload: told_with_link)
    tell()
    outbox.run_due()
    (entry,) = sms.entries()
    assert entry.body["body"].endswith("\nhttps://portal.example/messages/")


def test_an_unknown_language_falls_back(told: Message) -> None:
    with clock.set_to(clock.now() + timedelta(days=1)):
        assert texts.language_of("tlh") == "zh-hans"
        assert texts.render(told, language="tlh").body == "请在 2026-11-20 前缴费。"
