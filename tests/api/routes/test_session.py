"""Logging in and out over HTTP, as a browser and as a program, at the real door."""

import time
from collections.abc import Generator
from dataclasses import dataclass
from statistics import median
from typing import Final

import pytest
from starlette.testclient import TestClient
from tests.api.premises import BASE_URL
from tests.fakes.office import Office

from bailiwick.api.app import build_app
from bailiwick.api.caller import COOKIE, DEVICE_COOKIE, SECURE_COOKIE, SECURE_DEVICE_COOKIE
from bailiwick.api.guard import Doorway
from bailiwick.domain.crm import Role
from bailiwick.domain.right import Right
from bailiwick.engine.people.keys import KeyWish
from bailiwick.engine.people.patience import (
    ACCOUNT_TRIES_FREE,
    BLOCK_SECONDS_MAX,
    ORIGIN_TRIES_FREE,
)
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.service import Service, serve

PASSWORD: Final = "seven quiet green rivers"
WRONG: Final = "nine loud purple deserts"
LOGIN: Final = "/api/v1/login"
SESSION: Final = "/api/v1/session"
FOREIGN: Final = {"origin": "https://evil.example"}


@dataclass(frozen=True)
class Front:
    """The office behind its real door."""

    office: Office
    service: Service

    def browser(self, *, secure: bool = False) -> TestClient:
        """Return a caller that keeps cookies."""
        url = BASE_URL.replace("http:", "https:") if secure else BASE_URL
        app = build_app(self.service, Doorway(secure=secure))
        return TestClient(app, base_url=url, raise_server_exceptions=False)

    def entered(self, role: Role = Role.REP, *, secure: bool = False) -> TestClient:
        """Return a browser in which somebody of a role has logged in."""
        browser = self.browser(secure=secure)
        assert browser.post(LOGIN, json=self.proof(role)).status_code == 200
        return browser

    def proof(self, role: Role = Role.REP, password: str = PASSWORD) -> dict[str, str]:
        """Return what a person of a role logs in with."""
        return {"email": self.office.people[role].email, "password": password}

    def program(self, key: str) -> TestClient:
        """Return a caller with a key."""
        app = build_app(self.service)
        headers = {"x-api-key": key}
        return TestClient(app, base_url=BASE_URL, headers=headers, raise_server_exceptions=False)


@pytest.fixture
def front(branch_office: Office) -> Generator[Front]:
    place = branch_office
    admin = place.person(Role.ADMIN)
    for role in (Role.ADMIN, Role.REP):
        place.app.entrance.logins.set_password(place.person(role), PASSWORD, by=admin)
    service = serve(place.app.settings, (), Doubles(clock=place.clock, mail=place.mail))
    yield Front(place, service)
    service.close()


class TestWhoIsWrong:
    def test_gets_one_answer_whatever_is_wrong(self, front: Front) -> None:
        """A wrong password, nobody's address and a workspace that is not there sound alike."""
        browser = front.browser()
        answers = [
            browser.post(LOGIN, json=body)
            for body in (
                front.proof(password=WRONG),
                {"email": "nobody@ours.example", "password": WRONG},
                {"email": "no address", "password": WRONG},
                {**front.proof(), "workspace": "nowhere"},
            )
        ]
        assert {a.status_code for a in answers} == {401}
        assert len({a.content for a in answers}) == 1
        assert not any("set-cookie" in a.headers for a in answers)

    def test_waits_as_long_whatever_is_wrong(self, front: Front) -> None:
        """Each pays for one hash; measured in computing time, which a busy machine does not add."""
        browser, bodies = (
            front.browser(),
            (
                front.proof(password=WRONG),
                {"email": "nobody@ours.example", "password": WRONG},
                {**front.proof(), "workspace": "nowhere"},
            ),
        )
        for body in bodies:  # the first one makes what is compared with when there is nobody
            browser.post(LOGIN, json=body)
        spent: list[float] = []
        for body in bodies:
            times: list[float] = []
            for _ in range(3):
                began = time.process_time()
                assert browser.post(LOGIN, json=body).status_code == 401
                times.append(time.process_time() - began)
            spent.append(median(times))
        assert max(spent) < 3 * min(spent), spent

    def test_is_locked_out_for_a_while_and_no_longer(self, front: Front) -> None:
        """After some slips even the right password waits; the wait grows, up to its bound."""
        browser = front.browser()
        for _ in range(ACCOUNT_TRIES_FREE):
            assert browser.post(LOGIN, json=front.proof(password=WRONG)).status_code == 401
        waits: list[int] = []
        for _ in range(12):
            locked = browser.post(LOGIN, json=front.proof())
            assert locked.status_code == 429, locked.text
            waits.append(int(locked.headers["retry-after"]))
            front.office.later(seconds=waits[-1])
            assert browser.post(LOGIN, json=front.proof(password=WRONG)).status_code in {401, 429}
        assert waits[0] < waits[-1] <= BLOCK_SECONDS_MAX + 1
        front.office.later(seconds=BLOCK_SECONDS_MAX + 1)
        assert browser.post(LOGIN, json=front.proof()).status_code == 200

    def test_cannot_spray_over_accounts(self, front: Front) -> None:
        """One address that tries many accounts runs into the same wall, the owner's not."""
        browser = front.browser()
        for number in range(ORIGIN_TRIES_FREE):
            body = {"email": f"p{number}@ours.example", "password": WRONG}
            assert browser.post(LOGIN, json=body).status_code == 401
        assert browser.post(LOGIN, json=front.proof()).status_code == 429

    def test_keeps_no_known_browser_out(self, front: Front) -> None:
        """Who was logged in here before is let in, whatever others tried from the same address."""
        known, stranger = front.entered(), front.browser()
        known.post("/api/v1/logout")
        for _ in range(ACCOUNT_TRIES_FREE):
            assert stranger.post(LOGIN, json=front.proof(password=WRONG)).status_code == 401
        assert stranger.post(LOGIN, json=front.proof()).status_code == 429
        assert known.post(LOGIN, json=front.proof()).status_code == 200

    def test_counts_in_a_known_browser_as_well(self, front: Front) -> None:
        """It waits after its own slips, and a made-up cookie knows nothing."""
        known, forger = front.entered(), front.browser()
        for _ in range(ACCOUNT_TRIES_FREE):
            assert known.post(LOGIN, json=front.proof(password=WRONG)).status_code == 401
        assert known.post(LOGIN, json=front.proof()).status_code == 429
        for number in range(ACCOUNT_TRIES_FREE):
            forger.cookies.set(DEVICE_COOKIE, f"made-up-{number}" * 30)
            assert forger.post(LOGIN, json=front.proof(password=WRONG)).status_code == 401
        assert forger.post(LOGIN, json=front.proof()).status_code == 429


