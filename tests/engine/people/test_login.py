from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.engine.entrance import PASSWORD, Entered, logins_of

from bailiwick.domain.credential import SessionId
from bailiwick.domain.crm import Role
from bailiwick.domain.record import RecordKind
from bailiwick.domain.token import session_text, session_token
from bailiwick.engine.people.admission import IDLE
from bailiwick.engine.people.login import (
    SESSION_LASTS,
    SESSIONS_COUNT_MAX,
    Attempt,
    UnableToSetPassword,
)
from bailiwick.engine.people.password import Passwords, UnableToUsePassword
from bailiwick.engine.people.patience import ACCOUNT_TRIES_FREE, UnableToLogIn, UnableToLogInYet
from bailiwick.kit.secret import new_secret


class Meanwhile(Passwords):
    """Lets something happen while a password is compared, once."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens: Callable[[], object] | None = happens

    def fits(self, password: str, hashed: str | None) -> bool:
        """Compare, then let it happen."""
        fitting = super().fits(password, hashed)
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        return fitting


ELSEWHERE = "198.51.100.9"


def lose_patience(entered: Entered, *, device: str = "") -> None:
    for _ in range(ACCOUNT_TRIES_FREE):
        with pytest.raises(UnableToLogIn):
            entered.log_in(password="wrong wrong wrong", device=device)


class TestLogIn:
    def test_begins_a_session_that_the_door_knows(self, entered: Entered) -> None:
        """The token names the person until it is taken back."""
        begun = entered.log_in()
        admission = entered.door.by_session(begun.token)
        assert admission is not None
        assert admission.person_id == entered.admin
        assert admission.role is Role.ADMIN
        session = session_token(begun.token)
        assert session is not None
        assert entered.logins.log_out(session.row_id, person_id=entered.admin)
        assert entered.door.by_session(begun.token) is None

    def test_says_the_same_of_a_stranger_and_of_a_slip(self, entered: Entered) -> None:
        """Nobody learns who works here by trying."""
        with pytest.raises(UnableToLogIn) as wrong:
            entered.log_in(password="not the right one")
        with pytest.raises(UnableToLogIn) as unknown:
            entered.log_in(email="nobody@ours.example")
        assert str(wrong.value) == str(unknown.value)

    def test_compares_something_even_for_a_stranger(self) -> None:
        """A hash is computed whether or not there is one to compare with."""
        passwords = Passwords()
        assert not passwords.fits("anything at all", None)
        assert passwords.fits(PASSWORD, passwords.hashed(PASSWORD))
        assert not passwords.fits("something else", passwords.hashed(PASSWORD))

    @pytest.mark.parametrize("email", ["admin@ours.example", "nobody@ours.example"])
    def test_loses_patience(self, entered: Entered, email: str) -> None:
        """After some slips tries cost time, for accounts that exist and for those that do not."""
        for _ in range(ACCOUNT_TRIES_FREE):
            with pytest.raises(UnableToLogIn):
                entered.log_in(email=email, password="wrong wrong wrong")
        with pytest.raises(UnableToLogInYet) as fault:
            entered.log_in(email=email)
        assert fault.value.seconds >= 1

    def test_is_patient_again_later(self, entered: Entered) -> None:
        """The owner of the account gets in once the time is over, and slips are forgotten."""
        for _ in range(ACCOUNT_TRIES_FREE):
            with pytest.raises(UnableToLogIn):
                entered.log_in(password="wrong wrong wrong")
        entered.pass_time(timedelta(seconds=3))
        assert entered.log_in().person.person_id == entered.admin
        with pytest.raises(UnableToLogIn, match="do not belong"):
            entered.log_in(password="wrong wrong wrong")

    def test_keeps_no_owner_out_for_what_others_do(self, entered: Entered) -> None:
        """Who guesses at one network waits there; the owner logs in at another at once."""
        lose_patience(entered)
        with pytest.raises(UnableToLogInYet):
            entered.log_in()
        assert entered.log_in(origin=ELSEWHERE).person.person_id == entered.admin
        with pytest.raises(UnableToLogInYet):
            entered.log_in()

    def test_knows_a_browser_again(self, entered: Entered) -> None:
        """One that was logged in before counts for itself, even behind the guesser's address."""
        known = entered.log_in().device
        lose_patience(entered)
        again = entered.log_in(device=known)
        assert again.device == known
        lose_patience(entered, device=known)
        with pytest.raises(UnableToLogInYet):
            entered.log_in(device=known)
        assert entered.log_in(origin=ELSEWHERE).device != known

    def test_blocks_an_address_that_tries_many_accounts(self, entered: Entered) -> None:
        """Spraying one password over many accounts runs into the same wall."""
        for number in range(20):
            with pytest.raises(UnableToLogIn):
                entered.log_in(email=f"p{number}@ours.example")
        with pytest.raises(UnableToLogInYet):
            entered.log_in()
        assert entered.log_in(origin=ELSEWHERE).person.person_id == entered.admin

    def test_blocks_a_network_of_one_host(self, entered: Entered) -> None:
        """A host of IPv6 has more addresses than there are tries; its neighbours have their own."""
        for number in range(20):
            with pytest.raises(UnableToLogIn):
                entered.log_in(email=f"p{number}@ours.example", origin=f"2001:db8:1:2::{number:x}")
        with pytest.raises(UnableToLogInYet):
            entered.log_in(origin="2001:db8:1:2:ffff::1")
        assert entered.log_in(origin="2001:db8:1:3::1").person.person_id == entered.admin

    def test_ends_the_session_before(self, entered: Entered) -> None:
        """A token that was planted before the login is worth nothing after it."""
        first = entered.log_in()
        second = entered.logins.log_in(
            Attempt(email="admin@ours.example", password=PASSWORD, origin="x", previous=first.token)
        )
        assert entered.door.by_session(first.token) is None
        assert entered.door.by_session(second.token) is not None

    def test_ends_no_session_by_its_id_alone(self, entered: Entered) -> None:
        """Who knows the id of another's session, but not its secret, leaves it running."""
        begun = entered.log_in()
        token = session_token(begun.token)
        assert token is not None
        forged = session_text(token.workspace_id, SessionId(token.row_id), new_secret())
        entered.logins.log_in(
            Attempt(email="admin@ours.example", password=PASSWORD, origin="x", previous=forged)
        )
        assert entered.door.by_session(begun.token) is not None

    def test_counts_those_who_try_at_the_same_time(self, entered: Entered) -> None:
        """A hundred guesses at once are not a hundred guesses: the right one comes too late."""
        logins = logins_of(entered.store, Meanwhile(lambda: lose_patience(entered)))
        attempt = Attempt(email="admin@ours.example", password=PASSWORD, origin="203.0.113.7")
        with pytest.raises(UnableToLogInYet):
            logins.log_in(attempt)

    def test_takes_no_password_that_was_changed_meanwhile(self, entered: Entered) -> None:
        """Else a session of the old one would begin after all of them were ended."""
        new = "seven quiet green rivers"
        logins = logins_of(
            entered.store,
            Meanwhile(lambda: entered.logins.change_password(entered.admin, old=PASSWORD, new=new)),
        )
        attempt = Attempt(email="admin@ours.example", password=PASSWORD, origin=ELSEWHERE)
        with pytest.raises(UnableToLogIn):
            logins.log_in(attempt)
        assert entered.logins.sessions(entered.admin) == ()

    def test_ends_by_idleness_and_by_age(self, entered: Entered) -> None:
        """A session that nobody uses ends, and one that somebody uses ends too."""
        idle = entered.log_in()
        entered.pass_time(IDLE - timedelta(seconds=1))
        assert entered.door.by_session(idle.token) is not None
        entered.pass_time(timedelta(seconds=1))
        assert entered.door.by_session(idle.token) is None
        used = entered.log_in()
        left = SESSION_LASTS
        while left > timedelta():
            assert entered.door.by_session(used.token) is not None
            entered.pass_time(min(left, timedelta(hours=4)))
            entered.touch(used.token)
            left -= timedelta(hours=4)
        assert entered.door.by_session(used.token) is None

    def test_keeps_so_many_sessions(self, entered: Entered) -> None:
        """The oldest makes room."""
        begun = [entered.log_in() for _ in range(SESSIONS_COUNT_MAX + 1)]
        assert entered.door.by_session(begun[0].token) is None
        assert len(entered.logins.sessions(entered.admin)) == SESSIONS_COUNT_MAX
        entered.logins.end_all(entered.admin, by=entered.admin)
        assert entered.door.by_session(begun[-1].token) is None

    def test_is_recorded_without_address_or_token(self, entered: Entered) -> None:
        """The chain says who logged in, in ids."""
        begun = entered.log_in()
        with entered.store.units.read() as unit:
            records = unit.records.about(entered.admin)
        assert records[-1].kind is RecordKind.ACCESS
        assert records[-1].payload == {"event": "logged_in", "by": entered.admin}
        assert begun.token not in str(records)


