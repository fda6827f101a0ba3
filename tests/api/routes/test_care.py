"""Erasing, exporting and pruning over HTTP: an administrator's, and the same as on the terminal."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.api.routes.conftest import Branch
from tests.fakes.office import DANA, step

from bailiwick.domain.crm import Role
from bailiwick.wiring.care import make_backup

ERASURES = "/api/v1/erasures"
WISH = {"contact": "dana@acme.example", "reason": "request 17"}


@pytest.fixture
def listed(branch: Branch, tmp_path: Path) -> Branch:
    """A branch whose list of erasures is in the test's folder."""
    settings = branch.service.settings
    care = replace(settings.care, erasures_file=str(tmp_path / "erasures.jsonl"))
    workspace_id = branch.office.app.workspace.workspace_id
    branch.service.application(workspace_id).settings = replace(settings, care=care)
    return branch


class TestErasures:
    def test_erases_and_names_the_backups_of_before(self, listed: Branch, tmp_path: Path) -> None:
        """The plan counts what then goes; afterwards nobody has that address."""
        path, app = tmp_path / "b.bak", listed.office.app
        make_backup(app, path, key=None, keep_days=35, progress=lambda _d, _t: None)
        client = listed.client()
        plan = client.post(f"{ERASURES}/plan", json={"contact": DANA})
        assert (plan.status_code, plan.json()["rows"]["contacts"]) == (200, 1)
        made = client.post(ERASURES, json=WISH)
        assert made.status_code == 201, made.text
        assert made.json()["rows"]["contacts"] == 1
        assert [b["file_name"] for b in made.json()["backups"]] == ["b.bak"]
        assert client.get("/api/v1/contacts/dana@acme.example").status_code == 404
        again = client.post(ERASURES, json={**WISH, "contact": DANA})
        assert (again.status_code, again.json()["rows"]) == (201, {}), "it finishes, and finds none"
        assert again.json()["erasure"] == made.json()["erasure"]
        never = client.post(ERASURES, json={**WISH, "contact": "con_nobody"})
        assert (never.status_code, "nothing is held" in never.json()["detail"]) == (422, True)

    def test_are_listed_by_pseudonym_page_by_page(self, listed: Branch) -> None:
        """Who was erased is an id, with by whom and why."""
        client = listed.client()
        assert client.get(ERASURES).json()["items"] == []
        client.post(ERASURES, json=WISH)
        (found,) = client.get(ERASURES, params={"size": 1}).json()["items"]
        assert (found["contact_id"], found["reason"]) == (DANA, "request 17")
        assert "dana" not in str(found).replace(DANA, "").lower()

    def test_refuse_a_reason_that_names_the_person(self, listed: Branch) -> None:
        """It is kept, so it may not bring back what goes."""
        refused = listed.client().post(ERASURES, json={**WISH, "reason": "Dana asked"})
        assert (refused.status_code, "reason" in refused.json()["detail"]) == (422, True)

    def test_name_nobody_unknown(self, listed: Branch) -> None:
        """An address that nobody has is told as such."""
        refused = listed.client().post(ERASURES, json={**WISH, "contact": "x@nowhere.example"})
        assert refused.status_code == 422


class TestExports:
    def test_give_out_what_is_held(self, listed: Branch) -> None:
        """Every table with the person's rows, on record."""
        listed.office.propose(step())
        found = listed.client().post("/api/v1/exports", json={"contact": "dana@acme.example"})
        assert found.status_code == 200, found.text
        assert {"contacts", "approvals", "plans"} <= set(found.json()["held"])
        assert "dana@acme.example" in found.text


class TestRetention:
    def test_removes_what_it_counted(self, listed: Branch) -> None:
        """The plan and the run agree; a second run finds nothing."""
        listed.office.propose(step())
        listed.office.app.observation.flush()
        listed.office.later(days=400)
        client = listed.client()
        planned = client.get("/api/v1/retention").json()["items"]
        assert {i["kind"]: i["count"] for i in planned}["run_inputs"] == 1
        assert client.post("/api/v1/retention/run").json()["items"] == planned
        again = client.get("/api/v1/retention").json()["items"]
        assert {i["kind"] for i in again if i["count"]} == set()


class TestRight:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", ERASURES),
            ("POST", ERASURES),
            ("POST", f"{ERASURES}/plan"),
            ("POST", "/api/v1/exports"),
            ("GET", "/api/v1/retention"),
            ("POST", "/api/v1/retention/run"),
        ],
    )
    def test_is_an_administrators(self, listed: Branch, method: str, path: str) -> None:
        """A supervisor may stop everything, and nothing of this."""
        refused = listed.client(Role.SUPERVISOR).request(method, path, json=WISH)
        assert refused.status_code == 403
