"""The unsubscribe link of a mail that really was composed (RFC 8058)."""

import re
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient
from tests.api.premises import HERE, THERE, Premises

from bailiwick.connectors.smtp.compose import ComposeSettings, compose
from bailiwick.domain.crm import Contact
from bailiwick.domain.ids import ContactId
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.topic import Topic
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.workspaces import SqlWorkspaces

ADDRESS = "ada@customer.example"
RFC_8058 = {"List-Unsubscribe": "One-Click"}


def link(premises: Premises, workspace: str = HERE) -> str:
    """Return the path of the link in a marketing mail from a workspace."""
    secret = SqlWorkspaces(premises.service.database).secret(premises.workspace_id(workspace))
    mail = OutboundMail(
        from_address=f"sales@{workspace}.example",
        from_name="Sales",
        to_address=ADDRESS,
        to_name="",
        subject="News",
        text="Hello",
        purpose=Purpose.MARKETING,
        language="en",
    )
    headers = ComposeSettings(
        domain=f"{workspace}.example",
        unsubscribe_secret=secret,
        unsubscribe_url="https://crm.example/u/",
    )
    raw = compose(mail, "0" * 64, date=datetime(2026, 11, 20, tzinfo=UTC), settings=headers)
    found = re.search(rb"<https://crm\.example(/u/[A-Za-z0-9_-]+)>", raw)
    assert found is not None, raw
    return found.group(1).decode()


def suppressed(premises: Premises, workspace: str = HERE) -> bool:
    """Tell whether the address is left alone in a workspace."""
    application = premises.service.application(premises.workspace_id(workspace))
    with application.units.read() as unit:
        return unit.guards.suppressed(address_hash(ADDRESS))


