"""The opt-out that our own header asks for: its token decides, whoever sends it."""

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import DANA, MAILBOX, Office, dana, office

from bailiwick.connectors.smtp.unsubscribe import unsubscribe_token
from bailiwick.domain.ids import ContactId
from bailiwick.ports.crm import Safety
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.workspaces import SqlWorkspaces

STRANGER = "private@home.example"
ADDRESS = "dana@acme.example"


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Office]:
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    with office(tmp_path, url=url) as opened:
        yield opened


def token(place: Office, address: str = ADDRESS, *, ours: bool = True) -> str:
    secret = SqlWorkspaces(place.app.database).secret(place.app.workspace.workspace_id)
    return unsubscribe_token(address, secret=secret if ours else bytes(32))


def request(subject: str, *, sender: str = STRANGER) -> bytes:
    """What a mail program sends when its button is pressed: a subject and nothing else."""
    return (
        f"From: {sender}\r\nTo: {MAILBOX}\r\nSubject: {subject}\r\n"
        f"Date: Tue, 14 Jul 2026 09:12:44 +0000\r\nMessage-ID: <u1@home.example>\r\n\r\n"
    ).encode()


def safety(place: Office) -> Safety:
    with place.app.units.read() as unit:
        return unit.crm.safety(DANA)


class TestOwnUnsubscribe:
    @pytest.mark.parametrize("sender", [STRANGER, ADDRESS])
    @pytest.mark.parametrize("subject", ["unsubscribe {}", "Unsubscribe\r\n {}"])
    def test_suppresses_whom_the_token_names(
        self, place: Office, subject: str, sender: str
    ) -> None:
        """From any account, at once and by a judged step: nothing waits for a person."""
        place.receive(request(subject.replace("{}", token(place)), sender=sender))
        assert safety(place).opt_out_doubtful, "nothing is sent from the moment it came"
        place.sweep()
        after = safety(place)
        assert (after.suppressed, after.unsubscribed) == (True, True)
        with place.app.units.read() as unit:
            (run,) = unit.runs.list(status=None, contact_id=DANA, cursor=None, size=9).items
            (verdict, *_) = unit.runs.verdicts_of(run.run_id)
            assert verdict.action.value == "suppress_contact"
            assert not unit.guards.open_tasks(None, cursor=None, size=9).items

    @pytest.mark.parametrize(
        "subject", ["unsubscribe {}x", "Fwd: unsubscribe {}", "unsubscribe {} now", "unsubscribe x"]
    )
    def test_takes_anything_else_for_text(self, place: Office, subject: str) -> None:
        """A stranger's mail that is not exactly ours says nothing about a contact."""
        place.receive(request(subject.replace("{}", token(place))))
        place.sweep()
        assert not safety(place).suppressed
        assert not safety(place).opt_out_doubtful

    def test_believes_no_token_of_another_workspace(self, place: Office) -> None:
        """A token that another secret made names nobody here."""
        place.receive(request(f"unsubscribe {token(place, ours=False)}"))
        place.sweep()
        assert not safety(place).suppressed

    def test_opts_out_nobody_but_whom_it_names(self, place: Office) -> None:
        """A genuine token of an address that nobody has changes no contact, not even its sender."""
        named = token(place, "gone@acme.example")
        place.receive(request(f"unsubscribe {named}", sender=ADDRESS))
        place.sweep()
        assert not safety(place).suppressed

    def test_waits_for_whom_it_names(self, place: Office) -> None:
        """Who is imported after their opt-out is left alone from the start."""
        place.receive(request(f"unsubscribe {token(place, 'gone@acme.example')}"))
        late = ContactId("con_late")
        with place.app.units.write() as unit:
            CrmRows(unit).add_contact(dana(contact_id=late, addresses=("gone@acme.example",)))
            unit.commit()
        assert place.app.mail_intake.adopt().opt_outs_count == 1
        place.sweep()
        with place.app.units.read() as unit:
            assert unit.crm.safety(late).suppressed
        assert not safety(place).suppressed