class TestTheCookie:
    def test_is_kept_from_scripts_and_other_sites(self, front: Front) -> None:
        """HttpOnly, SameSite and no Domain; over HTTPS also Secure, under the __Host- name."""
        plain = front.browser().post(LOGIN, json=front.proof()).headers.get_list("set-cookie")
        answer = front.browser(secure=True).post(LOGIN, json=front.proof())
        secured = answer.headers.get_list("set-cookie")
        names = (f"{COOKIE}=bws_", f"{DEVICE_COOKIE}=", f"{SECURE_COOKIE}=bws_",
                 f"{SECURE_DEVICE_COOKIE}=")  # fmt: skip
        for cookie, name in zip([*plain, *secured], names, strict=True):
            flags = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert cookie.startswith(name)
            assert {"httponly", "samesite=lax", "path=/"} <= flags
            assert not any(flag.startswith("domain") for flag in flags)
        assert all("; secure" in cookie.lower() for cookie in secured)
        assert {SECURE_COOKIE[:7], SECURE_DEVICE_COOKIE[:7]} == {"__Host-"}

    def test_is_taken_back_at_logout(self, front: Front) -> None:
        """The browser forgets it, and whoever kept a copy has nothing."""
        browser = front.entered()
        kept = browser.cookies[COOKIE]
        gone = browser.post("/api/v1/logout")
        assert gone.status_code == 204
        assert "max-age=0" in gone.headers["set-cookie"].lower()
        thief = front.browser()
        thief.cookies.set(COOKIE, kept)
        assert thief.get(SESSION).status_code == 401

    def test_is_new_after_a_login(self, front: Front) -> None:
        """A token that was planted before (fixation) is neither taken over nor left alive."""
        attacker = front.entered()
        planted = attacker.cookies[COOKIE]
        victim = front.browser()
        victim.cookies.set(COOKIE, planted)
        answer = victim.post(LOGIN, json=front.proof(Role.ADMIN))
        assert answer.status_code == 200
        assert planted not in answer.headers["set-cookie"]
        assert attacker.get(SESSION).status_code == 401
        made_up = front.browser()
        made_up.cookies.set(COOKIE, "bws_s_mine_mine")
        assert "bws_s_mine" not in made_up.post(LOGIN, json=front.proof()).headers["set-cookie"]

    def test_is_no_proof_beside_a_key(self, front: Front) -> None:
        """A wrong key is nobody, though the browser adds a good cookie."""
        browser = front.entered()
        assert browser.get(SESSION).status_code == 200
        assert browser.get(SESSION, headers={"x-api-key": "bwk_live_x_y"}).status_code == 401


class TestAForeignPage:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/api/v1/logout"), ("DELETE", "/api/v1/sessions"), ("POST", "/api/v1/keys"),
            ("POST", "/api/v1/password"), ("POST", "/api/v1/halts"), ("POST", "/threads"),
            ("PUT", "/store/items"), ("PATCH", "/threads/none"), ("POST", LOGIN),
        ],
    )  # fmt: skip
    def test_changes_nothing_with_somebodys_cookie(
        self, front: Front, method: str, path: str
    ) -> None:
        """Every method that changes anything is refused by its origin; the session goes on."""
        browser = front.entered(Role.ADMIN)
        for origin in (FOREIGN, {"origin": "null"}, {"origin": "https://127.0.0.1"}):
            assert browser.request(method, path, json={}, headers=origin).status_code == 403
        assert browser.get(SESSION).status_code == 200
        own = browser.request(method, path, json={}, headers={"origin": BASE_URL})
        assert own.status_code != 403 or "origin" not in own.text

    def test_reads_nothing_either(self, front: Front) -> None:
        """Without a word of ours a browser keeps the answer from the page."""
        answer = front.entered().get(SESSION, headers=FOREIGN)
        assert "access-control-allow-origin" not in answer.headers


