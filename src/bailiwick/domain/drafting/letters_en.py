"""English letters of a series: for each angle and footing at least three, and what each adds."""

from typing import Final

from bailiwick.domain.drafting.pack import Letter
from bailiwick.domain.drafting.persona import Footing, Persona
from bailiwick.domain.drafting.place import Angle

LETTERS: Final = (
    Letter(
        angle=Angle.INTRODUCTION,
        key="question",
        subject="A question for {{account.name}}",
        opening="I work with {{workspace.company}} and I have a question about how "
        "{{account.name}} handles customer follow-up today.",
        ask="Would it be all right if I sent a short outline of what we do, so that you can judge "
        "whether it is relevant for you?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="introduction",
        subject="{{workspace.company}} and {{account.name}}",
        opening="I am writing on behalf of {{workspace.company}}. I would like to learn whether "
        "our work could be of use to {{account.name}}[[ in {{account.city}}]].",
        ask="Who would be the right person for a short conversation about it?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="relevance",
        subject="Is this relevant for {{account.name}}?",
        opening="My reason for writing is simple. {{workspace.company}} would like to understand "
        "what matters to {{account.name}} at the moment, and whether we can help.",
        ask="May I suggest a short call to find out?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="personal",
        subject="A short introduction from {{workspace.company}}",
        opening="{{contact.first_name}}, I would like to introduce {{workspace.company}} and ask "
        "whether our work is relevant for you.",
        ask="Is there a good time for a short call?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="open",
        subject="Open questions at {{account.name}}",
        opening="I look after our contact with {{account.name}} at {{workspace.company}}.",
        ask="Is there an open question that I can clear up for you?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="stand",
        subject="What would help {{account.name}} next?",
        opening="To keep things easy for {{account.name}}, I would like to know where you stand.",
        ask="What would help you most as a next step?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="simple",
        subject="The next step with {{workspace.company}}",
        opening="I would like to make the next step with {{workspace.company}} as simple as "
        "possible.",
        ask="Should we go through what is open in a short call?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="going",
        subject="How are things at {{account.name}}?",
        opening="{{account.name}} works with {{workspace.company}}, and I would like to hear how "
        "it is going.",
        ask="Is there anything that we should do better?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="view",
        subject="Your view of {{workspace.company}}",
        opening="You know {{workspace.company}} from practice, and I value your view.",
        ask="May I ask you a few questions in a short call?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="care",
        subject="Anything open with {{workspace.company}}?",
        opening="I am checking in on behalf of {{workspace.company}}.",
        ask="Is there anything open on your side that I can take care of?",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="reminder",
        subject="Following up on my message",
        opening="I wanted to follow up on my earlier message.",
        ask="Is this of interest to you[[ at {{account.name}}]], or should I speak to somebody "
        "else?",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="brief",
        subject="Did my message reach you?",
        opening="My earlier message may have arrived at a busy moment.",
        ask="Would a short summary be useful? If the timing is wrong, a short reply is enough.",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="choice",
        subject="Should I stay in touch?",
        opening="I have not heard back, which is fine.",
        ask="Should I stay in touch on this, or is it not a topic for you[[ at {{account.name}}]] "
        "at the moment?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="reason",
        subject="Why I am writing[[ to {{account.name}}]]",
        opening="Let me say plainly why I am writing. I would like to find out whether "
        "{{workspace.company}} can take work off your hands.",
        ask="Would a short summary help you to judge that?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="matters",
        subject="What matters to you[[ at {{account.name}}]]?",
        opening="I do not want to send you anything that does not matter to you[[ at "
        "{{account.name}}]].",
        ask="What would have to be true for this to be worth a short call?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="today",
        subject="How do you handle this today?",
        opening="Every company starts from somewhere else, so I would rather ask than assume.",
        ask="How do you handle this[[ at {{account.name}}]] today?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="missing",
        subject="What is still missing?",
        opening="I want you to have everything that you need in order to decide in peace.",
        ask="Which piece of information is still missing?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="include",
        subject="Who else should know?",
        opening="Decisions are easier when everybody involved knows the same.",
        ask="Is there somebody[[ at {{account.name}}]] whom I should include?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="early",
        subject="Is anything holding this up?",
        opening="If something holds this up, I would rather know it early.",
        ask="What would make the next step easier for you?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="more",
        subject="More help from {{workspace.company}}?",
        opening="You already work with {{workspace.company}}, so I will keep this short.",
        ask="Is there a task[[ at {{account.name}}]] where you could use more help from us?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="change",
        subject="What would you change?",
        opening="Your view tells us what to work on next.",
        ask="What would you change first about how we work together?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="team",
        subject="Something for your team?",
        opening="I would like to make sure that your whole team gets the use of what you have.",
        ask="Shall we go through it together in a short call?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="wrong",
        subject="The right person[[ at {{account.name}}]]",
        opening="I may have written to the wrong person, and I am sorry if so.",
        ask="Who looks after this topic[[ at {{account.name}}]]?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="yours",
        subject="Whom should I ask?",
        opening="I would rather ask than keep writing to the wrong person.",
        ask="Is this yours, or should I turn to a colleague of yours?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="name",
        subject="Could you point me to a colleague?",
        opening="Perhaps somebody else[[ at {{account.name}}]] looks after this. A name is enough, "
        "I will take it from there.",
        ask="Who would be the right person for a short conversation?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="moment",
        subject="Is another time better?",
        opening="Perhaps this simply comes at a bad time.",
        ask="When would it be better to write to you again?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="later",
        subject="Later, perhaps?",
        opening="I know that other things come first.",
        ask="Should I come back to you at a later time, and if so when?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="wait",
        subject="A better moment for this",
        opening="If there is a better moment for this[[ at {{account.name}}]], I will wait for it.",
        ask="Which month would suit you?",
    ),
    Letter(
        angle=Angle.LAST,
        key="last",
        subject="My last message on this",
        opening="This is my last message on this topic.",
        ask="If it becomes relevant, a short reply is enough and I will be glad to help.",
    ),
    Letter(
        angle=Angle.LAST,
        key="closing",
        subject="Closing this for now",
        opening="I do not want to take up your time, so this is the last time that I write about "
        "this.",
        ask="May I close the topic, or is there something that you would still like to know?",
    ),
    Letter(
        angle=Angle.LAST,
        key="leave",
        subject="I will leave it here",
        opening="This is the last message that you get from me on this. I will leave it here.",
        ask="You can reach me at any time by replying to this message.",
    ),
)

