"""Lists of who is left alone over HTTP, and the topics that can be left."""

from typing import Final

import pytest
from tests.api.routes.conftest import Branch

from bailiwick.domain.crm import Role
from bailiwick.domain.mail_address import address_hash

PLACE = "/api/v1/suppressions"
TOPICS = "/api/v1/topics"


class TestLists:
    def test_come_in_and_go_out(self, branch: Branch) -> None:
        """What a rep imports, an approver gives out by hash; again it is known."""
        rep, approver = branch.client(Role.REP), branch.client(Role.APPROVER)
        body = b"address\nx@else.example\nnobody\n"
        taken = rep.post(f"{PLACE}/import", content=body).json()
        assert (taken["new_count"], taken["known_count"], taken["wrong_count"]) == (1, 0, 1)
        assert taken["wrong"][0]["line"] == 3
        assert rep.post(f"{PLACE}/import", content=body).json()["known_count"] == 1
        (one,) = approver.get(PLACE).json()["items"]
        assert one["address_hash"] == address_hash("x@else.example")
        given = approver.get(f"{PLACE}/export")
        assert given.headers["content-type"].startswith("text/csv")
        assert one["address_hash"] in given.text
        assert "x@else.example" not in given.text

    def test_take_one_address_about_a_topic(self, branch: Branch) -> None:
        """Whoever asked by telephone to hear no more of one thing."""
        rep, approver = branch.client(Role.REP), branch.client(Role.APPROVER)
        made = rep.post(PLACE, json={"address": "dana@acme.example", "topic": "news"})
        assert (made.status_code, made.json()["new_count"]) == (201, 1)
        assert approver.get(PLACE).json()["items"] == []
        assert len(approver.get(PLACE, params={"topic": "news"}).json()["items"]) == 1

    def test_are_no_other_files(self, branch: Branch) -> None:
        """A file of names, a name, a topic that is none: refused, with what would fit."""
        rep = branch.client(Role.REP)
        for answer in (
            rep.post(f"{PLACE}/import", content=b"name\nAda\n"),
            rep.post(PLACE, json={"address": "Ada"}),
            rep.post(PLACE, json={"address": "a@x.example", "topic": "No!"}),
        ):
            assert answer.status_code == 422, answer.text

    def test_are_not_a_viewers(self, branch: Branch) -> None:
        """Neither in nor out."""
        viewer = branch.client(Role.VIEWER)
        assert viewer.post(PLACE, json={"address": "a@x.example"}).status_code == 403
        assert viewer.get(f"{PLACE}/export").status_code == 403


class TestLifting:
    ASKED: Final = {"contact": "dana@acme.example", "reason": "she called", "evidence": "form 17"}

    def test_is_an_admins(self, branch: Branch) -> None:
        """With proof; the answer has the consent that goes with it."""
        branch.client(Role.REP).post(PLACE, json={"address": "dana@acme.example"})
        for role in (Role.VIEWER, Role.REP, Role.SUPERVISOR):
            answer = branch.client(role).post(f"{PLACE}/lift", json=self.ASKED)
            assert answer.status_code == 403, answer.text
        admin = branch.client(Role.ADMIN)
        assert len(admin.get(PLACE).json()["items"]) == 1
        branch.office.later(minutes=5)
        lifted = admin.post(f"{PLACE}/lift", json=self.ASKED)
        assert lifted.status_code == 200, lifted.text
        assert lifted.json()["consent"]["evidence"] == "form 17"
        assert admin.get(PLACE).json()["items"] == []
        again = admin.post(f"{PLACE}/lift", json=self.ASKED)
        assert (again.status_code, "not left alone" in again.text) == (422, True)

    @pytest.mark.parametrize("missing", ["contact", "reason", "evidence"])
    def test_needs_each_of_its_facts(self, branch: Branch, missing: str) -> None:
        """Without one nothing is asked of the store."""
        body = {name: value for name, value in self.ASKED.items() if name != missing}
        assert branch.client().post(f"{PLACE}/lift", json=body).status_code == 422


class TestTopics:
    def test_are_offered_and_removed(self, branch: Branch) -> None:
        """By a supervisor; everybody sees them."""
        client = branch.client(Role.SUPERVISOR)
        news = {"name": "news", "title": "News"}
        assert client.post(TOPICS, json=news).status_code == 201
        assert client.post(TOPICS, json=news).status_code == 422
        assert branch.client(Role.VIEWER).get(TOPICS).json()["items"] == [news]
        assert branch.client(Role.REP).delete(f"{TOPICS}/news").status_code == 403
        assert client.delete(f"{TOPICS}/news").status_code == 200
        assert client.delete(f"{TOPICS}/news").status_code == 422
