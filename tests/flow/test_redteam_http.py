"""Hostile requests of our own through the served API, with a model that does all it is asked to."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from bench.redteam.booth import Booth
from bench.redteam.corpus import Row, load
from bench.redteam.counter import Counter, Turned
from bench.redteam.evidence import Evidence
from bench.redteam.http_trial import signature
from bench.redteam.oracle import violations
from bench.redteam.rig import Pass, Planner, Rig, rigged
from bench.redteam.runner import Result, applies, run, uncovered
from bench.redteam.scenes import held_card
from bench.redteam.world import THEIRS
from tests.fakes.office import InlineParser
from tests.flow.redteam_world import WORLD

from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId

FOLDER: Final = Path(__file__).parent
CORPUS: Final = load(FOLDER / "redteam_http_corpus.jsonl")
OTHERS: Final = load(FOLDER / "redteam_corpus.jsonl")
SERVED: Final = Pass(planner=Planner.OBEDIENT, granted=True, served=True)
PLAIN: Final = Pass(planner=Planner.RULES, granted=False, served=True)

SPOKEN: Final[tuple[tuple[Mapping[str, str], int], ...]] = (
    ({"host": "grab.example"}, 421),
    ({"host": "127.0.0.1.grab.example"}, 421),
    ({"host": ""}, 421),
    ({"origin": "https://grab.example"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": "http://127.0.0.1.grab.example"}, 403),
    ({"x-forwarded-host": "grab.example", "x-forwarded-proto": "https"}, 202),
    ({"x-http-method-override": "DELETE"}, 202),
    ({"x-forwarded-for": "127.0.0.1", "x-original-url": "/api/v1/halts"}, 202),
)
SPARSE: Final = 9  # every ninth of the costly ones; the bench runs all
CURSORS: Final = ("' or 1=1 --", "%00", "../../x", "x" * 512, "%F0%9F%92%A9")
WORDS: Final = ("%25", "_", "%25%25", "_____", "[a-z]", "\\", "' or '1'='1")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Generator[Rig]:
    with rigged(WORLD, tmp_path_factory.mktemp("redteam_http"), parser=InlineParser()) as found:
        yield found


@contextmanager
def served(rig: Rig) -> Generator[tuple[Booth, Counter]]:
    with rig.open(PLAIN, None) as booth:
        assert booth.counter is not None
        yield booth, booth.counter


def findings(rig: Rig, rows: list[Row], one: Pass) -> list[tuple[str, tuple[str, ...]]]:
    results: list[Result] = []
    run(rig, rows, one, flood_count=10, told=results.append)
    assert {r.row.id for r in results} == {r.id for r in rows if applies(r, one)}
    return [(r.row.id, r.violations) for r in results if r.violations]


def of(category: str) -> list[Row]:
    return [row for row in CORPUS if row.category == category]


class TestNothingForbiddenHappens:
    @pytest.mark.parametrize("category", ["json_bomb", "webhook"])
    def test_through_hooks_and_json(self, rig: Rig, category: str) -> None:
        """Forged hooks and hostile JSON: nothing is kept, planned for or broken."""
        assert findings(rig, of(category), SERVED) == []

    def test_through_addresses(self, rig: Rig) -> None:
        """No spelling of a local address is connected to; the bench runs all of them."""
        assert findings(rig, of("ssrf")[::4], SERVED) == []

    def test_through_uploads_and_approvals(self, rig: Rig) -> None:
        """Mail, files and clicks through the API end as they do without it."""
        rows = [
            row
            for number, row in enumerate(OTHERS)
            if row.category == "hitl_race"
            or (row.payload_encoding != "json" and number % SPARSE == 0)
        ]
        assert findings(rig, rows, SERVED) == []


class TestTheTrial:
    def test_covers_every_row(self) -> None:
        """No row of ours is passed over."""
        assert [row.id for row in CORPUS if uncovered(row)] == []
        assert len({row.id for row in CORPUS}) == len(CORPUS)

    def test_sees_what_should_not_have_been(self) -> None:
        """A status that is not in the list, a local connection and a foreign row are findings."""
        hook = next(r for r in CORPUS if r.id == "own_hook-01")
        away = next(r for r in CORPUS if r.id == "own_hook-11")
        local = next(r for r in CORPUS if r.id == "own_ssrf-01")
        believed = violations(hook, Evidence(statuses=[("the hook", 202)]), WORLD)
        assert believed == ("the hook answered 202",)
        broken = violations(local, Evidence(statuses=[("the import", 500)]), WORLD)
        assert broken == ("the import answered 500",)
        assert violations(hook, Evidence(), WORLD) == ("no request was answered",)
        for host in ("127.0.0.1", "10.9.9.9", "64:ff9b::1", "100.64.3.2"):
            assert violations(local, Evidence(heard=[host]), WORLD) == (f"request to {host}",)
        assert violations(local, Evidence(heard=["93.184.216.34"]), WORLD) == ()
        seen = Evidence(statuses=[("the hook", 202)], booked_elsewhere=["signals"])
        assert violations(away, seen, WORLD) == ("signals of another workspace changed",)
        assert violations(away, Evidence(faults=["x"], statuses=seen.statuses), WORLD) == ("x",)

    def test_notices_a_change_of_the_other_workspace(self, rig: Rig) -> None:
        """One row more over there changes the digest of its table and of no other."""
        with served(rig) as (booth, desk):
            before = booth.elsewhere()
            assert booth.elsewhere() == before
            theirs = next(w for w in desk.service.workspaces if w.name == THEIRS)
            app = desk.service.application(theirs.workspace_id)
            admin = next(p for p in desk.keys if p not in _people(desk))
            app.outside.administration.add_source("elsewhere", by=admin)
            after = booth.elsewhere()
            assert {t for t in after if after[t] != before[t]} >= {"inbound_sources"}


def _people(desk: Counter) -> set[PersonId]:
    with desk.app.units.read() as unit:
        return {p.person_id for p in unit.authority.people()}


def _stranger(desk: Counter) -> PersonId:
    """Return an administrator of the other workspace."""
    return next(p for p in desk.keys if p not in _people(desk))


class TestAnApproval:
    def test_is_taken_from_the_login_alone(self, rig: Rig) -> None:
        """Fields, headers and queries that name another approver or answer are refused or void."""
        with served(rig) as (booth, desk):
            card = held_card(booth, rig)
            path = f"/api/v1/approvals/{card.approval_id}/approve"
            yes = {"payload_sha256": card.payload_hash}
            boss, rep = desk.person(Role.APPROVER), desk.person(Role.REP)
            for extra in ("person_id", "by", "status", "args", "signatures"):
                assert desk.ask("POST", path, by=boss, body={**yes, extra: boss}).status == 422
            spoken: Mapping[str, str] = {"x-person-id": boss, "x-forwarded-user": boss}
            assert desk.ask("POST", path, by=rep, body=yes, headers=spoken).status == 403
            assert desk.ask("POST", f"{path}?person_id={boss}", by=rep, body=yes).status == 403
            assert desk.ask("POST", path, by=_stranger(desk), body=yes).status == 404
            assert desk.ask("POST", path, body=yes, headers=spoken).status == 401
            stale = {"payload_sha256": "0" * 64}
            assert desk.ask("POST", path, by=boss, body=stale).status == 409
            booth.app.worker().drain(20)
            assert booth.mail.delivered == []
            assert desk.ask("POST", path, by=boss, body=yes).status == 200
            assert desk.ask("POST", path, by=boss, body=yes).word("result") == "already"
            booth.app.worker().drain(20)
            assert len(booth.mail.delivered) == 1

    def test_is_not_replayed_by_another_caller(self, rig: Rig) -> None:
        """The Idempotency-Key of who may approve opens nothing to who may not."""
        with served(rig) as (booth, desk):
            card = held_card(booth, rig)
            path = f"/api/v1/approvals/{card.approval_id}/approve"
            yes, key = {"payload_sha256": card.payload_hash}, {"idempotency-key": "same"}
            boss = desk.person(Role.APPROVER)
            assert desk.ask("POST", path, by=boss, body=yes, headers=key).status == 200
            for role in (Role.VIEWER, Role.REP):
                by = desk.person(role)
                assert desk.ask("POST", path, by=by, body=yes, headers=key).status == 403
            assert desk.ask("POST", path, by=_stranger(desk), body=yes, headers=key).status == 404
            assert desk.ask("POST", path, body=yes, headers=key).status == 401

    def test_is_given_for_these_words_alone(self, rig: Rig) -> None:
        """An edit can change no recipient, and breaks no line of a header."""
        with served(rig) as (booth, desk):
            card = held_card(booth, rig)
            path = f"/api/v1/approvals/{card.approval_id}/edit"
            boss = desk.person(Role.APPROVER)
            for field in ("to_address", "mail", "args", "payload_hash", "recipient"):
                assert desk.ask("POST", path, by=boss, body={field: "x@grab.example"}).status == 422
            broken = "Hello\r\nBcc: leak@grab.example"
            with pytest.raises(Turned):
                desk.edit(card.approval_id, by=boss, changes={"subject": broken})


class TestARequest:
    def test_is_read_by_its_own_host_and_origin(self, rig: Rig) -> None:
        """Foreign hosts and pages are refused; what proxies would say changes nothing."""
        told = {"kind": "x", "address": "ines@pell.example"}
        with served(rig) as (_, desk):
            by = desk.person(Role.REP)
            for number, (headers, status) in enumerate(SPOKEN):
                body = {**told, "external_id": str(number)}
                found = desk.ask("POST", "/api/v1/signals", by=by, body=body, headers=headers)
                assert found.status == status, headers

    def test_reaches_no_other_workspace(self, rig: Rig) -> None:
        """Workspaces in headers, queries and bodies, and ids of over there, lead nowhere."""
        with served(rig) as (booth, desk):
            before, by = booth.elsewhere(), desk.person(Role.ADMIN)
            theirs = next(w.workspace_id for w in desk.service.workspaces if w.name == THEIRS)
            (account, *_) = booth.rows("select id from accounts where workspace_id = ?", theirs)[0]
            spoken = {"x-workspace": theirs, "x-tenant": theirs, "x-workspace-id": theirs}
            for query in ("", f"?workspace={theirs}", f"?workspace_id={theirs}"):
                path = f"/api/v1/accounts/{account}{query}"
                assert desk.ask("GET", path, by=by, headers=spoken).status == 404
                listed = desk.ask("GET", f"/api/v1/accounts{query}", by=by, headers=spoken)
                assert str(account).encode() not in listed.content
            cursor = desk.ask("GET", f"/api/v1/accounts?cursor={account}", by=by)
            assert str(account).encode() not in cursor.content
            told = {"kind": "x", "address": "a@b.example", "external_id": "1"}
            body = {**told, "workspace_id": theirs}
            assert desk.ask("POST", "/api/v1/signals", by=by, body=body).status == 422
            assert desk.ask("POST", "/api/v1/signals", by=by, body=told, headers=spoken).status
            assert booth.elsewhere() == before

    def test_with_a_forged_cursor_gets_no_more_than_without(self, rig: Rig) -> None:
        """A cursor that we did not make is refused or leads to rows of one's own."""
        with served(rig) as (_, desk):
            by = desk.person(Role.VIEWER)
            for listed in ("contacts", "accounts", "approvals", "effects", "tasks", "runs"):
                path = f"/api/v1/{listed}"
                every = desk.ask("GET", path, by=by)
                for cursor in CURSORS:
                    found = desk.ask("GET", f"{path}?cursor={cursor}", by=by)
                    assert found.status in {200, 422}, (path, cursor)
                    if found.status == 200:
                        assert len(found.content) <= len(every.content) + 2 * len(cursor)

    def test_searches_for_letters_not_for_patterns(self, rig: Rig) -> None:
        """A percent sign, an underscore and a quote are letters that no name here begins with."""
        with served(rig) as (_, desk):
            by = desk.person(Role.REP)
            for listed in ("contacts", "accounts"):
                some = desk.ask("GET", f"/api/v1/{listed}", by=by)
                assert some.told["items"], "a search that finds nothing must have had a choice"
                for words in WORDS:
                    found = desk.ask("GET", f"/api/v1/{listed}?words={words}", by=by)
                    assert (found.status, found.told["items"]) == (200, []), (listed, words)

    def test_is_refused_when_it_is_too_long(self, rig: Rig) -> None:
        """Five megabytes are refused at every door, before anybody is asked who it is."""
        with served(rig) as (booth, desk):
            before = booth.counted("messages")
            for path in ("/api/v1/mail", "/api/v1/imports/csv", "/api/v1/signals", "/threads"):
                found = desk.ask(
                    "POST", path, by=desk.person(Role.REP), content=b"x" * (5 * 1024 * 1024)
                )
                assert found.status == 413, path
            assert booth.counted("messages") == before


