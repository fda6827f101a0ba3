"""Tools that propose: every one ends in a verdict, and none can decide what waits for a person."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, cast

from pydantic import Field

from bailiwick.domain.action import Action
from bailiwick.domain.crm import Contact
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import ContactId, OpportunityId
from bailiwick.domain.right import Right
from bailiwick.engine.proposing import Proposal
from bailiwick.engine.runs.requests import KEY_LENGTH_MAX, RequestRefused, RunRequest
from bailiwick.engine.whom import found_contact
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.text import one_line
from bailiwick.mcp.arguments import (
    SUBJECT_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    WORDS_LENGTH_MAX,
    Id,
    Reason,
    Whom,
)
from bailiwick.mcp.shapes import Proposed
from bailiwick.mcp.tool import Tool
from bailiwick.ports.queue import Full
from bailiwick.wiring.answers import proposing, requests
from bailiwick.wiring.caller import Caller

STAGES_COUNT_MAX: Final = 200  # ours: CRMs have ten or so a pipeline
STAGES_TOLD_COUNT_MAX: Final = 20  # ours: enough to choose from

Verdict = Literal["allowed", "held", "refused"]
Title = Annotated[str, Field(min_length=1, max_length=WORDS_LENGTH_MAX)]


class UnableToTakeProposal(InputFault):
    """What is proposed names something that is not there, or cannot be taken now."""


class Case(StrEnum):
    """How a person is asked."""

    TASK = "task"
    """Something to do, in the words of the title and reason."""
    ESCALATION = "escalation"
    """Please look at the contact's conversation; carries no words from outside."""


def propose_email(
    caller: Caller,
    *,
    contact: Whom,
    subject: Annotated[str, Field(min_length=1, max_length=SUBJECT_LENGTH_MAX)],
    text: Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH_MAX)],
    reason: Reason,
) -> Proposed:
    """Propose a mail to a contact's own address, in the workspace's name."""
    with caller.units.read() as unit:
        whom = _contact(unit.crm.contact(found_contact(unit, contact)))
        workspace = unit.crm.workspace()
    mail = proposing(caller.application).mail(whom, workspace, subject=subject, text=text)
    return _put(
        caller,
        Action.SEND_MESSAGE,
        {"contact_id": whom.contact_id, "mail": mail},
        contact_id=whom.contact_id,
        reason=reason,
    )


def propose_stage_change(
    caller: Caller,
    *,
    opportunity_id: Id,
    stage: Annotated[
        str,
        Field(min_length=1, max_length=WORDS_LENGTH_MAX, description="A stage that is in use."),
    ],
    reason: Reason,
) -> Proposed:
    """Propose to move an open deal to another stage of the pipeline."""
    with caller.units.read() as unit:
        deal = unit.lists.opportunity(OpportunityId(opportunity_id))
    with caller.application.units.read() as unit:  # stages are the workspace's, not a customer's
        stages = unit.lists.stages(count_max=STAGES_COUNT_MAX)
    if deal is None:
        message = f"there is no deal {opportunity_id!r} here"
        raise UnableToTakeProposal(message)
    if stage not in stages:
        known = ", ".join(map(repr, stages[:STAGES_TOLD_COUNT_MAX])) or "none yet"
        message = f"no deal is in a stage {stage!r}; in use are {known}"
        raise UnableToTakeProposal(message)
    return _put(
        caller,
        Action.CHANGE_STAGE,
        {"opportunity_id": deal.opportunity_id, "stage": stage},
        contact_id=deal.contact_id,
        reason=reason,
        matched=frozenset({"stage"}),
    )


def propose_case(
    caller: Caller, *, contact: Whom, title: Title, reason: Reason, kind: Case = Case.TASK
) -> Proposed:
    """Put something about a contact before a person: a task, or a plain request to look."""
    with caller.units.read() as unit:
        whom = _contact(unit.crm.contact(found_contact(unit, contact)))
    args: dict[str, Canonical] = {"contact_id": whom.contact_id}
    if kind is Case.TASK:
        args["title"] = one_line(f"{title}: {reason}")
    action = Action.CREATE_TASK if kind is Case.TASK else Action.ESCALATE_TO_PERSON
    return _put(caller, action, args, contact_id=whom.contact_id, reason=f"{title}: {reason}")


def request_run(
    caller: Caller,
    *,
    capability: Id,
    contact_id: Annotated[str | None, Field(max_length=80)] = None,
    message_id: Annotated[
        str | None, Field(max_length=80, description="A mail to start from, instead of a contact.")
    ] = None,
    key: Annotated[
        str,
        Field(max_length=KEY_LENGTH_MAX, description="Your name for the request: the same again "
              "is the same run."),
    ] = "",
) -> Proposed:  # fmt: skip
    """Ask for a run of a capability; each step that it proposes is judged by the law."""
    given = {"contact_id": contact_id, "message_id": message_id}
    wanted = RunRequest(
        capability=capability,
        input={name: value for name, value in given.items() if value},
        requested_by=caller.person_id,
        key=key,
    )
    with caller.units.write(records=False) as unit:
        stopped = sorted({"*", f"capability:{capability}"} & unit.authority.halts())
        if stopped:
            reason = f"stopped by {', '.join(stopped)}; nothing was stored"
            return Proposed(verdict="refused", reason=reason, rules=[])
        answer = requests(caller.application).request(unit, wanted)
        if isinstance(answer, RequestRefused):
            raise UnableToTakeProposal(answer.message)
        if isinstance(answer, Full):
            message = (
                f"pool {answer.pool.value} takes no more work now; nothing was stored; "
                f"ask again in {answer.retry_after_seconds} s"
            )
            raise UnableToTakeProposal(message)
        unit.commit()
    told = "stored; its pool runs it" if answer.fresh else "this key was used before: the same run"
    return Proposed(verdict="allowed", run_id=answer.run_id, reason=told, rules=[])


TOOLS: Final = tuple(
    Tool(right=Right.RUN, run=run, proposes=True)
    for run in (propose_email, propose_stage_change, propose_case, request_run)
)


def _contact(found: Contact | None) -> Contact:
    assert found is not None, "found in the same state"
    return found


def _put(
    caller: Caller,
    action: Action,
    args: Mapping[str, Canonical],
    *,
    contact_id: ContactId | None,
    reason: str,
    matched: frozenset[str] = frozenset(),
) -> Proposed:
    """Put a step to the law; tools run in threads, where no loop is under way."""
    proposal = Proposal(
        action=action,
        args=args,
        contact_id=contact_id,
        reason=reason,
        by=caller.person_id,
        matched=matched,
    )
    answer = asyncio.run(proposing(caller.application).propose(proposal))
    return Proposed(
        verdict=cast("Verdict", answer.verdict),
        approval_id=answer.approval_id,
        run_id=answer.run_id,
        reason=answer.reason,
        rules=list(answer.rules),
    )
