"""Keeps the mail of a sent effect in its thread, from the very payload that was approved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import MessageId, ThreadId
from bailiwick.domain.mail_address import domain_of
from bailiwick.domain.message import Direction, Parse, ParsedMail
from bailiwick.domain.outbound import OutboundMail, from_args, message_id_of
from bailiwick.kit.hashing import canonical_bytes, digest_bytes
from bailiwick.ports.mail_archive import Arrival
from bailiwick.store.mail_archive import SqlMailArchive
from bailiwick.store.scope import Scope

FOLDER: Final = "sent by us"


class SqlSentMail:
    """The mails that this product sent for one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._archive = SqlMailArchive(scope)

    def keep(self, row: EffectRow, *, at: datetime) -> MessageId:
        """Keep the mail of a sent effect and count it on the contact.

        Raises IntegrityFault when the stored payload is no mail.
        """
        args = row.args.get("mail")
        try:
            mail = from_args(args) if isinstance(args, Mapping) else None
        except (ValueError, TypeError):
            mail = None
        if mail is None:
            message = f"effect {row.effect_id!r} was sent, but its stored payload is no mail"
            raise IntegrityFault(message)
        raw = canonical_bytes({"action": row.action.value, "args": row.args})
        message_id, _ = self._archive.add(
            Arrival(
                raw=raw,
                mail=_as_parsed(mail, row, raw, at=at),
                reading=None,
                direction=Direction.OUTBOUND,
                contact_id=self._archive.contact_by_address(mail.to_address),
                thread_id=self._thread(mail),
                received_at=at,
                folder=FOLDER,
                external_id=row.effect_id,
            )
        )
        return message_id

    def _thread(self, mail: OutboundMail) -> ThreadId | None:
        answered = self._archive.by_rfc_id(mail.in_reply_to) if mail.in_reply_to else None
        return answered.thread_id if answered else None


def _as_parsed(mail: OutboundMail, row: EffectRow, raw: bytes, *, at: datetime) -> ParsedMail:
    domain = domain_of(mail.from_address)
    return ParsedMail(
        raw_sha256=digest_bytes(raw + row.effect_key.encode("ascii")),
        parse=Parse.CLEAN,
        rfc_message_id=message_id_of(row.effect_key, domain=domain),
        in_reply_to=(mail.in_reply_to,) if mail.in_reply_to else (),
        references=mail.references,
        from_address=mail.from_address,
        from_name=mail.from_name,
        to=(mail.to_address,),
        subject=mail.subject,
        sent_at=at,
        text=mail.text,
        own_text=mail.text,
        automatic=mail.automatic,
    )
