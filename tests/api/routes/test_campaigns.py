"""Campaigns over HTTP: versions, repeated requests, pages, files, and what a caller sees."""

import csv
import io
from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from tests.api.planted import customer
from tests.api.premises import HERE, Premises

from bailiwick.domain.crm import Role

V1 = "/api/v1"
ALL = [{"field": "created_at", "operator": "known"}]


@pytest.fixture
def rep(premises: Premises) -> TestClient:
    return premises.client(Role.REP)


@pytest.fixture
def approver(premises: Premises) -> TestClient:
    return premises.client(Role.APPROVER)


@pytest.fixture
def contacts(premises: Premises) -> list[str]:
    """Two customers: one of the rep, one of the approver."""
    owners = ("rep@here.example", "approver@here.example")
    made = [
        customer(premises, HERE, f"word{number}", owner=owner)
        for number, owner in enumerate(owners)
    ]
    return [one["contact_id"] for one in made]


def made(client: TestClient, name: str = "Spring") -> dict[str, object]:
    """Make a draft of two touches."""
    body = {"name": name, "series": {"touches": [{"gap_days": 0}, {"gap_days": 3}]}}
    answer = client.post(f"{V1}/campaigns", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


class TestACampaign:
    def test_goes_its_way_by_versions(
        self, rep: TestClient, approver: TestClient, contacts: list[str]
    ) -> None:
        """Who shows the version that they read changes it; an older one answers 412."""
        which = f"{V1}/campaigns/{made(rep)['campaign_id']}"
        done = rep.post(f"{which}/enrol", json={"contacts": contacts})
        assert (done.status_code, done.json()["new_count"]) == (200, 2)
        read = rep.get(which)
        assert read.headers["etag"] == '"1"'
        assert [one["gap_days"] for one in read.json()["series"]["touches"]] == [0, 3]
        started = approver.post(f"{which}/start", headers={"if-match": '"1"'})
        assert (started.status_code, started.headers["etag"]) == (200, '"2"')
        late = rep.post(f"{which}/pause", json={"reason": "x"}, headers={"if-match": '"1"'})
        assert late.status_code == 412
        now = rep.post(f"{which}/pause", json={"reason": "x"}, headers={"if-match": '"2"'})
        assert now.json()["campaign"]["status"] == "paused"
        changed = approver.post(
            f"{which}/series", json={"series": {"stops": ["replied"]}, "in_flight": True}
        )
        assert changed.json()["recipients_count"] == 2
        assert len(rep.get(which).json()["series"]["touches"]) == 2, "what was not named stays"

    def test_takes_every_part_of_a_series(self, rep: TestClient) -> None:
        """Its topic and what may change its gaps, too; a topic that is none is refused."""
        series = {"topic": "news", "gaps": "fixed"}
        answer = rep.post(f"{V1}/campaigns", json={"name": "About", "series": series})
        assert answer.status_code == 201, answer.text
        kept = rep.get(f"{V1}/campaigns/{answer.json()['campaign_id']}").json()["series"]
        assert (kept["topic"], kept["gaps"]) == ("news", "fixed")
        wrong = rep.post(f"{V1}/campaigns", json={"name": "Odd", "series": {"topic": "No!"}})
        assert wrong.status_code == 422

    def test_is_made_once_for_one_key(self, rep: TestClient) -> None:
        """The same request again is answered as the first time."""
        headers = {"idempotency-key": "k1"}
        body = {"name": "Once"}
        first = rep.post(f"{V1}/campaigns", json=body, headers=headers)
        again = rep.post(f"{V1}/campaigns", json=body, headers=headers)
        assert first.json() == again.json()
        assert len(rep.get(f"{V1}/campaigns").json()["items"]) == 1

    def test_that_is_not_there_is_said_as_such(self, rep: TestClient) -> None:
        """404 for campaign, recipient and filter; 422 for a series that is none."""
        assert rep.get(f"{V1}/campaigns/cmp_no").status_code == 404
        assert rep.get(f"{V1}/filters/flt_no").status_code == 404
        which = f"{V1}/campaigns/{made(rep)['campaign_id']}"
        assert rep.get(f"{which}/recipients/con_no").status_code == 404
        odd = {"name": "Odd", "series": {"stops": ["rain"]}}
        answer = rep.post(f"{V1}/campaigns", json=odd)
        assert (answer.status_code, "rain" in answer.text) == (422, True)


class TestAFilter:
    def test_is_kept_changed_and_used(self, rep: TestClient, contacts: list[str]) -> None:
        """Saved, foretold with, enrolled by; the preview said what the enrolment then did."""
        saved = rep.put(f"{V1}/filters/all", json={"conditions": ALL})
        assert saved.headers["etag"] == '"1"'
        stale = rep.put(f"{V1}/filters/all", json={"conditions": ALL}, headers={"if-match": '"7"'})
        assert stale.status_code == 412
        found = rep.get(f"{V1}/filters/all/contacts").json()["items"]
        assert [one["contact_id"] for one in found] == contacts
        which = made(rep)["campaign_id"]
        told = rep.post(f"{V1}/campaigns/preview", json={"filter": "all", "campaign": which}).json()
        done = rep.post(f"{V1}/campaigns/{which}/enrol", json={"filter": "all"}).json()
        assert told["reception"]["enrolled_count"] == done["new_count"] == 2
        assert rep.delete(f"{V1}/filters/all").status_code == 200
        assert rep.get(f"{V1}/filters").json()["items"] == []

    def test_selects_and_enrols_what_the_caller_sees(
        self, premises: Premises, rep: TestClient, contacts: list[str]
    ) -> None:
        """Who sees their own customers enrols those, and cannot name another's or take a name."""
        rep.put(f"{V1}/filters/all", json={"conditions": ALL})
        which = f"{V1}/campaigns/{made(rep)['campaign_id']}"
        key = f"{HERE}-rep-own"
        premises.door.keys[key] = replace(
            premises.door.keys[f"{HERE}-rep"], owners=frozenset({"approver@here.example"})
        )
        own = premises.client(Role.REP)
        own.headers["x-api-key"] = key
        assert own.post(f"{which}/enrol", json={"contacts": contacts}).status_code == 404
        done = own.post(f"{which}/enrol", json={"filter": "all"})
        assert done.json()["new_count"] == 1
        seen = own.get(f"{which}/recipients").json()["items"]
        assert [one["contact_id"] for one in seen] == contacts[1:]
        rep.post(f"{which}/enrol", json={"filter": "all"})
        assert own.get(f"{which}/funnel").json()["recipients_count"] == 1
        assert rep.get(f"{which}/funnel").json()["recipients_count"] == 2
        assert own.post(f"{which}/stop", json={"reason": "x"}).status_code == 403


class TestARecipient:
    def test_is_moved_by_who_read_them(self, rep: TestClient, contacts: list[str]) -> None:
        """Each change takes the version; what they are then is told."""
        which = f"{V1}/campaigns/{made(rep)['campaign_id']}"
        rep.post(f"{which}/enrol", json={"contacts": contacts})
        one = f"{which}/recipients/{contacts[0]}"
        read = rep.get(one)
        assert (read.json()["truth"], read.headers["etag"]) == ("queued", '"1"')
        skipped = rep.post(f"{one}/skip", headers={"if-match": '"1"'})
        assert skipped.json()["recipient"]["touches_count"] == 1
        assert rep.post(f"{one}/skip", headers={"if-match": '"1"'}).status_code == 412
        paused = rep.post(f"{one}/pause", json={"reason": "a fair"})
        assert paused.json()["recipient"]["stage"] == "paused"
        past = rep.post(f"{one}/move", json={"at": "2020-01-01T00:00:00Z"})
        assert past.status_code == 422
        assert rep.post(f"{one}/resume").json()["recipient"]["stage"] == "waiting"
        stopped = rep.post(f"{one}/stop", json={"reason": "they moved"})
        assert stopped.json()["recipient"]["end"] == "stopped"
        assert rep.post(f"{one}/resume").status_code == 422

    def test_is_a_line_of_the_file(self, rep: TestClient, contacts: list[str]) -> None:
        """Page by page with one line of names; nothing in it is a formula."""
        which = f"{V1}/campaigns/{made(rep)['campaign_id']}"
        rep.post(f"{which}/enrol", json={"contacts": contacts})
        first = rep.get(f"{which}/recipients.csv", params={"size": 1})
        assert first.headers["content-type"].startswith("text/csv")
        cursor = first.headers["x-pagination-next"]
        rest = rep.get(f"{which}/recipients.csv", params={"size": 1, "cursor": cursor})
        assert "x-pagination-next" not in rest.headers
        rows = list(csv.DictReader(io.StringIO(first.text + rest.text)))
        assert [row["contact_id"] for row in rows] == contacts
        assert {row["truth"] for row in rows} == {"queued"}

    def test_whom_nothing_reached_is_tried_again_by_an_approver(
        self, rep: TestClient, approver: TestClient
    ) -> None:
        """A rep looks; trying again is a decision."""
        which = f"{V1}/campaigns/{made(rep)['campaign_id']}/missing"
        assert rep.get(which).json()["items"] == []
        assert rep.post(which, json={"reason": "again"}).status_code == 403
        assert approver.post(which, json={"reason": "again"}).json()["recipients_count"] == 0
