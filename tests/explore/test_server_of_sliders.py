"""The server: what it answers, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from urbsim.emulator.answer import Setting, answer
from urbsim.errors import InputError
from urbsim.explore import server
from urbsim.explore.server import Explorer, application
from urbsim.scenario.reader import load_scenario

PORT = 8200
HERE = f"http://127.0.0.1:{PORT}"
RENTAL, LAND = "housing.public_rental_units", "land.housing_land"


@pytest.fixture
def client(explorer: Explorer) -> TestClient:
    return TestClient(application(explorer, PORT), base_url=HERE)


class InventedJob:
    """Takes the place of a run."""

    def __init__(self, *given: Any) -> None:
        self.given, self.is_running = given, True

    def stop(self) -> None:
        self.is_running = False

    def state(self) -> dict[str, Any]:
        return {"state": "running" if self.is_running else "stopped", "done": 0, "of": 1, "seconds": 0.0}


def test_the_page_may_load_nothing_from_anywhere(client: TestClient):
    page = client.get("/")
    assert page.status_code == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff" and page.headers["cache-control"] == "no-store"
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page.text)
    assert page.text.count('class="explorer"') == 2 and "代理模型" in page.text


def test_an_answer_is_the_emulators_with_its_errors(client: TestClient, explorer: Explorer):
    said = client.post(
        "/answer", json={"doses": {RENTAL: 1.5}, "conditions": {"growth_per_year": 0.05}}
    ).json()
    emulator = explorer.emulator
    at = Setting(
        tuple(1.5 if lever.key == RENTAL else 1.0 for lever in emulator.levers),
        tuple(0.05 if each.key == "growth_per_year" else None for each in emulator.conditions),
    )
    found = answer(emulator, at)
    assert {name: each["median"] for name, each in said["answer"].items()} == {
        name: each.median for name, each in found.items()
    }
    assert said["errors"]["T1"]["largest"] == 0.0004 and said["full_size"]["settings"] == 1
    assert client.get("/emulator.json").json() == emulator.plain()


def test_everything_wrong_with_a_request_is_said_at_once(client: TestClient):
    wrong = {
        "doses": {"housing.public_rental_unit": 1, LAND: 9, RENTAL: True},
        "conditions": {"growth_per_year": "x", "outside_jobs": 99},
    }
    refused = client.post("/answer", json=wrong)
    said = "\n".join(refused.json()["errors"])
    assert refused.status_code == 400 and len(refused.json()["errors"]) == 5
    assert f"did you mean '{RENTAL}'" in said and "0 to 2" in said and "'x' is refused" in said


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"path": "/etc/passwd"}', 400),
        (b'{"doses": []}', 400),
        (b'{"doses": {"' + RENTAL.encode() + b'": NaN}}', 400),
        (b'{"doses": {"' + RENTAL.encode() + b'": 1e999}}', 400),
        (b"[" * 50_000, 400),
        (b" " * 70_000, 413),
        (b"\xff\xfe", 400),
    ],
)
def test_a_bad_request_gets_a_clear_error(client: TestClient, body: bytes, status: int):
    refused = client.post("/answer", content=body, headers={"content-type": "application/json"})
    assert refused.status_code == status and refused.json()["errors"]


def test_other_names_of_this_machine_are_refused(client: TestClient):
    for host in (
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        f"127.0.0.1:{PORT + 1}",
        "",
        f"0.0.0.0:{PORT}",
    ):
        assert client.get("/", headers={"host": host}).status_code == 403, host
    for host in (f"localhost:{PORT}", f"[::1]:{PORT}"):
        assert client.get("/", headers={"host": host}).status_code == 200


def test_other_pages_of_the_browser_are_refused(client: TestClient):
    for origin in (
        "http://evil.example",
        "null",
        f"http://127.0.0.1:{PORT + 1}",
        f"https://127.0.0.1:{PORT}",
    ):
        assert client.post("/answer", json={}, headers={"origin": origin}).status_code == 403, origin
    assert client.post("/answer", json={}, headers={"origin": HERE}).status_code == 200
    for site in ("cross-site", "same-site"):
        assert client.get("/emulator.json", headers={"sec-fetch-site": site}).status_code == 403
        assert client.get("/", headers={"sec-fetch-site": site}).status_code == 200  # a link to the page
    form = client.post("/run", content="size=full", headers={"content-type": "text/plain"})
    assert form.status_code == 415


def test_no_path_reaches_the_disk(client: TestClient, explorer: Explorer):
    for path in (
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/emulator.json/%2e%2e",
        "/run.yaml",
    ):
        assert client.get(path).status_code == 404, path
    assert client.get("/answer").status_code == 405
    for name in ("../evil", "a/b", "a.yaml", "", "x" * 61, "a\n", None, 7, "C:evil"):
        refused = client.post("/scenario", json={"name": name})
        assert refused.status_code == 400 and "not a name" in refused.json()["errors"][0], name
    assert not explorer.folder.exists()


def test_a_saved_scenario_is_one_that_every_command_reads(
    client: TestClient, explorer: Explorer, tmp_path: Path
):
    asked = {
        "name": "mine", "doses": {RENTAL: 1.5, LAND: 0, "transport.circles": 0.5},
        "conditions": {"growth_per_year": 0.05, "epidemic_hiring": 0.5, "outside_jobs": 1.0},
    }  # fmt: skip
    saved = client.post("/scenario", json=asked)
    assert (
        saved.status_code == 200
        and saved.headers["content-disposition"] == 'attachment; filename="mine.yaml"'
    )
    file = tmp_path / "mine.yaml"
    file.write_bytes(saved.content)
    scenario = load_scenario(file)
    rental = scenario.levers.housing.public_rental_units
    assert scenario.name == "mine" and rental and rental.total == 22_500
    assert scenario.levers.land.housing_land is None and scenario.conditions.growth_per_year == 0.05
    assert scenario.conditions.epidemic[0].hiring == 0.5 and not scenario.conditions.outside_jobs
    at = server.asked.setting_of(explorer.emulator, asked)
    assert scenario.digest() == explorer.sliders.world(at).digest
    assert saved.text.startswith("# Made by `urbsim explore baseline`: ") and f"{RENTAL} x 1.5" in saved.text

    plan = client.post("/scenario", json={"name": "plan"})
    file.write_bytes(plan.content)
    assert load_scenario(file).digest() == load_scenario("baseline").digest()


def test_one_exact_run_is_made_at_a_time(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(server, "Job", InventedJob)
    assert client.get("/run").json() == {"state": "idle"}
    assert client.post("/run", json={"size": "huge"}).status_code == 400
    assert client.post("/run", json={"size": "draws"}).status_code == 202
    again = client.post("/run", json={"size": "full"})
    assert again.status_code == 409 and "stop it first" in again.json()["errors"][0]
    assert client.get("/run").json()["state"] == "running"
    assert client.post("/stop", json={}).json()["state"] == "stopped"
    assert client.post("/run", json={"size": "full"}).status_code == 202


def test_ports_are_checked_before_anything_is_served(monkeypatch: pytest.MonkeyPatch):
    assert server.problems_of(None) == (0, []) and server.problems_of("8200") == (8200, [])
    for port in ("80", "x", "-1", "99999", "８２００", ""):
        assert server.problems_of(port)[1][0].key == "--port", port
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    assert "pip install 'urbsim[explore]'" in str(server.problems_of(None)[1][0])


def test_a_port_that_is_taken_is_refused():
    with server.bound(0) as one:
        one.listen()
        with pytest.raises(InputError, match="--port"):
            server.bound(one.getsockname()[1])
        assert one.getsockname()[0] == "127.0.0.1"
