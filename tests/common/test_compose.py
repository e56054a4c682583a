import re
from pathlib import Path
from typing import Any

import pytest
import yaml

BASE = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((BASE / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (BASE / "Dockerfile").read_text()
OURS = {"prepare", "web", "worker", "worker-photos", "beat"}
SECRET = re.compile(r"PASSWORD|SECRET|_KEYS?$")
PINNED = re.compile(r":\d+\.\d+\.\d+[\w.-]*$|:\d+\.\d+-[\w.-]+$")


def test_every_part_of_production_is_there() -> None:
    assert SERVICES.keys() == OURS | {"clamd", "nginx", "postgres", "redis"}
    assert SERVICES["postgres"]["image"].startswith("postgres:15.")
    assert SERVICES["web"]["environment"]["PORTAL_SCANNER_ADDRESS"] == "tcp://clamd:3310"


def test_only_nginx_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


@pytest.mark.parametrize("name", ["clamd", "nginx", "postgres", "redis"])
def test_foreign_images_are_pinned(name: str) -> None:
    assert PINNED.search(SERVICES[name]["image"])


def test_base_images_are_pinned() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(images) == 3
    assert all(PINNED.search(image) for image in images)


def test_no_secret_stands_in_clear_or_has_a_default() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert re.fullmatch(r"\$\{\w+:\?\}", value), f"{name}: {variable}"
            elif "://" in value and "@" in value:
                assert re.search(r":\$\{\w+_PASSWORD:\?\}@", value), f"{name}: {variable}"


def test_production_settings_find_every_variable_they_demand() -> None:
    source = (BASE / "portal/settings/production.py").read_text()
    demanded = set(re.findall(r"env\.\w+\(\"(PORTAL_\w+)\"\)", source))
    assert demanded
    for name in OURS:
        assert demanded <= SERVICES[name]["environment"].keys()
        assert SERVICES[name]["environment"]["DJANGO_SETTINGS_MODULE"] == "portal.settings.production"


def test_the_portal_runs_without_privileges() -> None:
    assert "\nUSER portal\n" in DOCKERFILE
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_dependencies_name_services_and_mounted_files_exist() -> None:
    for service in SERVICES.values():
        assert service.get("depends_on", {}).keys() <= SERVICES.keys()
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (BASE / source).is_file()
            elif not source.startswith("$"):
                assert source in COMPOSE["volumes"]


def test_the_anchors_lie_apart_from_the_files_they_guard() -> None:
    web = SERVICES["web"]
    anchor = web["environment"]["PORTAL_AUDIT_ANCHOR_FILE"]
    var = web["environment"]["PORTAL_VAR_DIR"]
    assert not anchor.startswith(var)
    assert any(anchor.startswith(volume.split(":")[1]) for volume in web["volumes"])


def test_the_image_holds_neither_data_nor_history() -> None:
    ignored = (BASE / ".dockerignore").read_text().splitlines()
    assert {".git", "var", ".venv", "tests"} <= set(ignored)


def test_nginx_logs_no_address_and_no_path() -> None:
    config = (BASE / "docs/deploy/nginx.conf").read_text()
    [form] = re.findall(r"log_format portal '([^']*)'", config)
    assert not re.search(r"remote_addr|request_uri|\$request |args|referer", form)
