"""Lists of who is left alone over HTTP, and the topics that can be left."""

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