class TestSetPassword:
    def test_ends_older_sessions(self, entered: Entered) -> None:
        """Whoever stole the old password is out."""
        begun = entered.log_in()
        entered.logins.change_password(entered.admin, old=PASSWORD, new="seven quiet green rivers")
        assert entered.door.by_session(begun.token) is None
        entered.log_in(password="seven quiet green rivers")

    def test_forgets_who_guessed(self, entered: Entered) -> None:
        """Who locked themselves out gets in with the password that an admin sets for them."""
        lose_patience(entered)
        new = "seven quiet green rivers"
        entered.logins.set_password(entered.admin, new, by=entered.admin)
        assert entered.log_in(password=new).person.person_id == entered.admin

    def test_is_possible_while_others_guess(self, entered: Entered) -> None:
        """Failed logins do not keep somebody who is logged in from a new password."""
        lose_patience(entered)
        entered.logins.change_password(entered.admin, old=PASSWORD, new="seven quiet rivers")

    def test_takes_the_old_one_or_an_admin(self, entered: Entered) -> None:
        """A rep sets neither another's password nor the own one without the old."""
        with pytest.raises(UnableToLogIn):
            entered.logins.change_password(entered.admin, old="guess", new="seven quiet rivers")
        with pytest.raises(UnableToSetPassword):
            entered.logins.set_password(entered.admin, "seven quiet rivers", by=entered.rep)
        entered.logins.set_password(entered.rep, "seven quiet rivers", by=entered.admin)
        assert entered.log_in(email="rep@ours.example", password="seven quiet rivers")

    def test_loses_patience_with_guesses_of_the_old_one(self, entered: Entered) -> None:
        """A session that was taken over learns no password by trying."""
        for _ in range(ACCOUNT_TRIES_FREE):
            with pytest.raises(UnableToLogIn):
                entered.logins.change_password(entered.admin, old="guess", new="seven rivers")
        with pytest.raises(UnableToLogInYet):
            entered.logins.change_password(entered.admin, old=PASSWORD, new="seven rivers")

    @pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "x" * 300])
    def test_refuses_what_is_easily_guessed(self, entered: Entered, password: str) -> None:
        """Too short, too regular or endless is said to the person."""
        with pytest.raises(UnableToUsePassword):
            entered.logins.set_password(entered.admin, password, by=entered.admin)
