"""Checks a finished mail again, from rows read now: claims resolve, statements are backed.

The drafter checked it too; this is the law's own look at the exact text that would go out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bailiwick.domain.drafting.claims import support, unsupported
from bailiwick.domain.drafting.offers import offers_said
from bailiwick.domain.drafting.pack import Pack
from bailiwick.domain.drafting.request import DraftRequest
from bailiwick.domain.drafting.subject import reply_subject
from bailiwick.domain.drafting.templates import ENGLISH, PACKS
from bailiwick.domain.drafting.values import day_agreed, rows_of, usable_facts, values_of
from bailiwick.domain.outbound import OutboundMail

TEMPLATE_REF: Final = "template:"


def unsupported_in(mail: OutboundMail, request: DraftRequest) -> tuple[str, ...]:
    """Return each statement of a mail that the rows of `request` do not support.

    `request` holds the rows as they are now; of its facts only those that the mail cites count.
    """
    pack = PACKS.get(mail.language[:2].casefold(), ENGLISH)
    cited = frozenset(claim.evidence for claim in mail.claims)
    facts = tuple(f for f in request.facts if f"fact:{f.fact_id}" in cited)
    now = replace(request, facts=facts)
    said = support(
        facts=usable_facts(facts),
        knowledge=request.knowledge,
        rows={**rows_of(values_of(now)), **_derived(mail, request, pack)},
    )
    # A subject says nothing new only if it is the thread's own; any other is text like the rest.
    kept = {reply_subject(request.thread_subject, ours=ours) for ours in (True, False)}
    shown = mail.text if mail.subject in kept else f"{mail.subject}\n{mail.text}"
    static = "\n".join(_texts(pack))
    return unsupported(shown, mail.claims, said, template=static, language=pack.language)


def _derived(mail: OutboundMail, request: DraftRequest, pack: Pack) -> Mapping[str, str]:
    """Return what may be cited beside rows.

    A template says nothing beyond its static text. The answered mail says only what its reading
    holds in closed form; its own words never count, whoever cites them. An offered meeting time
    says itself, where the request has it.
    """
    said = {c.evidence: "" for c in mail.claims if c.evidence.startswith(TEMPLATE_REF)}
    if request.message_ref:
        said[request.message_ref] = day_agreed(request.reading, pack)
    return {**said, **offers_said(request.offers, pack)}


def _texts(pack: Pack) -> Iterator[str]:
    yield from (pack.greeting, pack.closing, pack.opt_out, pack.disclosure)
    for variants in (
        pack.thanks,
        pack.asked,
        pack.colleague,
        pack.question,
        pack.agreed,
        pack.next_step_other,
        pack.offers,
        pack.reply_subjects,
        tuple(name for _, name in pack.topic_names),
        *(steps for _, steps in pack.next_steps),
    ):
        yield from variants
    for letter in pack.letters:
        yield from (letter.subject, letter.opening, letter.ask)
    for _, reasons in pack.reasons:
        yield from reasons
