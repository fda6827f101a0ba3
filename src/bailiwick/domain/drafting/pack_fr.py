"""French templates."""

from typing import Final

from bailiwick.domain.drafting.letters_fr import LETTERS, REASONS
from bailiwick.domain.drafting.pack import Pack
from bailiwick.domain.reading import Intent

FRENCH: Final = Pack(
    language="fr",
    greeting="Bonjour[[ {{contact.first_name}}]],",
    closing="Bien cordialement,\n[[{{sender.name}}\n]]{{workspace.company}}",
    thanks=(
        "Merci pour votre message.",
        "Merci de nous avoir écrit.",
        "Je vous remercie pour votre message.",
    ),
    asked=(
        "J'ai bien noté ce que vous écrivez au sujet de : {{topics}}.",
        "Vous nous avez écrit au sujet de : {{topics}}, et je tiens à une réponse claire.",
    ),
    colleague=(
        "Un collègue reviendra vers vous avec une réponse précise sur : {{topics}}.",
        "J'ai demandé à un collègue de vous répondre précisément sur : {{topics}}.",
    ),
    question=(
        "Un collègue reviendra vers vous avec une réponse précise à votre question.",
        "J'ai transmis votre question à un collègue, qui reviendra vers vous.",
    ),
    agreed=(
        "J'ai noté le {{hook}} et nous le confirmerons par une invitation.",
        "Le {{hook}} est noté, une invitation suivra après confirmation par un collègue.",
    ),
    next_steps=(
        (Intent.INTERESTED, (
            "Un court échange téléphonique vous conviendrait-il ? Indiquez-nous un moment.",
            "Je vous propose un court appel comme prochaine étape. Quel jour vous convient ?",
        )),
        (Intent.INFO_REQUEST, (
            "Si un autre point reste ouvert, il suffit de répondre à ce message.",
            "Serait-il utile d'en parler lors d'un court appel ?",
        )),
        (Intent.MEETING_SCHEDULED, (
            "Si nous devons préparer un point, il suffit de répondre à ce message.",
            "Dites-nous qui d'autre participera de votre côté.",
        )),
        (Intent.NOT_INTERESTED, (
            "Nous en restons là. Si vos projets changent, une courte réponse suffit.",
            "C'est bien compris, nous n'insistons pas. Vous pouvez nous joindre ici.",
        )),
    ),
    next_step_other=(
        "Nous reviendrons vers vous rapidement. Vous pouvez compléter en répondant ici.",
        "Nous examinons ce point et revenons vers vous.",
    ),
    offers=(
        "Un de ces moments vous irait-il pour un court appel : {{slots}} ? Sinon, quel autre ?",
        "Pour un court appel, je vous propose : {{slots}}. Dites-nous ce qui vous convient.",
    ),
    reply_subjects=("Votre message à {{workspace.company}}", "À propos de votre message"),
    letters=LETTERS,
    reasons=REASONS,
    opt_out="Si vous ne souhaitez plus recevoir nos messages, répondez STOP.",
    disclosure="Ce message a été préparé à l'aide d'un système automatisé.",
    topic_names=(
        ("pricing", "les tarifs"), ("demo", "la démonstration"), ("timeline", "le calendrier"),
        ("contract", "le contrat"), ("security", "la sécurité"), ("support", "l'assistance"),
        ("renewal", "le renouvellement"), ("integration", "l'intégration"),
        ("onboarding", "la mise en place"), ("invoice", "la facture"), ("meeting",
          "le rendez-vous"),
    ),
    join=" et ",
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre",
    ),
    day="D M Y",
    weekdays=(
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    ),
    slot="{weekday} {day} à {time}",
)  # fmt: skip
