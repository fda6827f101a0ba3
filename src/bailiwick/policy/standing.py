"""The facts a rule may read: typed, no free text, read fresh just before judging.

Every field is a bool, an int (with its unit in the name), a short closed word, or a set of such
words. The Cedar schema is rendered from these annotations, so a field added here is at once a fact
that rules can name; `engine/law/gather.py` must read it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStanding:
    """The approval that stands for this payload, if any."""

    payload_matches: bool
    """The approval names the hash of exactly this payload."""
    roles: frozenset[str]
    """Roles of the persons who signed, each with the lower roles it includes."""
    persons_count: int
    """Different persons who signed and are approvers or above; the signature of a rep is none."""
    requester_signed: bool
    """A person who made or edited this payload is among the signers."""
    age_seconds: int
    """Since the oldest of the signatures."""
    override: bool = False
    """Reserved for a recorded override with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything the law may know about one step at one moment."""

    # the step
    effect: str
    risk: int
    """0 to 3."""
    confidence_permille: int
    requires_approval: bool
    """The planner asked for a person."""
    approval_forced: bool
    """The action's terms demand a person."""
    declared: bool
    """The proposing capability's spec lists the action."""
    tainted_sink: bool
    """A sink argument came from untrusted text and matches no trusted record."""
    tainted_run: bool
    """The run has read text from outside."""
    records_count: int
    """Rows the step would change."""
    # autonomy and stop
    level_granted: int
    level_required: int
    halted: bool
    # the contact
    contact_known: bool
    suppressed: bool
    do_not_contact: bool
    bounced: bool
    unsubscribed: bool
    opt_out_doubtful: bool
    """A message may ask to stop; a person has not decided yet."""
    topic_left: bool
    """The recipient wants no more mail of the topic that this mail is about."""
    namesakes_count: int
    """Other records that the name in question fits as well."""
    entity_confirmed: bool
    """The recipient is pinned by more than a name: address of the thread, or a person's choice."""
    consent: str
    """For the purpose at hand: `granted`, `denied`, `implied` or `none`."""
    jurisdiction: str
    """`opt_in` or `opt_out` where the contact lives."""
    purpose: str
    """`service`, `marketing` or `internal`."""
    # the mail, when the step sends one
    recipient_matches: bool
    """The address is one of the contact's own, from a trusted record."""
    sender_matches: bool
    """The sender is the workspace's mailbox."""
    answers_inbound: bool
    """The contact wrote to us in this thread and this answers it."""
    injection_signs: bool
    """The text being answered carries signs of injected instructions."""
    concerns: frozenset[str]
    """Concerns of the text being answered, from a closed list."""
    unsupported_claims_count: int
    restricted_content: bool
    """The text carries a secret, canary or field that this reader may not see."""
    postal_address_missing: bool
    """It advertises to where our postal address has to stand in it, and does not have it."""
    links_foreign_count: int
    """Links to hosts that are not ours."""
    # rhythm
    quiet_hours: bool
    """It is night or a rest day where the contact lives."""
    touches_recent_count: int
    """Marketing mails to this contact in the window of the frequency cap."""
    touches_recent_max: int
    automatic_replies_today_count: int
    """Mails already sent in this thread today without a person."""
    autoresponder: bool
    """The message being answered was sent by a machine."""
    campaign_over: bool = False
    """The mail is a campaign's touch whose recipient has ended or pauses, or which is settled."""
    approval: ApprovalStanding | None = None