REASONS: Final = (
    (
        Persona.EXECUTIVE,
        (
            "You decide where attention goes, so I will keep to what it changes and what it costs.",
            "As you carry the responsibility, I would keep this to results and effort.",
            "For somebody in your role I would leave out the details and start with the outcome.",
        ),
    ),
    (
        Persona.SALES,
        (
            "As you work in sales, you know best where time with customers is lost.",
            (
                "From a sales point of view, the question is whether it leaves more time for "
                "customers."
            ),
            "Since you work in sales, I would start with what it means for your team's day.",
        ),
    ),
    (
        Persona.MARKETING,
        (
            "As you work in marketing, I would start with the people whom you want to reach.",
            "From a marketing point of view, the question is whether it fits what you already run.",
            "Since you look after marketing, I would show it with an example from that work.",
        ),
    ),
    (
        Persona.FINANCE,
        (
            (
                "As you look after spending, I would start with cost and effort and leave the "
                "rest for later."
            ),
            "From a finance point of view, the question is what it costs and what it saves.",
            "Since you look after numbers, I would rather show you a calculation than a brochure.",
        ),
    ),
    (
        Persona.TECHNOLOGY,
        (
            "As you work in technology, I would start with how it fits in with what you run today.",
            (
                "From a technical point of view, the question is what it connects to and how "
                "safe it is."
            ),
            "Since you know your systems, I would rather answer questions than present.",
        ),
    ),
    (
        Persona.OPERATIONS,
        (
            (
                "As you keep things running, I would start with what changes in daily work and "
                "what does not."
            ),
            "From an operations point of view, the question is whether it makes the day calmer.",
            "Since daily work is yours, I would show you what it takes to introduce it.",
        ),
    ),
    (
        Persona.PEOPLE,
        (
            "As you work with people and teams, I would start with what it means for them.",
            "From their point of view, the question is what it asks of your colleagues.",
            "Since you look after people, I would start with how a team gets used to it.",
        ),
    ),
)
