import re

import pytest
from django.apps import apps
from django.test import RequestFactory

from portal.common.models import LifecycleModel
from portal.common.site import portal_admin
from tests.architecture import tree
from tests.architecture.status_writes import writes

THE_WRITER = "portal/common/lifecycle.py"
# Writes whose columns stand elsewhere, read and found to be of another kind.
KNOWN = {
    ("portal/common/fields.py", "__get__"): "a sealed column opens its own token",
    ("portal/common/fields.py", "__set__"): "a sealed column keeps its own value",
    ("portal/common/fields.py", "contribute_to_class"): "a sealed column puts its descriptor on the model",
    ("portal/common/fields.py", "pre_save"): "a blind index fills its own column",
    ("payments/gateways/simulator/cashier.py", "turn_into_money"): "an entry in the simulator's own book",
    ("portal/notifications/models.py", "moved"): "columns of a delivery, which has no status",
    ("portal/common/outbox.py", "_settle"): "columns of a promise, which has no status",
}


def lifecycle_models() -> frozenset[str]:
    return frozenset(model.__name__ for model in apps.get_models() if issubclass(model, LifecycleModel))


def test_the_engine_alone_writes_a_status() -> None:
    models = lifecycle_models()
    found = [
        f"{place}:{write.line} in {write.function or 'module'}: {write.form}"
        for path in tree.modules()
        if (place := str(path.relative_to(tree.BASE))) != THE_WRITER
        for write in writes(tree.parsed(path), models)
        if (place, write.function) not in KNOWN
    ]
    assert not found, "\n".join(found)


def test_the_engine_itself_would_be_found() -> None:
    assert {write.form for write in writes(tree.parsed(tree.BASE / THE_WRITER))} >= {"assignment"}


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ("row.status = 'paid'", "assignment"),
        ("row.status: str = 'paid'", "assignment"),
        ("a, row.status = 1, 'paid'", "assignment"),
        ("row.status += 'x'", "assignment"),
        ("for row.status in states: pass", "assignment"),
        ("with now() as row.status: pass", "assignment"),
        ("row.__dict__['status'] = 'paid'", "assignment through __dict__"),
        ("vars(row)['status'] = 'paid'", "assignment through __dict__"),
        ("row.__dict__.update(status='paid')", "update"),
        ("rows.filter(pk=1).update(status='paid')", "update"),
        ("rows.update(**{'status': 'paid'})", "update"),
        ("rows.update(**columns)", "update with unknown columns"),
        ("QuerySet.update(rows, status='paid')", "update"),
        ("rows.bulk_update(found, ['paid_at', 'status'])", "bulk_update"),
        ("rows.bulk_update(found, fields=('status',))", "bulk_update"),
        ("rows.bulk_update(found, columns)", "bulk_update"),
        ("rows.bulk_create(found, update_conflicts=True, update_fields=['status'])", "update_fields"),
        ("row.save(update_fields=['status'])", "update_fields"),
        ("Case.objects.create(status='paid')", "create"),
        ("Case.objects.update_or_create(pk=1, defaults={'status': 'paid'})", "update_or_create"),
        ("Case.objects.update_or_create(pk=1, defaults=dict(status='paid'))", "update_or_create"),
        ("Case.objects.get_or_create(pk=1, status='paid')", "get_or_create"),
        ("Case(status='paid')", "constructor"),
        ("models.Case(**{'status': 'paid'})", "constructor"),
        ("setattr(row, 'status', 'paid')", "setattr"),
        ("setattr(row, name, 'paid')", "setattr"),
        ("object.__setattr__(row, 'status', 'paid')", "setattr"),
        ("cursor.execute('UPDATE cases SET status = 1')", "SQL"),
        ("list_editable = ('status',)", "list_editable"),
    ],
)
def test_every_way_of_writing_is_found(source: str, form: str) -> None:
    found = writes(f"def act():\n    {source}\n", frozenset({"Case"}))
    assert [(write.function, write.form) for write in found] == [("act", form)]


@pytest.mark.parametrize(
    "source",
    [
        "rows.filter(status='paid')",
        "render(request, 'page.html', status=503)",
        "JsonResponse({'status': 'ok'}, status=200)",
        "status = models.CharField(max_length=20)",
        "entry['status'] = 'sent'",
        "rows.update(paid_at=now)",
        "if row.status == 'paid': pass",
        "rows.bulk_update(found, ['paid_at'])",
        "setattr(row, 'paid_at', now)",
    ],
)
def test_reading_is_not_writing(source: str) -> None:
    assert not writes(source, frozenset({"Case"}))


def test_no_admin_page_lets_a_status_be_typed() -> None:
    request = RequestFactory().get("/")
    typed = []
    for model, model_admin in portal_admin._registry.items():
        if not issubclass(model, LifecycleModel):
            continue
        fixed = {"status", "event_seq"} <= set(model_admin.get_readonly_fields(request))
        if "status" in model_admin.list_editable or not (fixed or _is_shown_only(model_admin)):
            typed.append(model._meta.label)
    assert not typed


def _is_shown_only(model_admin: object) -> bool:
    """An admin class that refuses changes to everybody has no form to type into."""
    own = type(model_admin).__dict__
    return "has_change_permission" in own and "has_add_permission" in own


def test_templates_ask_for_facts_never_for_a_status() -> None:
    templates = sorted((tree.BASE / "templates").rglob("*.html"))
    assert not [
        str(path.relative_to(tree.BASE)) for path in templates if re.search(r"\.status\b", path.read_text("utf-8"))
    ]
