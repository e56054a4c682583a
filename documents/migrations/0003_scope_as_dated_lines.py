"""The scope becomes lines of revisions; pilot cities and revisions that were loaded before are taken over."""

import uuid
from datetime import datetime, time
from itertools import product

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

KINDS = {"PASSPORT": ("replace", "reissue"), "HKM_PERMIT": ("replace", "reissue", "endorse")}
KINDS["TWN_PERMIT"] = KINDS["HKM_PERMIT"]
# Rows of the tables that go, between the operations of this one migration.
_kept = {"cities": [], "revisions": []}


def keep(apps, schema_editor):
    """Remember the rows that are taken over."""
    _kept["cities"] = list(apps.get_model("documents", "PilotCity").objects.values())
    _kept["revisions"] = list(apps.get_model("documents", "RuleRevision").objects.order_by("effective_from").values())


def _open_on(day):
    return {
        row["code"]: row
        for row in _kept["cities"]
        if row["effective_from"] <= day and (row["effective_to"] is None or day < row["effective_to"])
    }


def take_over(apps, schema_editor):
    """Write each revision with what it opened and closed, under its old name: applications are pinned to it."""
    Revision, Line = (apps.get_model("documents", name) for name in ("RuleRevision", "ScopeLine"))
    before = {}
    for row in _kept["revisions"]:
        day = row["effective_from"]
        moment = timezone.make_aware(datetime.combine(day, time.min))
        revision = Revision.objects.create(
            label=row["label"], effective_at=moment, is_loaded=True, status="in_force", authority="000000"
        )
        now = _open_on(day)
        changes = [("open", now[code]) for code in now.keys() - before.keys()]
        changes += [("close", before[code]) for code in before.keys() - now.keys()]
        Line.objects.bulk_create(
            Line(
                revision=revision,
                act=act,
                city=city["code"],
                kind=kind,
                category=category,
                group="adult",
                channel="online",
                source=city["source"],
                confidence=city["confidence"],
            )
            for (act, city), kind in product(changes, KINDS)
            for category in KINDS[kind]
        )
        before = now


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("documents", "0002_issued_endorsements"),
    ]

    operations = [
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.DeleteModel("PilotCity"),
        migrations.DeleteModel("RuleRevision"),
        migrations.CreateModel(
            name="RuleRevision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("status", models.CharField(editable=False, max_length=32, verbose_name="状态")),
                ("authority", models.CharField(db_index=True, editable=False, max_length=6, verbose_name="主管机关")),
                ("event_seq", models.PositiveIntegerField(default=0, editable=False)),
                ("label", models.CharField(editable=False, max_length=40, unique=True, verbose_name="名称")),
                ("effective_at", models.DateTimeField(verbose_name="生效时间")),
                ("is_loaded", models.BooleanField(default=False, editable=False, verbose_name="随数据文件载入")),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提议人",
                    ),
                ),
            ],
            options={
                "verbose_name": "开放范围变更",
                "verbose_name_plural": "开放范围变更",
            },
        ),
        migrations.CreateModel(
            name="ScopeLine",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "act",
                    models.CharField(choices=[("open", "开放"), ("close", "关闭")], max_length=5, verbose_name="动作"),
                ),
                ("city", models.CharField(max_length=6, verbose_name="区划代码")),
                ("kind", models.CharField(max_length=32, verbose_name="证件种类")),
                ("category", models.CharField(max_length=16, verbose_name="申请类别")),
                ("group", models.CharField(max_length=16, verbose_name="人群")),
                (
                    "channel",
                    models.CharField(
                        choices=[("online", "网上"), ("device", "自助设备")],
                        default="online",
                        max_length=8,
                        verbose_name="渠道",
                    ),
                ),
                ("source", models.CharField(max_length=200, verbose_name="来源")),
                (
                    "confidence",
                    models.CharField(
                        choices=[("H", "高"), ("M", "中"), ("L", "低")],
                        default="H",
                        max_length=1,
                        verbose_name="可信度",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="documents.rulerevision",
                        verbose_name="变更",
                    ),
                ),
            ],
            options={
                "verbose_name": "开放范围",
                "verbose_name_plural": "开放范围",
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=32, verbose_name="证件种类")),
                ("category", models.CharField(max_length=16, verbose_name="申请类别")),
                ("reason", models.CharField(blank=True, max_length=32, verbose_name="原因")),
                ("destination", models.CharField(blank=True, max_length=2, verbose_name="前往地")),
                ("letter", models.CharField(blank=True, max_length=8, verbose_name="签注种类")),
                ("option", models.CharField(blank=True, max_length=8, verbose_name="次数和期限")),
                ("city", models.CharField(max_length=6, verbose_name="户籍所在市")),
                ("group", models.CharField(max_length=16, verbose_name="人群")),
                ("left_at", models.DateTimeField(verbose_name="留下时间")),
                ("told_at", models.DateTimeField(null=True, verbose_name="告知时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wishes",
                        to="accounts.person",
                        verbose_name="本人",
                    ),
                ),
            ],
            options={
                "verbose_name": "开通提醒",
                "verbose_name_plural": "开通提醒",
            },
        ),
        migrations.AddConstraint(
            model_name="rulerevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("draft", "proposed", "in_force", "rejected", "withdrawn"))),
                name="revision_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulerevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by", None), ("is_loaded", True), ("proposed_by", None), ("status", "in_force")),
                    models.Q(("is_loaded", False), ("proposed_by__isnull", False)),
                    _connector="OR",
                ),
                name="revision_has_a_proposer",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulerevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="revision_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulerevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_loaded", True),
                    models.Q(("decided_by", None), ("status__in", ("draft", "proposed", "withdrawn"))),
                    models.Q(("decided_by__isnull", False), ("status__in", ("in_force", "rejected"))),
                    _connector="OR",
                ),
                name="revision_ends_with_a_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulerevision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "in_force")),
                fields=("effective_at",),
                name="revision_one_in_force_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="scopeline",
            constraint=models.UniqueConstraint(
                fields=("revision", "city", "kind", "category", "group", "channel"),
                name="scope_line_once_in_a_revision",
            ),
        ),
        migrations.AddConstraint(
            model_name="scopeline",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ("open", "close"))), name="scope_line_act_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="scopeline",
            constraint=models.CheckConstraint(
                condition=models.Q(("group__in", ("adult", "minor", "state_employee", "military"))),
                name="scope_line_group_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="scopeline",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ("online", "device"))), name="scope_line_channel_known"
            ),
        ),
        migrations.AddIndex(
            model_name="wish",
            index=models.Index(condition=models.Q(("told_at", None)), fields=["kind", "category"], name="wish_open"),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(
                condition=models.Q(("told_at", None)),
                fields=("person", "kind", "category", "destination", "letter"),
                name="wish_one_open_for_each_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.CheckConstraint(
                condition=models.Q(("group__in", ("adult", "minor", "state_employee", "military"))),
                name="wish_group_known",
            ),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
