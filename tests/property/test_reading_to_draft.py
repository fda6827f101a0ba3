from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bailiwick.domain.crm import Account, Contact, Workspace
from bailiwick.domain.drafting.compose import compose
from bailiwick.domain.drafting.request import Abstained, Draft, DraftRequest, Kind
from bailiwick.domain.drafting.style import faults
from bailiwick.domain.drafting.templates import PACKS
from bailiwick.domain.ids import AccountId, ContactId, WorkspaceId
from bailiwick.domain.message import Parse, ParsedMail
from bailiwick.domain.outbound import Purpose
from bailiwick.domain.reader.read import read
from bailiwick.models.reply_labels import published_weights

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
FIELD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(("Dana", "Acme Steel GmbH", "3M", "{{7*7}}", "<svg>", "a\r\nBcc: b", "")),
)


@given(
    name=FIELD,
    company=FIELD,
    city=FIELD,
    own=st.text(max_size=200),
    subject=st.text(max_size=100),
    kind=st.sampled_from(list(Kind)),
    language=st.sampled_from(sorted(PACKS)),
    number=st.integers(0, 50),
    purpose=st.sampled_from(list(Purpose)),
)
@settings(max_examples=200, derandomize=True)
def test_no_input_makes_an_unsupported_or_unfit_draft(  # noqa: PLR0913 - one strategy each
    *,
    name: str,
    company: str,
    city: str,
    own: str,
    subject: str,
    kind: Kind,
    language: str,
    number: int,
    purpose: Purpose,
) -> None:
    """Any rows and any inbound text give a fit mail that quotes nothing, or a named reason."""
    marked = f"{own} zqxjword"
    mail = ParsedMail(
        raw_sha256="0" * 64, parse=Parse.CLEAN, own_text=marked, from_address="d@acme.example"
    )
    request = DraftRequest(
        kind=kind,
        contact=Contact(
            contact_id=ContactId(f"con_{number}"), first_name=name, addresses=("d@acme.example",)
        ),
        account=Account(account_id=AccountId("acc_1"), name=company, city=city),
        workspace=Workspace(
            workspace_id=WorkspaceId("wsp_1"), name="n", mailbox="s@north.example", company="North"
        ),
        reading=read(mail, now=NOW, weights=published_weights()),
        thread_subject=subject,
        language=language,
        purpose=purpose,
    )
    result = compose(request)
    if isinstance(result, Abstained):
        assert result.reason
        return
    assert isinstance(result, Draft)
    sent = result.mail
    assert faults(kind, sent.subject, sent.text.rpartition("\n\n")[0]) == ()
    assert "zqxj" not in sent.text + sent.subject
    assert "{{" not in sent.text
    assert not set("\r\n") & set(sent.subject + sent.to_name + sent.from_name)
    days = (
        [span for span in request.reading.spans if span.kind == "date"] if request.reading else []
    )
    if not days and not any(c.isdigit() for c in name + company + city):
        assert not any(c.isdigit() for c in sent.text), "a number without a source"
    assert all(claim.evidence for claim in sent.claims)
