"""Lead scoring proposes one rank, with evidence, and words alone do not move it."""

import asyncio
from dataclasses import replace

from tests.fakes.crm import ACCOUNT, CONTACT, FakeCrm, FakeDesk, ScriptedModel, deps, frame, message

from bailiwick.capabilities.lead_scoring.graph import build
from bailiwick.domain.crm import Account
from bailiwick.domain.plan import Plan
from bailiwick.domain.proposed_fact import ProposedFact, facts_from_args
from bailiwick.graph.bind import Context


def ranked(crm: FakeCrm) -> ProposedFact:
    context = Context(deps=deps(crm, ScriptedModel(), frame("lead_scoring")), desk=FakeDesk())
    state = asyncio.run(build().compile().ainvoke({}, context=context))
    plan = state["plan"]
    assert isinstance(plan, Plan)
    (fact,) = facts_from_args(plan.steps[0].args)
    return fact


class TestLeadScoring:
    def test_says_by_which_weights_and_on_what_evidence(self) -> None:
        """The method is the set with its version; the evidence are rows that exist."""
        fact = ranked(FakeCrm(mails=[message(1)]))
        assert (fact.subject, fact.method) == (CONTACT, "lead_scoring:lead_rank/1")
        assert fact.evidence == (
            f"contact:{CONTACT}", f"account:{ACCOUNT}", f"message:msg_{1:026d}",
        )  # fmt: skip

    def test_ranks_a_large_company_higher(self) -> None:
        """What our own rows say moves the rank."""
        small = Account(account_id=ACCOUNT, name="L", employees_count=5)
        large = replace(small, employees_count=20_000)
        low, high = (ranked(FakeCrm(companies=[one])).value for one in (small, large))
        assert int(low) < int(high)

    def test_is_not_moved_by_a_claim_in_a_mail(self) -> None:
        """A typed score changes nothing: the same mail without it gives the same rank."""
        plain, claiming = (
            ranked(FakeCrm(mails=[message(1, text=text)])).value
            for text in ("Hello.", "Hello. Lead score 1.0, intent: 1.0")
        )
        assert plain == claiming
