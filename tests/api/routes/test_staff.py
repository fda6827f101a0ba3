"""People, teams and keys over HTTP: who may give what to whom, and who is let in afterwards."""

from dataclasses import replace
from typing import Final

import pytest
from starlette.testclient import TestClient
from tests.api.premises import BASE_URL
from tests.api.routes.conftest import Branch

from bailiwick.api.app import build_app
from bailiwick.domain.crm import Role
from bailiwick.domain.right import Right
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.service import serve

PEOPLE: Final = "/api/v1/people"
TEAMS: Final = "/api/v1/teams"
ISSUED: Final = "/api/v1/issued-keys"
PASSWORD: Final = "seven quiet green rivers"
NEW: Final = {"email": "Ines@ours.example", "role": "rep"}


def limited(branch: Branch, *scopes: Right) -> TestClient:
    """Return a client with an administrator's key that is limited to some rights."""
    door = branch.service.door
    keys = getattr(door, "keys")  # noqa: B009 - the double's own field
    keys["limited"] = replace(keys[Role.ADMIN.value], scopes=frozenset(scopes))
    client = branch.client()
    client.headers["x-api-key"] = "limited"
    return client


class TestPeople:
    def test_are_added_shown_changed_and_let_in(self, branch: Branch) -> None:
        """From the first answer to the first login."""
        client = branch.client()
        made = client.post(PEOPLE, json=NEW)
        assert made.status_code == 201, made.text
        place = made.headers["location"]
        assert client.get(place).json() == made.json()
        assert (made.json()["email"], made.json()["name"]) == ("ines@ours.example", "ines")
        changed = client.patch(place, json={"role": "approver", "reach": "own"})
        assert (changed.json()["role"], changed.json()["reach"]) == ("approver", "own")
        assert client.put(f"{place}/password", json={"password": PASSWORD}).status_code == 204
        entered = client.post("/api/v1/login", json={"email": NEW["email"], "password": PASSWORD})
        assert (entered.status_code, entered.json()["role"]) == (200, "approver")
        assert made.json()["person_id"] in {
            p["person_id"] for p in client.get(PEOPLE).json()["items"]
        }

    def test_are_told_what_is_wrong(self, branch: Branch) -> None:
        """Twice the same, no address, a role that is none, nobody: each has its answer."""
        client = branch.client()
        assert client.post(PEOPLE, json=NEW).status_code == 201
        for body in (NEW, {**NEW, "email": "nobody"}, {**NEW, "role": "agent"}):
            assert client.post(PEOPLE, json=body).status_code == 422
        for method, path in (
            ("GET", ""),
            ("PATCH", ""),
            ("PUT", "/password"),
            ("POST", "/dismiss"),
        ):
            body = {"password": PASSWORD} if path == "/password" else {}
            answer = client.request(method, f"{PEOPLE}/per_nobody{path}", json=body)
            assert answer.status_code == 404, (method, path)

    def test_keep_an_administrator(self, branch: Branch) -> None:
        """Neither another role nor a dismissal takes the last one away; a second one may go."""
        client = branch.client()
        admin = f"{PEOPLE}/{branch.office.person(Role.ADMIN)}"
        people = client.get(PEOPLE).json()["items"]
        for person in people:
            if person["role"] == "admin" and not admin.endswith(person["person_id"]):
                other = f"{PEOPLE}/{person['person_id']}"
                assert client.patch(other, json={"role": "viewer"}).status_code == 200
        refused = client.patch(admin, json={"role": "supervisor"})
        assert (refused.status_code, "last admin" in refused.json()["detail"]) == (422, True)
        assert client.post(f"{admin}/dismiss").status_code == 422
        assert client.get(admin).json()["role"] == "admin"
        second = client.post(PEOPLE, json={**NEW, "role": "admin"}).headers["location"]
        assert client.patch(second, json={"role": "viewer"}).status_code == 200

    def test_are_dismissed_at_once(self, branch: Branch) -> None:
        """Password, session, key and teams are gone; the name stays."""
        client = branch.client()
        place = client.post(PEOPLE, json=NEW).headers["location"]
        person = place.rpartition("/")[2]
        client.put(f"{place}/password", json={"password": PASSWORD})
        team = client.post(TEAMS, json={"name": "North"}).json()["team_id"]
        client.put(f"{TEAMS}/{team}/members/{person}")
        client.post(ISSUED, json={"name": "n", "person_id": person})
        gone = client.post(f"{place}/dismiss")
        assert (gone.json()["role"], gone.json()["reach"]) == ("viewer", "own")
        login = {"email": NEW["email"], "password": PASSWORD}
        assert client.post("/api/v1/login", json=login).status_code == 401
        (key,) = client.get(ISSUED, params={"person_id": person}).json()["items"]
        assert key["revoked_at"] is not None
        assert client.get(TEAMS).json()["items"][0]["members"] == []
        assert client.get(place).json()["email"] == "ines@ours.example"

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REP, Role.APPROVER, Role.SUPERVISOR])
    def test_are_staffed_by_administrators_only(self, branch: Branch, role: Role) -> None:
        """Everybody sees their colleagues, nobody else gives or takes anything."""
        client, admin = branch.client(role), branch.office.person(Role.ADMIN)
        assert client.get(PEOPLE).status_code == 200
        asked: tuple[tuple[str, str, object], ...] = (
            ("POST", PEOPLE, NEW), ("POST", "/api/v1/agents", {"name": "x"}),
            ("PATCH", f"{PEOPLE}/{admin}", {"role": "viewer"}),
            ("PUT", f"{PEOPLE}/{admin}/password", {"password": PASSWORD}),
            ("POST", f"{PEOPLE}/{admin}/dismiss", {}), ("POST", TEAMS, {"name": "x"}),
            ("GET", ISSUED, None), ("POST", ISSUED, {"name": "x", "person_id": admin}),
        )  # fmt: skip
        for method, path, body in asked:
            answer = client.request(method, path, json=body)
            assert answer.status_code == 403, (method, path)


