"""The nouns of the command line, over HTTP: each does what its command does."""

from datetime import timedelta

import pytest
from tests.api.routes.conftest import Branch
from tests.fakes.office import DANA, letter

from bailiwick.control.registry import CAPABILITIES
from bailiwick.domain.crm import Role
from bailiwick.engine.webhook.signature import new_secret, signed

LISTS = (
    "approvals",
    "tasks",
    "effects",
    "runs",
    "grants",
    "halts",
    "policy/rules",
    "capabilities",
    "audit/records",
    "contacts",
    "accounts",
    "opportunities",
    "webhooks/endpoints",
    "webhooks/deliveries",
    "webhooks/sources",
    "schedules",
    "jobs/buried",
    "people",
    "teams",
    "keys",
    "issued-keys",
    "traces",
    "traces/orphans",
    "costs",
    "budgets",
    "backups",
    "erasures",
)


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    def test_come_in_pages(self, branch: Branch, name: str) -> None:
        """Every list has items and a cursor, and takes a size."""
        answer = branch.client().get(f"/api/v1/{name}", params={"size": 1})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert len(body["items"]) <= 1
        assert "next_cursor" in body

    def test_follow_their_cursor_to_the_end(self, branch: Branch) -> None:
        """Page by page, every capability comes once."""
        client, seen, cursor = branch.client(), list[str](), None
        for _ in range(len(CAPABILITIES)):
            params = {"size": "2"} | ({"cursor": cursor} if cursor else {})
            body = client.get("/api/v1/capabilities", params=params).json()
            seen += [item["name"] for item in body["items"]]
            cursor = body["next_cursor"]
            if cursor is None:
                break
        assert seen == list(CAPABILITIES)

    def test_refuse_a_cursor_that_is_not_theirs(self, branch: Branch) -> None:
        """A made-up cursor is told as such."""
        answer = branch.client().get("/api/v1/capabilities", params={"cursor": "nothing"})
        assert answer.status_code == 422


class TestPlanning:
    def test_plans_for_one_contact(self, branch: Branch) -> None:
        """The answer tells the run, its steps and their cards."""
        branch.office.receive(letter("What does the renewal cost?"))
        body = branch.client(Role.REP).post("/api/v1/plans", json={"contact": DANA}).json()
        assert {run["status"] for run in body["runs"]} == {"done", "held"}
        steps = [step for run in body["runs"] for step in run["steps"]]
        assert any(step["card"] for step in steps)
        again = branch.client().get(f"/api/v1/runs/{body['run_id']}").json()
        assert again["runs"] == body["runs"]
        story = branch.client().get(f"/api/v1/audit/explain/{body['run_id']}")
        assert story.status_code == 200

    def test_replays_a_run_to_the_same_plan(self, branch: Branch) -> None:
        """A recorded run repeated from its record reaches the plan that it reached."""
        branch.office.receive(letter("What does the renewal cost?"))
        client = branch.client()
        run = client.post("/api/v1/plans", json={"contact": DANA}).json()["run_id"]
        assert client.post(f"/api/v1/runs/{run}/replay").json()["equal"] is True

    def test_takes_a_request_for_later(self, branch: Branch) -> None:
        """A request is stored, shown as pending, and can be taken back once."""
        client = branch.client(Role.REP)
        body = {"capability": "crm_orchestrator", "input": {"contact_id": DANA}}
        answer = client.post("/api/v1/runs", json=body)
        assert answer.status_code == 202
        place = answer.headers["location"]
        assert client.get(place).json()["status"] == "pending"
        reason = {"reason": "asked by mistake"}
        assert client.post(f"{place}/cancel", json=reason).json()["result"] == "cancelled"
        assert client.post(f"{place}/cancel", json=reason).status_code == 409

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"capability": "nothing", "input": {}}, 404),
            ({"capability": "reply", "input": {}}, 422),
            ({"capability": "crm_orchestrator", "input": {}}, 422),
            ({"capability": "crm_orchestrator", "input": {"contact_id": "con_none"}}, 404),
        ],
    )
    def test_refuses_what_cannot_be_run(
        self, branch: Branch, body: dict[str, object], status: int
    ) -> None:
        """Unknown, not for callers, nobody named, nobody there: each is told."""
        assert branch.client().post("/api/v1/runs", json=body).status_code == status