class TestLooking:
    def test_changes_nothing(self, premises: Premises, client: TestClient) -> None:
        """A scanner that follows every link opts nobody out."""
        for method in ("GET", "HEAD"):
            client.request(method, link(premises))
        assert not suppressed(premises)

    def test_asks_in_the_language_of_the_reader(
        self, premises: Premises, client: TestClient
    ) -> None:
        """The page has one button, names the sender, and neither the address nor a script."""
        answer = client.get(link(premises), headers={"accept-language": "de-AT,en;q=0.5"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "keine E-Mails von here" in answer.text
        assert answer.text.count("<button>") == 1
        assert "customer" not in answer.text
        assert "<script" not in answer.text
        assert "set-cookie" not in answer.headers


class TestPosting:
    def test_is_enough(self, premises: Premises, client: TestClient) -> None:
        """As a mail program does it, without login or cookie; and again it is the same."""
        for _ in range(2):
            answer = client.post(link(premises), data=RFC_8058)
            assert answer.status_code == 200
            assert suppressed(premises)

    def test_may_be_multipart(self, premises: Premises, client: TestClient) -> None:
        """The other form that RFC 8058, section 3.1, allows."""
        files = {"List-Unsubscribe": (None, "One-Click")}
        assert client.post(link(premises), files=files).status_code == 200
        assert suppressed(premises)

    def test_stays_with_the_sender(self, premises: Premises, client: TestClient) -> None:
        """Whoever leaves one company's list stays on the other's."""
        client.post(link(premises, THERE), data=RFC_8058)
        assert suppressed(premises, THERE)
        assert not suppressed(premises, HERE)

    @pytest.mark.parametrize("place", [3, 43, 55, -1])
    def test_needs_the_very_token(self, premises: Premises, client: TestClient, place: int) -> None:
        """One letter changed names nobody, is told so, and opts nobody out."""
        path = list(link(premises))
        path[place] = "A" if path[place] != "A" else "Q"
        answer = client.post("".join(path), data=RFC_8058)
        assert answer.status_code == 404
        assert not suppressed(premises)


class TestTheTopics:
    """The page's second form: fewer mails instead of none."""

    TITLE = "News <b>& offers</b>"

    def offered(self, premises: Premises) -> None:
        """Offer two topics."""
        application = premises.service.application(premises.workspace_id(HERE))
        with application.units.write() as unit:
            at = application.clock.now()
            unit.topics.add(Topic(name="news", title=self.TITLE), at=at)
            unit.topics.add(Topic(name="events", title="Events"), at=at)
            unit.commit()

    def left(self, premises: Premises) -> frozenset[str]:
        """Return which topics the address left."""
        application = premises.service.application(premises.workspace_id(HERE))
        with application.units.read() as unit:
            return frozenset(unit.opt_outs.topics_left(address_hash(ADDRESS)))

    def test_are_shown_as_text(self, premises: Premises, client: TestClient) -> None:
        """A title is escaped; the page may load and run nothing, and post to us alone."""
        self.offered(premises)
        answer = client.get(link(premises))
        assert "News &lt;b&gt;&amp; offers&lt;/b&gt;" in answer.text
        assert "<b>" not in answer.text
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self'" in policy
        assert "set-cookie" not in answer.headers

    def test_are_not_asked_about_where_there_are_none(
        self, premises: Premises, client: TestClient
    ) -> None:
        """A workspace without topics has the one button."""
        assert "checkbox" not in client.get(link(premises)).text

    def test_are_left_by_a_post(self, premises: Premises, client: TestClient) -> None:
        """The ticked ones, of those that there are; everything else stays as it was."""
        self.offered(premises)
        path = f"{link(premises)}/topics"
        answer = client.post(path, data={"topic": ["news", "made-up"]})
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
        assert self.left(premises) == {"news"}
        assert not suppressed(premises)
        assert "checked disabled" in client.get(link(premises)).text

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
    def test_are_left_by_nothing_else(
        self, premises: Premises, client: TestClient, method: str
    ) -> None:
        """A scanner that follows a form's address changes nothing."""
        self.offered(premises)
        answer = client.request(method, f"{link(premises)}/topics?topic=news")
        assert answer.status_code == 405
        assert self.left(premises) == frozenset()

    @pytest.mark.parametrize(
        "body", [b"", b"topic", b"\xff=1", b"&".join([b"topic=news"] * 60), b"subject=news"]
    )
    def test_are_named_by_a_form(self, premises: Premises, client: TestClient, body: bytes) -> None:
        """A body of another shape names none."""
        self.offered(premises)
        assert client.post(f"{link(premises)}/topics", content=body).status_code == 200
        assert self.left(premises) == frozenset()

    def test_come_back_by_a_post(self, premises: Premises, client: TestClient) -> None:
        """What the link closed it opens: offered once it was left, and by POST alone."""
        self.offered(premises)
        self.known(premises)
        path = f"{link(premises)}/topics"
        assert "/return" not in client.get(link(premises)).text
        client.post(path, data={"topic": ["news", "events"]})
        assert f'action="{link(premises).removeprefix("/u/")}/topics/return"' in (
            client.get(link(premises)).text
        )
        assert client.get(f"{path}/return?topic=news").status_code == 405
        assert self.left(premises) == {"news", "events"}
        answer = client.post(f"{path}/return", data={"topic": "news"})
        assert (answer.status_code, "again" in answer.text) == (200, True)
        assert self.left(premises) == {"events"}

    def test_do_not_come_back_after_everything(
        self, premises: Premises, client: TestClient
    ) -> None:
        """The page is shown again, and says nothing that was not done."""
        self.offered(premises)
        self.known(premises)
        client.post(f"{link(premises)}/topics", data={"topic": "news"})
        client.post(link(premises), data=RFC_8058)
        answer = client.post(f"{link(premises)}/topics/return", data={"topic": "news"})
        assert "Unsubscribe" in answer.text
        assert "/topics/return" not in answer.text
        assert (self.left(premises), suppressed(premises)) == ({"news"}, True)
        made_up = client.post("/u/made-up/topics/return", data={"topic": "news"})
        assert made_up.status_code == 404

    def known(self, premises: Premises) -> None:
        """Make the reader a contact: a consent is somebody's."""
        application = premises.service.application(premises.workspace_id(HERE))
        with application.units.write() as unit:
            CrmRows(unit).add_contact(Contact(contact_id=ContactId("con_a"), addresses=(ADDRESS,)))
            unit.commit()

    def test_need_the_very_token(self, premises: Premises, client: TestClient) -> None:
        """Whoever makes a token up leaves nothing for anybody."""
        self.offered(premises)
        answer = client.post("/u/made-up/topics", data={"topic": "news"})
        assert answer.status_code == 404
        assert self.left(premises) == frozenset()
