"""The effect ledger: what went out, what is in doubt, what failed; and a person's word on it."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.problem import present
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Changed, Reasoned, Told
from bailiwick.domain.ids import EffectId
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.right import Right
from bailiwick.engine.delivery.settle import Answer

router = own_router("effects")
Reading = Annotated[Caller, may(Right.READ)]
Operating = Annotated[Caller, may(Right.OPERATE)]
EffectName = Annotated[str, Path(alias="effect_id", min_length=1, max_length=80)]


class EffectBody(Told):
    """One row of the ledger."""

    effect_id: str
    state: str
    payload_hash: str


class Settle(Reasoned):
    """What became of an effect in doubt."""

    answer: Answer


@router.get("/effects", responses={200: {"model": PageOf}})
def list_effects(
    caller: Reading,
    state: Annotated[EffectState, Query()] = EffectState.READY,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List effects in a state, oldest first."""
    with caller.units.read() as unit:
        found = unit.effects.in_state(state, cursor=cursor, size=size)
    return page(found)


@router.get("/effects/{effect_id}", responses={200: {"model": EffectBody}})
def read_effect(caller: Reading, effect: EffectName) -> Response:
    """Show one effect with its receipt."""
    with caller.units.read() as unit:
        found = unit.effects.get(EffectId(effect))
    return ready(present(found, "effect", effect))


@router.post("/effects/{effect_id}/settle", responses={200: {"model": Changed}})
def settle_effect(caller: Operating, effect: EffectName, body: Settle) -> Response:
    """Say what became of an effect in doubt; `not_sent` sends it after a fresh judgement."""
    state = caller.application.settlement.settle_by_person(
        EffectId(effect), body.answer, person_id=caller.person_id, reason=body.reason
    )
    return ready({"result": state, "effect_id": effect})


@router.post("/effects/{effect_id}/replay", responses={200: {"model": Changed}})
def replay_effect(caller: Operating, effect: EffectName, body: Reasoned) -> Response:
    """Put a dead letter back into the queue, to be judged afresh."""
    state = caller.application.settlement.replay(
        EffectId(effect), person_id=caller.person_id, reason=body.reason
    )
    return ready({"result": state, "effect_id": effect})