class TestTheLaw:
    def test_explains_an_action_for_a_contact(self, branch: Branch) -> None:
        """The answer names the rules and what alone would change it."""
        asked = {"action": "send_message", "contact": DANA, "capability": "reply"}
        body = branch.client().post("/api/v1/policy/explain", json=asked).json()
        assert body["verdict"]
        assert body["applicable"]

    def test_tries_and_simulates_other_rules(self, branch: Branch) -> None:
        """Rules of the caller are tried and judged on the past, and nothing of them stays."""
        rule = (
            '@id("workspace/sure") @harm("h") @reason("r")\n'
            'forbid (principal, action in Action::"effect/outward", resource)\n'
            "when { context.confidence_permille < 800 };"
        )
        rules = {"sure.cedar": rule}
        client = branch.client()
        tried = client.post("/api/v1/policy/test", json={"rules": rules}).json()
        assert tried["findings"], "a rule without cases is a finding"
        simulated = client.post("/api/v1/policy/simulate", json={"rules": rules})
        assert simulated.status_code == 200
        bad = client.post("/api/v1/policy/test", json={"rules": {"../x.cedar": rule}})
        assert bad.status_code == 422


class TestStops:
    def test_stop_and_resume(self, branch: Branch) -> None:
        """The kill switch by HTTP is the one of the command line."""
        client = branch.client(Role.SUPERVISOR)
        stop = {"scope": "*", "reason": "drill"}
        assert client.post("/api/v1/halts", json=stop).json()["changed"] is True
        assert client.get("/api/v1/halts").json()["everything_stopped_by"]
        assert client.post("/api/v1/halts/lift", json=stop).json()["everything_stopped_by"] == []


class TestTheRecord:
    def test_is_proven_whole(self, branch: Branch) -> None:
        """Verification reads every record of the workspace."""
        branch.office.receive(letter("Hello"))
        branch.office.sweep()
        body = branch.client().get("/api/v1/audit/verify").json()
        assert body["breach"] is None
        assert body["records_count"] > 0


class TestImports:
    def test_take_a_file_once(self, branch: Branch) -> None:
        """The same rows again are duplicates; a dry run leaves nothing behind."""
        rows = "First Name,Last Name,Email\nGrace,Hopper,grace@navy.example\n"
        client = branch.client(Role.REP)
        counts: list[int] = []
        for dry in ("true", "false", "false"):
            answer = client.post(
                "/api/v1/imports/csv",
                params={"kind": "contacts", "name": "people.csv", "dry_run": dry},
                content=rows,
                headers={"content-type": "text/csv"},
            )
            assert answer.status_code == 200, answer.text
            counts.append(answer.json()["files"][0]["new"])
        assert counts == [1, 1, 0]

    def test_tell_which_values_they_left_out(self, branch: Branch) -> None:
        """A value that cannot be read is named with its line; a file without one names nothing."""
        client = branch.client(Role.REP)
        told: list[object] = []
        for phone in ("call me maybe", "+44 20 7946 0018"):
            answer = client.post(
                "/api/v1/imports/csv?kind=contacts",
                content=f"First Name,Email,Phone\nGrace,grace@navy.example,{phone}\n",
            )
            told.append(answer.json()["files"][0]["omitted"])
        assert told == [[{"field": "phone", "count": 1, "line": 2}], []]

    def test_ask_about_a_column_that_may_say_stop(self, branch: Branch) -> None:
        """A column that sounds like an opt-out is not passed over in silence."""
        rows = "Email,Newsletter widerrufen am\nx@new.example,2026-01-01\n"
        answer = branch.client().post(
            "/api/v1/imports/csv", params={"kind": "contacts"}, content=rows
        )
        assert answer.status_code == 422
        assert "must not be written to" in answer.json()["detail"]

    def test_take_mail(self, branch: Branch) -> None:
        """A letter is read once."""
        client = branch.client()
        for new in (1, 0):
            answer = client.post("/api/v1/mail", content=letter("Hello"))
            assert answer.status_code == 200, answer.text
            assert answer.json()["new_count"] == new


