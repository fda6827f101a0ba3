"""Compose one mail from facts and templates, or say why there is none.

Foreign text has no way in: a reply knows the typed reading alone, so it can acknowledge topics of
the closed list and days in normal form, and quotes nothing. What approved knowledge does not answer
is promised to a colleague, never invented.
"""

from dataclasses import replace
from typing import Final

from bailiwick.domain.drafting.body import Body
from bailiwick.domain.drafting.claims import support, unsupported
from bailiwick.domain.drafting.letter import letter_body
from bailiwick.domain.drafting.merge import MissingField, merge, name_shaped
from bailiwick.domain.drafting.offers import offers_said
from bailiwick.domain.drafting.pack import Pack
from bailiwick.domain.drafting.reply import message_ref, reply_text
from bailiwick.domain.drafting.request import Abstained, Draft, DraftRequest, Kind, Reason
from bailiwick.domain.drafting.style import BODY_LENGTH_MIN, faults
from bailiwick.domain.drafting.subject import PREFIX, reply_subject
from bailiwick.domain.drafting.templates import pack_for, rotated, template_id
from bailiwick.domain.drafting.values import Value, rows_of, usable_facts, values_of
from bailiwick.domain.outbound import Claim, OutboundMail, Purpose
from bailiwick.domain.reading import Concern, Intent

ASKS_NO_REPLY: Final = frozenset(
    {Intent.UNSUBSCRIBE, Intent.BOUNCED, Intent.SPAM, Intent.AUTO_REPLY}
)
NEEDS_PERSON: Final = frozenset(Concern) - {Concern.PRICING}
"""Prices are answered from approved knowledge or by a colleague; the rest is not drafted."""
POSTAL_COUNTRIES: Final = frozenset({"US"})  # CAN-SPAM Act, 15 U.S.C. 7704(a)(5)(A)(iii)


def compose(request: DraftRequest) -> Draft | Abstained:
    """Write a mail, or name the reason for writing none."""
    reason = _refusal(request)
    if reason is not None:
        return reason
    pack = pack_for(request)
    values = values_of(request)
    body = (
        _reply(request, pack, values)
        if request.kind is Kind.REPLY
        else letter_body(request, pack, values)
    )
    if isinstance(body, Abstained):
        return body
    return _finished(request, pack, values, body)


def _refusal(request: DraftRequest) -> Abstained | None:
    if not request.contact.address:
        return Abstained(reason=Reason.NO_ADDRESS, detail=request.contact.contact_id)
    reading = request.reading
    if reading is None:
        return None
    if reading.opt_out:
        return Abstained(reason=Reason.OPTED_OUT)
    if reading.automatic or reading.intent in ASKS_NO_REPLY:
        return Abstained(reason=Reason.NEEDS_PERSON, detail=reading.intent.value)
    concerns = sorted(reading.concerns & NEEDS_PERSON)
    return Abstained(reason=Reason.NEEDS_PERSON, detail=concerns[0].value) if concerns else None


def _reply(request: DraftRequest, pack: Pack, values: dict[str, Value]) -> Body | Abstained:
    texts = {name: value.text for name, value in values.items()}
    subject = _reply_subject(request, pack, texts)
    if not subject:
        return Abstained(reason=Reason.NO_SUBJECT, detail="workspace.company")
    broken: tuple[str, ...] = ()
    unoffered = replace(request, offers=())
    for asked, answered in ((request, True), (unoffered, True), (unoffered, False)):
        reply = reply_text(asked, pack, texts, answered=answered)
        if isinstance(reply, MissingField):
            return Abstained(reason=Reason.MISSING_FIELD, detail=reply.field)
        broken = faults(Kind.REPLY, subject, reply.text)
        if not broken:
            return Body(
                subject=subject, text=reply.text,
                static=reply.static + "\n" + "\n".join(pack.reply_subjects),
                template=template_id(pack, reply.key), fields=reply.fields,
                claims=reply.claims, asks_colleague=reply.asks_colleague, topics=reply.topics,
            )  # fmt: skip
    return Abstained(reason=Reason.STYLE, detail=", ".join(broken))


