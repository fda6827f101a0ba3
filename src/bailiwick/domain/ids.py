"""Typed identifiers. The prefix of each is in PREFIX; `kit/ids.py` makes the text."""

from typing import Final, NewType

WorkspaceId = NewType("WorkspaceId", str)
PersonId = NewType("PersonId", str)
AccountId = NewType("AccountId", str)
ContactId = NewType("ContactId", str)
OpportunityId = NewType("OpportunityId", str)
ActivityId = NewType("ActivityId", str)
TaskId = NewType("TaskId", str)
ThreadId = NewType("ThreadId", str)
MessageId = NewType("MessageId", str)
FactId = NewType("FactId", str)
SignalId = NewType("SignalId", str)
RunId = NewType("RunId", str)
PlanId = NewType("PlanId", str)
StepId = NewType("StepId", str)
ApprovalId = NewType("ApprovalId", str)
EffectId = NewType("EffectId", str)
GrantId = NewType("GrantId", str)
ModelCallId = NewType("ModelCallId", str)
BatchId = NewType("BatchId", str)
JobId = NewType("JobId", str)
ScheduleId = NewType("ScheduleId", str)
EndpointId = NewType("EndpointId", str)
DeliveryId = NewType("DeliveryId", str)
SourceId = NewType("SourceId", str)

PREFIX: Final[dict[str, str]] = {
    "workspace": "wsp", "person": "per", "account": "acc", "contact": "con", "address": "adr",
    "lead": "led", "opportunity": "opp", "product": "prd", "activity": "act", "task": "tsk",
    "thread": "thr", "message": "msg", "fact": "fct", "signal": "sig", "run": "run",
    "plan": "pln", "approval": "apr", "effect": "eff", "grant": "grt",
    "model_call": "mdc", "batch": "bat", "consent": "cns", "suppression": "sup",
    "halt": "hlt", "stage_change": "stg", "seal": "sel",
    "job": "job", "schedule": "sch", "endpoint": "whe", "delivery": "whd", "source": "src",
    "cron": "crn", "kept_answer": "kan",
    "verdict": "vdt", "statement": "stm", "reference": "ref", "cursor": "cur",
    "session": "ses", "key": "key", "team": "tem", "member": "mem", "password": "pwd",
    "failure": "fai", "answer": "ans", "campaign": "cmp", "touch": "tch",
    "topic": "top", "report": "rpt", "filter": "flt",
}  # fmt: skip
"""Three letters for each kind of row; an id is `<prefix>_<26 characters>`."""


def step_id(run_id: RunId, ordinal: int) -> StepId:
    """Name a step by its run and place, so that a run that is repeated names it alike."""
    return StepId(f"{run_id}.{ordinal}")
