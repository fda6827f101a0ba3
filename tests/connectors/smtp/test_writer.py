from dataclasses import dataclass, field, replace
from email import message_from_bytes

import pytest
from bench.servers.smtp import (
    Sink,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.connectors.smtp.outgoing import (
    KEY,
    MAIL,
    REFERENCE,
    SETTINGS,
    Start,
    payload_of,
    permit_for,
    sent_over,
    writer_for,
)

from bailiwick.connectors.smtp.dkim import DkimKey
from bailiwick.connectors.smtp.endpoint import SmtpEndpoint
from bailiwick.connectors.smtp.writer import Filing, SentCopies
from bailiwick.domain.action import Action
from bailiwick.domain.fault import PortFault
from bailiwick.domain.receipt import Outcome
from bailiwick.kit.hashing import canonical_bytes, digest_bytes


class TestASentMail:
    def test_arrives_as_composed(self, start: Start) -> None:
        """A 250 after the body is `done`; the mail arrived once, byte for byte, to one address."""
        sink = Sink()
        receipt = sent_over(writer_for(start(sink)))
        assert (receipt.outcome, receipt.reason) == (Outcome.DONE, "")
        assert receipt.provider_ref == REFERENCE
        assert receipt.payload_hash == digest_bytes(payload_of(MAIL))
        assert sink.envelopes == [("sales@bailiwick.example", ["ada@customer.example"])]
        message = message_from_bytes(sink.delivered[0])
        assert message["Message-ID"] == REFERENCE
        body = message.get_payload(decode=True)
        assert isinstance(body, bytes)
        assert body.decode().replace("\r\n", "\n") == MAIL.text

    def test_carries_its_return_path_and_signature(self, start: Start) -> None:
        """VERP shows on the envelope and the DKIM signature on top of the message."""
        sink = Sink()
        key = DkimKey(
            domain="bailiwick.example", selector="s", private=Ed25519PrivateKey.generate()
        )
        sent_over(writer_for(start(sink), headers=replace(SETTINGS, verp=True), key=key))
        assert sink.envelopes[0][0] == f"sales+b-{KEY[:24]}@bailiwick.example"
        assert "DKIM-Signature: v=1;" in sink.delivered[0].decode()

    def test_is_the_permitted_one(self, start: Start) -> None:
        """Another payload than the permit names is a bug: nothing is sent."""
        sink = Sink()
        writer = writer_for(start(sink))
        other = payload_of(replace(MAIL, subject="Another"))
        with pytest.raises(AssertionError, match="not the permitted one"):
            writer.send(payload_of(MAIL), permit=permit_for(other))
        assert sink.delivered == []

    def test_may_be_one_of_many(self, start: Start) -> None:
        """One writer sends one mail after another."""
        sink = Sink()
        writer = writer_for(start(sink))
        assert {sent_over(writer).outcome for _ in range(3)} == {Outcome.DONE}
        assert len(sink.delivered) == 3


class TestAMailThatCannotBeWritten:
    @pytest.mark.parametrize(
        "payload",
        [
            payload_of(replace(MAIL, subject="a\r\nBcc: x@evil.test")),
            payload_of(replace(MAIL, to_address="a@x.example,b@evil.test")),
            payload_of(MAIL, Action.CREATE_TASK),
            canonical_bytes({"action": "send_message", "args": {}}),
            canonical_bytes([]),
        ],
    )
    def test_is_refused_without_a_connection(self, payload: bytes) -> None:
        """A payload that is no sound mail is a dead letter, told in a receipt."""
        writer = writer_for(SmtpEndpoint(host="nowhere.invalid", port=25))
        receipt = writer.send(payload, permit=permit_for(payload))
        assert receipt.outcome is Outcome.NOT_DONE_FINAL
        assert "evil" not in receipt.reason


@dataclass
class Folder:
    """A Sent folder in memory."""

    mails: dict[str, bytes] = field(default_factory=dict[str, bytes])
    broken: bool = False

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        return None if self.broken else rfc_message_id in self.mails

    def close(self) -> None:
        return

    def append_sent(self, raw: bytes, *, rfc_message_id: str) -> bool:
        if self.broken:
            message = "the mailbox is gone"
            raise PortFault(message)
        self.mails[rfc_message_id] = raw
        return True


class TestTheCopyInSent:
    def test_is_filed_when_that_is_ours(self, start: Start) -> None:
        """After the server's yes the very bytes that went out are filed."""
        sink, folder = Sink(), Folder()
        writer = writer_for(start(sink), sent=SentCopies(folder=folder, filing=Filing.OURS))
        sent_over(writer)
        assert folder.mails[REFERENCE] == sink.delivered[0]
        assert writer.was_sent(KEY) is True

    def test_never_unsends_the_mail(self, start: Start) -> None:
        """A folder that fails is told in the receipt; the mail stays sent."""
        sent = SentCopies(folder=Folder(broken=True), filing=Filing.OURS)
        receipt = sent_over(writer_for(start(Sink()), sent=sent))
        assert receipt.outcome is Outcome.DONE
        assert "not filed" in receipt.reason

    def test_is_left_to_a_provider_that_files_itself(self, start: Start) -> None:
        """Where the provider files, we add nothing."""
        folder = Folder()
        sent_over(writer_for(start(Sink()), sent=SentCopies(folder=folder, filing=Filing.PROVIDER)))
        assert folder.mails == {}

    def test_is_not_filed_when_nothing_was_sent(self, start: Start) -> None:
        """A refused mail leaves no copy."""
        folder = Folder()
        sent = SentCopies(folder=folder, filing=Filing.OURS)
        sent_over(writer_for(start(Sink(rcpt_reply="550 no")), sent=sent))
        assert folder.mails == {}


class TestALookUp:
    def test_proves_absence_only_where_the_provider_files(self) -> None:
        """Not in Sent means not sent if the provider files; if we file, we may have died before."""
        point = SmtpEndpoint(host="127.0.0.1", port=25)
        for filing, answer in ((Filing.PROVIDER, False), (Filing.OURS, None)):
            sent = SentCopies(folder=Folder(), filing=filing)
            assert writer_for(point, sent=sent).was_sent(KEY) is answer

    def test_knows_nothing_without_a_folder_or_an_answer(self) -> None:
        """No folder, or one that cannot be asked, is not an absence."""
        point = SmtpEndpoint(host="127.0.0.1", port=25)
        sent = SentCopies(folder=Folder(broken=True), filing=Filing.PROVIDER)
        assert writer_for(point).was_sent(KEY) is None
        assert writer_for(point, sent=sent).was_sent(KEY) is None