class TestSessions:
    def test_are_ones_own(self, front: Front) -> None:
        """One sees and ends one's own; another person's is not there."""
        rep, admin = front.entered(), front.entered(Role.ADMIN)
        (mine,) = rep.get("/api/v1/sessions").json()["items"]
        assert mine["current"] is True
        assert admin.delete(f"/api/v1/sessions/{mine['id']}").status_code == 404
        other = front.entered()
        assert rep.delete(f"/api/v1/sessions/{mine['id']}").status_code == 204
        assert rep.get(SESSION).status_code == 401
        assert other.get(SESSION).status_code == 200
        assert other.delete("/api/v1/sessions").status_code == 204
        assert other.get(SESSION).status_code == 401

    def test_end_with_a_new_password(self, front: Front) -> None:
        """Whoever sits at another machine is out; the old password opens nothing."""
        one, two = front.entered(), front.entered()
        new = "eleven slow blue engines"
        wrong = one.post("/api/v1/password", json={"old": WRONG, "new": new})
        assert wrong.status_code == 403
        changed = one.post("/api/v1/password", json={"old": PASSWORD, "new": new})
        assert changed.status_code == 204
        assert {one.get(SESSION).status_code, two.get(SESSION).status_code} == {401}
        assert front.browser().post(LOGIN, json=front.proof()).status_code == 401
        assert front.browser().post(LOGIN, json=front.proof(password=new)).status_code == 200

    def test_end_when_nobody_uses_them(self, front: Front) -> None:
        """After a working day of silence one logs in again."""
        browser = front.entered()
        front.office.later(hours=7)
        assert browser.get(SESSION).status_code == 200
        front.office.later(hours=7)
        assert browser.get(SESSION).status_code == 200, "it was used in between"
        front.office.later(hours=9)
        assert browser.get(SESSION).status_code == 401


class TestAKey:
    def test_does_what_its_scopes_say_until_it_ends(self, front: Front) -> None:
        """Within its scopes, noted when used, until its day comes."""
        browser = front.entered()
        made = browser.post("/api/v1/keys", json={"name": "k", "scopes": ["read"], "days": 2})
        program = front.program(made.json()["key"])
        (listed,) = browser.get("/api/v1/keys").json()["items"]
        assert listed["used_at"] is None
        assert program.get("/api/v1/contacts").status_code == 200
        assert program.post("/api/v1/plans", json={"contact": "con_1"}).status_code == 403
        (listed,) = browser.get("/api/v1/keys").json()["items"]
        assert listed["used_at"] is not None
        front.office.later(hours=47)
        assert program.get("/api/v1/contacts").status_code == 200
        front.office.later(hours=2)
        assert program.get("/api/v1/contacts").status_code == 401

    def test_makes_none_with_less_of_a_limit(self, front: Front) -> None:
        """What a limited key issues or rotates is as limited."""
        by = front.office.person(Role.REP)
        wish = KeyWish(person_id=by, name="self", scopes=frozenset({Right.SELF}))
        keys = front.office.app.entrance.keys
        program = front.program(keys.issue(wish, by=by).text)
        for body in ({"name": "x"}, {"name": "x", "scopes": ["self", "read"]}):
            assert program.post("/api/v1/keys", json=body).json()["scopes"] == ["self"]
        full = keys.issue(KeyWish(person_id=by, name="full"), by=by).key
        assert program.post(f"/api/v1/keys/{full.key_id}/rotate", json={}).status_code == 403

    def test_of_one_scope_reads_the_numbers(self, front: Front) -> None:
        """As Prometheus sends it; another scope reads none, and another host name is not ours."""
        keys, by = front.office.app.entrance.keys, front.office.person(Role.ADMIN)
        told: list[int] = []
        for scope in (Right.OPERATE, Right.READ):
            wish = KeyWish(person_id=by, name=scope.value, scopes=frozenset({scope}))
            bearer = {"authorization": f"Bearer {keys.issue(wish, by=by).text}"}
            rebound = {**bearer, "host": "rebound.example"}
            told += [
                front.browser().get("/metrics", headers=h).status_code for h in (bearer, rebound)
            ]
        assert told == [200, 421, 403, 421]

    def test_ends_at_once_when_it_is_revoked(self, front: Front) -> None:
        """The next request with it is nobody's."""
        browser = front.entered()
        made = browser.post("/api/v1/keys", json={"name": "k"}).json()
        program = front.program(made["key"])
        assert program.get(SESSION).status_code == 200
        assert browser.delete(f"/api/v1/keys/{made['id']}").status_code == 204
        assert program.get(SESSION).status_code == 401
