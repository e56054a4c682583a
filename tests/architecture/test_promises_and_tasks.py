"""Every task runs in a known queue, every promise has somebody who keeps it."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import yaml

from portal import supervisor
from portal.celery import app
from portal.common import outbox
from tests.architecture import tree

PROMISING = {"promise", "Step", "cancel"}
THE_ENGINE = "portal.common.outbox"


def own_tasks() -> list[str]:
    app.loader.import_default_modules()
    return sorted(name for name in app.tasks if not name.startswith("celery."))


def worked_queues() -> set[str]:
    line = next(child for child in supervisor.commands(8000, Path("var")) if child.name == "worker").command
    return set(line[list(line).index("-Q") + 1].split(","))


def test_every_task_is_named_after_its_module_and_has_a_queue_somebody_works() -> None:
    assert own_tasks()
    for name in own_tasks():
        module, _, function = name.rpartition(".")
        assert module.endswith(".tasks"), name
        assert hasattr(importlib.import_module(module), function), name
        assert (getattr(app.tasks[name], "queue", None) or app.conf.task_default_queue) in worked_queues(), name


def test_beat_rings_for_tasks_that_exist() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in own_tasks()
    hearts = [entry for entry in app.conf.beat_schedule.values() if entry["task"].endswith(".worker_heartbeat")]
    assert {entry["options"]["queue"] for entry in hearts} == worked_queues()
    assert all(entry["args"] == [entry["options"]["queue"]] for entry in hearts)


def test_every_queue_of_a_topic_is_worked_by_the_embedded_worker_and_in_production() -> None:
    queues = {topic.queue for topic in outbox.topics.values()} | {app.conf.task_default_queue}
    assert queues <= worked_queues()
    services = yaml.safe_load((tree.BASE / "docker-compose.yml").read_text())["services"]
    composed = {queue for service in services.values() for queue in _queues(service.get("command") or [])}
    assert composed == worked_queues()


def _queues(command: list[str]) -> list[str]:
    return command[command.index("-Q") + 1].split(",") if "-Q" in command else []


def topics(module: ModuleType, source: ast.Module) -> Iterator[tuple[int, str | None]]:
    """Yield line and topic of every promise a module makes; None where the source does not tell the topic."""
    passing_on: dict[str, int] = {}
    calls: list[tuple[ast.Call, ast.expr | None]] = []
    for call, function in _calls(source):
        name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
        if name not in PROMISING or not _is_the_outboxs(module, call.func, name):
            continue
        topic = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "topic"), None)
        own = [argument.arg for argument in function.args.args] if function else []
        if function and isinstance(topic, ast.Name) and topic.id in own:
            # A short function in front of the outbox: whoever calls it names the topic.
            passing_on[function.name] = own.index(topic.id)
        else:
            calls.append((call, topic))
    for call, _function in _calls(source):
        position = passing_on.get(getattr(call.func, "id", ""))
        if position is not None:
            calls.append((call, call.args[position] if len(call.args) > position else None))
    for call, topic in sorted(calls, key=lambda found: found[0].lineno):
        yield call.lineno, _value(module, topic)


def _calls(node: ast.AST, function: ast.FunctionDef | None = None) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, function
        yield from _calls(child, child if isinstance(child, ast.FunctionDef) else function)


def _is_the_outboxs(module: ModuleType, function: ast.expr, name: str) -> bool:
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and getattr(module, function.value.id, None) is outbox
    return getattr(module, name, None) is getattr(outbox, name)


def _value(module: ModuleType, node: ast.expr | None) -> str | None:
    """Return the text of a constant, a module's name for one, or another module's name for one."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        value = getattr(module, node.id, None)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        value = getattr(getattr(module, node.value.id, None), node.attr, None)
    else:
        value = None
    return value if isinstance(value, str) else None


def test_every_promised_topic_is_kept_by_somebody() -> None:
    broken = []
    for path in tree.modules():
        name = tree.module_name(path)
        if path.name == "apps.py" or name == THE_ENGINE or name.startswith(tree.ROOT_MODULES):
            continue
        if "outbox" not in path.read_text("utf-8"):
            continue
        for line, topic in topics(importlib.import_module(name), tree.parsed(path)):
            if topic not in outbox.topics:
                broken.append(f"{path.relative_to(tree.BASE)}:{line}: {topic or 'topic not told by the source'}")
    assert not broken, "\n".join(broken)


def test_a_promise_nobody_keeps_is_found() -> None:
    module = ModuleType("planted")
    module.outbox = outbox  # type: ignore[attr-defined]
    source = ast.parse(
        "outbox.promise('planted', key='1', payload={})\n"
        "outbox.promise(name, key='2', payload={})\n"
        "def _later(row, topic):\n    outbox.promise(topic, key='3', payload={})\n"
        "_later(1, 'behind')\n"
    )
    assert list(topics(module, source)) == [(1, "planted"), (2, None), (5, "behind")]
    assert not {"planted", "behind"} & outbox.topics.keys()