class TestWords:
    def test_keep_to_their_line(self, rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
        """A line break in a name, an id or a header forges no header, record or log line."""
        forged = "Ines\r\nSet-Cookie: a=b\r\n2026-07-14 ERROR forged line"
        told = {
            "kind": "form", "address": "ines@pell.example", "external_id": "1",
            "name": forged, "company": forged, "subject": forged, "note": forged,
        }  # fmt: skip
        with served(rig) as (booth, desk):
            by = desk.person(Role.REP)
            first = desk.client.post(
                "/api/v1/signals", json=told,
                headers={"x-api-key": desk.keys[by], "x-request-id": "a forged\tid"},
            )  # fmt: skip
            assert first.status_code == 202
            assert "set-cookie" not in first.headers
            assert "forged" not in first.headers["x-request-id"]
            for field in ("kind", "external_id"):
                found = desk.ask(
                    "POST", "/api/v1/signals", by=by, body={**told, field: f"a\n{forged}"}
                )
                assert found.status == 422
            name = desk.ask("POST", "/api/v1/mail?name=a%0d%0ab.eml", by=by, content=b"x")
            assert name.status == 422
            lines = booth.rows("select subject from activities")
            assert all("\n" not in str(line) and "\r" not in str(line) for (line,) in lines)
        assert "forged line" not in caplog.text

    def test_of_unknown_fields_are_refused(self, rig: Rig) -> None:
        """No door takes a field that it does not know: nothing is assigned by the way."""
        asked: tuple[tuple[str, dict[str, object]], ...] = (
            ("/api/v1/signals", {"kind": "x", "address": "a@b.example", "external_id": "1"}),
            ("/api/v1/webhooks/endpoints", {"url": "https://hooks.example/"}),
            ("/api/v1/webhooks/sources", {"name": "form"}),
            ("/api/v1/halts", {"scope": "model", "reason": "x"}),
            ("/api/v1/keys", {"name": "mine"}),
        )
        with served(rig) as (_, desk):
            by = desk.person(Role.ADMIN)
            for path, body in asked:
                for extra in ("role", "workspace_id", "trust", "created_by", "__proto__"):
                    found = desk.ask("POST", path, by=by, body={**body, extra: "admin"})
                    assert found.status == 422, (path, extra)

    def test_that_were_signed_count_once(self, rig: Rig) -> None:
        """A signed event that comes again, or under another source's path, is not taken twice."""
        with served(rig) as (booth, desk):
            admin = desk.person(Role.ADMIN)
            one, two = (
                desk.take("POST", "/api/v1/webhooks/sources", by=admin, body={"name": name})
                for name in ("one", "two")
            )
            body = b'{"kind":"form","address":"ines@pell.example"}'
            at = str(int(booth.clock.now().timestamp()))
            headers = {
                "webhook-id": "evt_1", "webhook-timestamp": at,
                "webhook-signature": signature(one.word("secret"), "evt_1", at, body),
            }  # fmt: skip
            before = booth.counted("signals")
            asked = [
                desk.ask("POST", path, headers=headers, content=body).status
                for path in (one.word("path"), one.word("path"), two.word("path"))
            ]
            assert asked == [202, 200, 401]
            assert booth.counted("signals") == before + 1