class TestSignals:
    def test_are_kept_once(self, branch: Branch) -> None:
        """The same external id again is the same signal."""
        body = {"kind": "trial.started", "external_id": "t1", "address": "dana@acme.example"}
        client = branch.client(Role.REP)
        assert client.post("/api/v1/signals", json=body).status_code == 202
        again = client.post("/api/v1/signals", json=body)
        assert (again.status_code, again.json()["fate"]) == (200, "repeated")

    def test_are_taken_from_a_source_that_signs(self, branch: Branch) -> None:
        """A signed request is kept; what is forged, old or another's gets one answer: 401."""
        client = branch.client()
        made = client.post("/api/v1/webhooks/sources", json={"name": "shop"}).json()
        body = b'{"kind":"order.placed","address":"dana@acme.example"}'
        now = branch.office.clock.now()
        good = signed("msg_1", now, body, with_secrets=[made["secret"]])
        caller = branch.client()
        caller.headers.pop("x-api-key")
        assert caller.post(made["path"], content=body, headers=good).status_code == 202
        assert caller.post(made["path"], content=body, headers=good).json()["fate"] == "repeated"
        old = signed("msg_2", now - timedelta(minutes=6), body, with_secrets=[made["secret"]])
        forged = signed("msg_3", now, body, with_secrets=[new_secret()])
        for headers in ({}, old, forged, {**good, "webhook-id": "msg_4"}):
            answer = caller.post(made["path"], content=body, headers=headers)
            assert answer.status_code == 401
        other = made["path"].rsplit("/", 1)[0] + "/src_none"
        assert caller.post(other, content=body, headers=good).status_code == 401

    def test_reach_only_their_own_workspace(self, branch: Branch) -> None:
        """A workspace named in the body or in a header changes nothing."""
        client = branch.client()
        made = client.post("/api/v1/webhooks/sources", json={"name": "shop"}).json()
        body = b'{"kind":"x","address":"dana@acme.example","tenant_id":2}'
        headers = signed("msg_7", branch.office.clock.now(), body, with_secrets=[made["secret"]])
        answer = client.post(made["path"], content=body, headers={**headers, "X-Tenant": "2"})
        assert answer.status_code == 422

    def test_of_a_source_are_signed_with_either_secret_for_a_day(self, branch: Branch) -> None:
        """A rotated secret counts at once, the former one for a day, and then no more."""
        client = branch.client()
        made = client.post("/api/v1/webhooks/sources", json={"name": "shop"}).json()
        path = f"/api/v1/webhooks/sources/{made['source_id']}"
        new = client.post(f"{path}/rotate").json()["secret"]
        assert new != made["secret"]
        assert new not in client.get("/api/v1/webhooks/sources").text
        body = b'{"kind":"order.placed","address":"dana@acme.example"}'
        told: list[tuple[int, int]] = []
        for hours in (23, 2):
            branch.office.later(hours=hours)
            now = branch.office.clock.now()
            old, fresh = (
                signed(f"msg_{name}{hours}", now, body, with_secrets=[secret])
                for name, secret in (("old", made["secret"]), ("new", new))
            )
            codes = [
                client.post(made["path"], content=body, headers=headers).status_code
                for headers in (old, fresh)
            ]
            told.append((codes[0], codes[1]))
        assert told == [(202, 202), (401, 202)]
        assert client.post("/api/v1/webhooks/sources/src_none/rotate").status_code == 422


class TestWebhooks:
    def test_are_managed(self, branch: Branch) -> None:
        """Added, shown without its secret, rotated, switched off."""
        client = branch.client()
        made = client.post(
            "/api/v1/webhooks/endpoints",
            json={"url": "https://hooks.example/in", "kinds": ["bailiwick.run.held"]},
        )
        assert made.status_code == 201
        path = f"/api/v1/webhooks/endpoints/{made.json()['endpoint_id']}"
        assert "secret" not in client.get(path).json()
        assert client.post(f"{path}/rotate").json()["secret"] != made.json()["secret"]
        off = client.post(f"{path}/switch", json={"on": False, "reason": "done"})
        assert off.json()["status"] == "disabled"

    def test_refuse_local_addresses(self, branch: Branch) -> None:
        """An endpoint inside our network cannot be added."""
        answer = branch.client().post(
            "/api/v1/webhooks/endpoints", json={"url": "http://169.254.169.254/latest"}
        )
        assert answer.status_code == 422


class TestRecords:
    def test_are_found_by_name_or_address(self, branch: Branch) -> None:
        """The beginning of a name or a whole address finds a contact; a part in its middle not."""
        client = branch.client(Role.VIEWER)
        for words, count in (("dan", 1), ("dana@acme.example", 1), ("acme.example", 0), ("%", 0)):
            answer = client.get("/api/v1/contacts", params={"words": words})
            assert len(answer.json()["items"]) == count, words

    def test_show_all_that_is_known_of_a_contact(self, branch: Branch) -> None:
        """One page holds the person, the account and the mail, marked by who wrote it."""
        branch.office.receive(letter("What does the renewal cost?"))
        body = branch.client(Role.VIEWER).get(f"/api/v1/contacts/{DANA}").json()
        assert body["contact"]["contact_id"] == DANA
        assert body["account"]["name"]
        assert [mail["written_by"] for mail in body["mail"]] == ["outside"]

    def test_that_are_not_there_are_not_found(self, branch: Branch) -> None:
        """An unknown id says so."""
        for path in ("contacts/con_none", "accounts/acc_none"):
            assert branch.client().get(f"/api/v1/{path}").status_code == 404
