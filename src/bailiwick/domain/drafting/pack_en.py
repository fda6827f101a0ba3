"""English templates."""

from typing import Final

from bailiwick.domain.drafting.letters_en import LETTERS, REASONS
from bailiwick.domain.drafting.pack import Pack
from bailiwick.domain.reading import Intent

ENGLISH: Final = Pack(
    language="en",
    greeting="Hello[[ {{contact.first_name}}]],",
    closing="Kind regards,\n[[{{sender.name}}\n]]{{workspace.company}}",
    thanks=(
        "Thank you for your message.",
        "Thank you for writing to us.",
        "Many thanks for your note.",
    ),
    asked=(
        "I have noted what you wrote about {{topics}}.",
        "You wrote about {{topics}}, and I want you to get a clear answer.",
    ),
    colleague=(
        "On {{topics}} a colleague who knows the details will follow up with a precise answer.",
        "For {{topics}} I have asked a colleague to follow up, so that what you get is correct.",
    ),
    question=(
        "A colleague will follow up on your question with a precise answer.",
        "I have passed your question to a colleague, who will follow up with you.",
    ),
    agreed=(
        "I have noted {{hook}} and we will confirm it with an invitation.",
        "We have {{hook}} in mind, and an invitation will follow once a colleague confirms it.",
    ),
    next_steps=(
        (Intent.INTERESTED, (
            "Would a short call be useful as a next step? Please name a time that suits you.",
            "As a next step I suggest a short call. Which day would suit you?",
        )),
        (Intent.INFO_REQUEST, (
            "If anything else is open, reply to this message and we will include it.",
            "Would it help to go through this in a short call?",
        )),
        (Intent.MEETING_SCHEDULED, (
            "If there is anything you would like us to prepare, just reply to this message.",
            "Please tell us who else should join from your side.",
        )),
        (Intent.NOT_INTERESTED, (
            "We will leave it there. If your plans change, a short reply is enough.",
            "Understood, we will not pursue this further. You can reach us here at any time.",
        )),
    ),
    next_step_other=(
        "We will come back to you shortly. Please reply here if there is anything to add.",
        "We will look into it and get back to you.",
    ),
    offers=(
        "Would a short call suit you at one of these times: {{slots}}? If not, which would?",
        "For a short call I can offer these times: {{slots}}. Please name one, or another time.",
    ),
    reply_subjects=("Your message to {{workspace.company}}", "About your message"),
    letters=LETTERS,
    reasons=REASONS,
    opt_out="If you prefer no further messages from us, reply with STOP.",
    disclosure="This message was prepared with the help of automation.",
    topic_names=(
        ("pricing", "pricing"), ("demo", "a demo"), ("timeline", "the timeline"),
        ("contract", "the contract"), ("security", "security"), ("support", "support"),
        ("renewal", "the renewal"), ("integration", "integration"), ("onboarding", "onboarding"),
        ("invoice", "the invoice"), ("meeting", "a meeting"),
    ),
    join=" and ",
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    day="D M Y",
    weekdays=(
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ),
    slot="{weekday} {day}, {time}",
)  # fmt: skip
