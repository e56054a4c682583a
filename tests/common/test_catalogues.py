import gettext
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core.management import CommandError, call_command

from portal.common import catalogues
from portal.common.catalogues import Text


@pytest.fixture
def source(tmp_path: Path, settings: Any) -> Path:
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
    [only] = catalogues.sources()
    return only


def translated(source: Path, **entries: str) -> None:
    catalogue = polib.pofile(str(source))
    for entry in catalogue:
        entry.msgstr = entries.get(entry.msgid, entry.msgstr)
    catalogue.save()


def test_texts_of_code_are_found() -> None:
    code = (
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        "a = _('一' '二')\nb = translation.gettext_lazy('三')\n"
        "c = ngettext('%(n)s 件', '%(n)s 件们', n)\nd = pgettext('月', '一')\ne = _(variable)\nf = other('四')\n"
    )
    assert sorted(catalogues.in_python(code), key=lambda found: found[1]) == [
        (Text("一二"), 2),
        (Text("三"), 3),
        (Text("%(n)s 件", plural="%(n)s 件们"), 4),
        (Text("一", context="月"), 5),
    ]


def test_an_f_string_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1"):
        list(catalogues.in_python("_(f'一{n}')"))


def test_texts_of_templates_are_found_as_django_looks_them_up() -> None:
    template = (
        "{% translate \"一\" %}{% translate '二' context '月' %}{{ _('三') }}"
        "{% blocktranslate with n=count %}共 {{ n }} 件 100%{% endblocktranslate %}"
        "{% blocktranslate trimmed %}\n 四\n 五\n{% endblocktranslate %}"
        "{% blocktranslate count n=2 %}{{ n }} 天{% plural %}{{ n }} 天们{% endblocktranslate %}"
        "{% include 'a.html' with title=_('六') only %}"
    )
    assert set(catalogues.in_template(template)) == {
        Text("一"),
        Text("二", context="月"),
        Text("三"),
        Text("共 %(n)s 件 100%%"),
        Text("四 五"),
        Text("%(n)s 天", plural="%(n)s 天们"),
        Text("六"),
    }


def test_a_catalogue_follows_the_code(source: Path) -> None:
    assert catalogues.update(source, [Text("一"), Text("二")]) == (2, 0)
    translated(source, 一="one")
    assert catalogues.update(source, [Text("一"), Text("三")]) == (1, 1)
    held = {entry.msgid: entry.msgstr for entry in polib.pofile(str(source))}
    assert held == {"一": "one", "三": ""}


def test_every_fault_is_named(source: Path) -> None:
    texts = {Text("一"): "a.py:1", Text("二 %(n)s"): "a.py:2", Text("三"): "a.py:3", Text("四"): "a.py:4"}
    assert len(catalogues.faults(source, texts)) == 4, "a language without a catalogue lacks everything"
    catalogues.update(source, [*list(texts)[:3], Text("五")])
    translated(source, **{"二 %(n)s": "two", "三": "three", "五": "five"})
    catalogue = polib.pofile(str(source))
    found = catalogue.find("三")
    assert found is not None
    found.flags.append("fuzzy")
    catalogue.save()
    assert catalogues.faults(source, texts) == [
        "en: a.py:1: not translated: '一'",
        "en: a.py:2: other placeholders than the source: '二 %(n)s'",
        "en: a.py:3: fuzzy: '三'",
        "en: a.py:4: not in the catalogue: '四'",
        "en: no longer used: '五'",
    ]


def test_the_check_fails_while_a_text_is_not_translated(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(catalogues, "extract", lambda: {Text("一"): "a.py:1"})
    with pytest.raises(CommandError):
        call_command("collect_messages", "--check")
    assert not source.exists()
    call_command("collect_messages")
    translated(source, 一="one")
    call_command("collect_messages", "--check")


def test_compiling_writes_what_gettext_reads_and_only_when_needed(source: Path) -> None:
    assert not catalogues.compile_if_changed(source)
    catalogues.update(source, [Text("一")])
    translated(source, 一="one")
    assert catalogues.compile_if_changed(source)
    assert not catalogues.compile_if_changed(source)
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("一") == "one"
