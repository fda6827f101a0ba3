"""French templates."""

from typing import Final

from bailiwick.domain.drafting.pack import Letter, Pack
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
    reply_subjects=("Votre message à {{workspace.company}}", "À propos de votre message"),
    initial=(
        Letter(
            key="initial.question",
            subject="Une question pour {{account.name}}",
            body="Je travaille avec {{workspace.company}} et j'ai une question sur la façon dont "
            "{{account.name}} suit ses clients aujourd'hui.\n\nPuis-je vous envoyer un court "
              "aperçu, "
            "afin que vous jugiez si cela vous concerne ?",
        ),
        Letter(
            key="initial.introduction",
            subject="{{workspace.company}} et {{account.name}}",
            body="Je vous écris au nom de {{workspace.company}} pour savoir si notre travail peut "
            "être utile à {{account.name}}[[ à {{account.city}}]].\n\nQuelle serait la bonne "
              "personne "
            "pour un court échange ?",
        ),
        Letter(
            key="initial.relevance",
            subject="Est-ce utile pour {{account.name}} ?",
            body="La raison de mon message est simple. {{workspace.company}} souhaite "
              "comprendre ce "
            "qui compte pour {{account.name}} en ce moment, et si nous pouvons aider.\n\nPuis-je "
            "vous proposer un court appel ?",
        ),
        Letter(
            key="initial.personal",
            subject="Une courte présentation de {{workspace.company}}",
            body="{{contact.first_name}}, je souhaite vous présenter {{workspace.company}} et "
            "savoir si notre travail vous concerne.\n\nQuel moment convient pour un court appel ?",
        ),
    ),
    followup=(
        Letter(
            key="followup.reminder",
            subject="Suite à mon message",
            body="Je me permets de revenir sur mon message précédent.\n\nLe sujet vous "
            "intéresse-t-il[[ chez {{account.name}}]], ou dois-je m'adresser à quelqu'un d'autre ?",
        ),
        Letter(
            key="followup.brief",
            subject="Avez-vous reçu mon message ?",
            body="Mon message est peut-être arrivé à un moment chargé.\n\nUn court résumé "
              "serait-il "
            "utile ? Si le moment est mal choisi, une courte réponse suffit.",
        ),
        Letter(
            key="followup.choice",
            subject="Dois-je rester en contact ?",
            body="Je n'ai pas eu de retour, et cela ne pose aucun problème.\n\nDois-je rester en "
            "contact, ou n'est-ce pas un sujet[[ chez {{account.name}}]] pour le moment ?",
        ),
    ),
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
)  # fmt: skip
