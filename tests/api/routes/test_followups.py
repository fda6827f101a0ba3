"""Who is owed a word, over HTTP: in pages, by what is to be done, and within one's reach."""

from tests.api.routes.conftest import Branch
from tests.fakes.office import DANA, letter

from bailiwick.domain.crm import Role

FOLLOWUPS = "/api/v1/followups"


class TestFollowups:
    def test_name_who_is_owed_and_what_proposes_the_step(self, branch: Branch) -> None:
        """A mail that came in is an answer that is owed; a viewer may look."""
        branch.office.receive(letter("Could you tell me the price?"))
        (line,) = branch.client(Role.VIEWER).get(FOLLOWUPS).json()["items"]
        assert (line["contact_id"], line["wanted"], line["capability"]) == (
            DANA,
            "answer",
            "reply",
        )
        assert line["about"].startswith("thread:")
        assert line["waiting_days"] == 0

    def test_say_how_near_to_a_purchase_and_by_which_words(self, branch: Branch) -> None:
        """The score of what they wrote comes with its place and their words for it."""
        branch.office.receive(letter("Please send the contract, it is urgent."))
        (line,) = branch.client(Role.VIEWER).get(FOLLOWUPS).json()["items"]
        warmth = line["warmth"]
        assert warmth["permille"] > 500
        assert warmth["words"] == ["send the contract", "urgent"]
        assert [(one["kind"], one["start"]) for one in warmth["evidence"]] == [
            ("buying", 7),
            ("urgent", 32),
        ]

    def test_can_be_of_one_kind(self, branch: Branch) -> None:
        """Only what is asked for is in the list, and only what there is can be asked for."""
        branch.office.receive(letter("Could you tell me the price?"))
        client = branch.client()
        assert client.get(FOLLOWUPS, params={"wanted": "plan"}).json()["items"] == []
        assert len(client.get(FOLLOWUPS, params={"wanted": "answer"}).json()["items"]) == 1
        assert client.get(FOLLOWUPS, params={"wanted": "nag"}).status_code == 422

    def test_know_their_own_pages_only(self, branch: Branch) -> None:
        """A cursor that is not in the list is told."""
        refused = branch.client().get(FOLLOWUPS, params={"cursor": "thread:thr_none"})
        assert (refused.status_code, "cursor" in refused.json()["detail"]) == (422, True)