def _reply_subject(request: DraftRequest, pack: Pack, texts: dict[str, str]) -> str:
    kept = reply_subject(request.thread_subject, ours=request.thread_is_ours)
    if kept:
        return kept
    for template in rotated(pack.reply_subjects, request, salt="subject"):
        merged = merge(template, texts)
        if isinstance(merged, MissingField):
            continue
        if not faults(Kind.REPLY, merged.text, "x" * BODY_LENGTH_MIN):
            return merged.text
    return ""


def _finished(
    request: DraftRequest, pack: Pack, values: dict[str, Value], body: Body
) -> Draft | Abstained:
    """Add the footer, cite every value, and check the whole before it is called a draft."""
    footer = _footer(request, pack, values)
    if isinstance(footer, Abstained):
        return footer
    text = f"{body.text}\n\n{footer}" if footer else body.text
    claims = _claims(body, values, footer)
    said = support(
        facts=usable_facts(request.facts),
        knowledge=request.knowledge,
        rows={
            **rows_of(values),
            message_ref(request): "\n".join(
                c.text for c in body.claims if c.evidence == message_ref(request)
            ),
            f"template:{body.template}": body.static,
            **offers_said(request.offers, pack),
        },
    )
    static = f"{body.static}\n{pack.opt_out}\n{pack.disclosure}"
    checked = body.text if body.subject.startswith(PREFIX) else f"{body.subject}\n{body.text}"
    missing = unsupported(
        f"{checked}\n{footer}", claims, said, template=static, language=pack.language
    )
    if missing:
        return Abstained(reason=Reason.UNSUPPORTED, detail=f"{len(missing)} statements")
    mail = OutboundMail(
        to_address=request.contact.address,
        to_name=name_shaped(request.contact.name),
        from_address=request.workspace.mailbox,
        from_name=_from_name(values),
        subject=body.subject,
        text=text,
        purpose=request.purpose,
        language=pack.language,
        in_reply_to=request.in_reply_to,
        references=request.references,
        claims=claims,
        template=body.template,
        topic=request.topic,
    )
    return Draft(mail=mail, asks_colleague=body.asks_colleague, topics=body.topics)


def _footer(request: DraftRequest, pack: Pack, values: dict[str, Value]) -> str | Abstained:
    lines: list[str] = []
    if request.purpose is Purpose.MARKETING:
        postal = values.get("workspace.postal_address")
        if postal is None and needs_postal_address(
            request.contact.country, jurisdiction=request.workspace.jurisdiction
        ):
            return Abstained(reason=Reason.NO_POSTAL_ADDRESS, detail="workspace.postal_address")
        lines.append(pack.opt_out)
        lines += [postal.text] if postal is not None else []
    # That automation prepared it is always said: no law asks for less, and some ask for it.
    lines.append(pack.disclosure)
    return "\n".join(lines)


def needs_postal_address(country: str, *, jurisdiction: str) -> bool:
    """Tell whether advertising to a country takes our postal address; none is the workspace's."""
    plain = country.upper()
    return plain in POSTAL_COUNTRIES or (not plain and jurisdiction == "opt_out")


def _claims(body: Body, values: dict[str, Value], footer: str) -> tuple[Claim, ...]:
    fields = list(body.fields)
    postal = values.get("workspace.postal_address")
    if postal is not None and postal.text in footer:
        fields.append("workspace.postal_address")
    cited = [
        Claim(text=values[name].text, evidence=values[name].evidence)
        for name in dict.fromkeys(fields)
        if name in values
    ]
    template = Claim(text=body.template, evidence=f"template:{body.template}")
    return (*cited, *body.claims, template)


def _from_name(values: dict[str, Value]) -> str:
    names = (values.get("sender.name"), values.get("workspace.company"))
    return next((value.text for value in names if value is not None), "")