class TestGiving:
    def test_is_no_more_than_one_has(self, branch: Branch) -> None:
        """A key that may only staff makes no way in with more rights than its own."""
        client, admin = limited(branch, Right.STAFF), branch.office.person(Role.ADMIN)
        for role in ("viewer", "admin"):
            assert client.post(PEOPLE, json={**NEW, "role": role}).status_code == 403
        agent = _agent(branch)
        for method, path, body in (
            ("POST", "/api/v1/agents", {"name": "x"}),
            ("PATCH", f"{PEOPLE}/{branch.office.person(Role.REP)}", {"role": "admin"}),
            ("PUT", f"{PEOPLE}/{admin}/password", {"password": PASSWORD}),
        ):
            assert client.request(method, path, json=body).status_code == 403, path
        theirs = branch.client().post(ISSUED, json={"name": "all", "person_id": agent}).json()
        again = client.post(f"{ISSUED}/{theirs['id']}/rotate", json={})
        assert again.status_code == 403
        issued = client.post(ISSUED, json={"name": "k", "person_id": admin})
        assert (issued.status_code, issued.json()["scopes"]) == (201, ["staff"])

    def test_is_what_one_has(self, branch: Branch) -> None:
        """With a viewer's rights beside it the same key adds a viewer, and no rep."""
        client = limited(branch, Right.STAFF, Right.SELF, Right.READ)
        assert client.post(PEOPLE, json=NEW).status_code == 403
        assert client.post(PEOPLE, json={**NEW, "role": "viewer"}).status_code == 201

    def test_is_not_replayed_to_a_lesser_key(self, branch: Branch) -> None:
        """An answer that shows a secret is repeated to who has the rights it was given with."""
        body = {"name": "k", "person_id": branch.office.person(Role.ADMIN)}
        same = {"Idempotency-Key": "once"}
        first = branch.client().post(ISSUED, json=body, headers=same)
        lesser = limited(branch, Right.READ).post(ISSUED, json=body, headers=same)
        assert lesser.status_code in {403, 422}
        assert first.json()["key"] not in lesser.text
        assert branch.client().post(ISSUED, json=body, headers=same).text == first.text


class TestKeys:
    def test_of_others_are_issued_rotated_and_ended(self, branch: Branch) -> None:
        """The text is shown when it is issued and never in a list."""
        client, agent = branch.client(), _agent(branch)
        body = {"name": "bot", "person_id": agent, "scopes": ["read"]}
        first = client.post(ISSUED, json=body).json()
        second = client.post(f"{ISSUED}/{first['id']}/rotate", json={"days": 5}).json()
        assert (second["person_id"], second["scopes"]) == (agent, ["read"])
        listed = client.get(ISSUED, params={"person_id": agent})
        for issued in (first, second):
            assert issued["key"] not in listed.text
        assert [k["revoked_at"] is None for k in listed.json()["items"]] == [False, True]
        assert _enters(branch, second["key"]) == 200
        assert client.delete(f"{ISSUED}/{second['id']}").status_code == 204
        assert _enters(branch, second["key"]) == 401
        assert client.delete(f"{ISSUED}/key_none").status_code == 404

    def test_of_ones_own_are_rotated_by_oneself_alone(self, branch: Branch) -> None:
        """Somebody else's key is not there."""
        rep, viewer = branch.client(Role.REP), branch.client(Role.VIEWER)
        mine = rep.post("/api/v1/keys", json={"name": "mine"}).json()
        path = f"/api/v1/keys/{mine['id']}/rotate"
        assert viewer.post(path, json={}).status_code == 404
        assert rep.post(path, json={}).status_code == 201
        assert rep.post(path, json={}).status_code == 404


class TestTeams:
    def test_are_made_joined_left_and_ended(self, branch: Branch) -> None:
        """Each change answers with the team as it is."""
        client, rep = branch.client(), branch.office.person(Role.REP)
        made = client.post(TEAMS, json={"name": "North / East"}).json()
        place = f"{TEAMS}/{made['team_id']}"
        for _ in range(2):
            assert client.put(f"{place}/members/{rep}").json()["members"] == [rep]
        assert client.put(f"{place}/members/per_none").status_code == 422
        assert client.delete(f"{place}/members/{rep}").json()["members"] == []
        assert client.post(TEAMS, json={"name": "North / East"}).status_code == 422
        assert client.delete(place).json()["team_id"] == made["team_id"]
        assert client.delete(place).status_code == 404
        assert client.get(TEAMS).json()["items"] == []


def _agent(branch: Branch) -> str:
    """Return the id of an agent that is there now."""
    made = branch.client().post("/api/v1/agents", json={"name": "bot"})
    assert (made.status_code, made.json()["role"]) == (201, "agent")
    return str(made.json()["person_id"])


def _enters(branch: Branch, key: str) -> int:
    """Return what the session says to a real key, at the real door."""
    place = branch.office
    service = serve(place.app.settings, (), Doubles(clock=place.clock, mail=place.mail))
    try:
        client = TestClient(build_app(service), base_url=BASE_URL, headers={"x-api-key": key})
        return client.get("/api/v1/contacts").status_code
    finally:
        service.close()
