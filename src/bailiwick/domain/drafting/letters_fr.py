"""French letters of a series: for each angle and footing at least three, and what each adds."""

from typing import Final

from bailiwick.domain.drafting.pack import Letter
from bailiwick.domain.drafting.persona import Footing, Persona
from bailiwick.domain.drafting.place import Angle

LETTERS: Final = (
    Letter(
        angle=Angle.INTRODUCTION,
        key="question",
        subject="Une question pour {{account.name}}",
        opening="Je travaille avec {{workspace.company}} et j'ai une question sur la façon dont "
        "{{account.name}} suit ses clients aujourd'hui.",
        ask="Puis-je vous envoyer un court aperçu, afin que vous jugiez si cela vous concerne ?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="introduction",
        subject="{{workspace.company}} et {{account.name}}",
        opening="Je vous écris au nom de {{workspace.company}} pour savoir si notre travail peut "
        "être utile à {{account.name}}[[ à {{account.city}}]].",
        ask="Quelle serait la bonne personne pour un court échange ?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="relevance",
        subject="Est-ce utile pour {{account.name}} ?",
        opening="La raison de mon message est simple. {{workspace.company}} souhaite comprendre "
        "ce qui compte pour {{account.name}} en ce moment, et si nous pouvons aider.",
        ask="Puis-je vous proposer un court appel ?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="personal",
        subject="Une courte présentation de {{workspace.company}}",
        opening="{{contact.first_name}}, je souhaite vous présenter {{workspace.company}} et "
        "savoir si notre travail vous concerne.",
        ask="Quel moment convient pour un court appel ?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="open",
        subject="Vos questions chez {{account.name}}",
        opening="Je m'occupe de notre relation avec {{account.name}} chez {{workspace.company}}.",
        ask="Y a-t-il une question en suspens que je peux éclaircir pour vous ?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="stand",
        subject="Qu'est-ce qui aiderait {{account.name}} ?",
        opening="Pour que tout reste simple pour {{account.name}}, j'aimerais savoir où vous en "
        "êtes.",
        ask="Quelle prochaine étape vous aiderait le plus ?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="simple",
        subject="La prochaine étape avec {{workspace.company}}",
        opening="Je voudrais rendre la prochaine étape avec {{workspace.company}} aussi simple "
        "que possible.",
        ask="Voulez-vous que nous passions en revue ce qui reste ouvert lors d'un court appel ?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="going",
        subject="Comment cela se passe-t-il chez {{account.name}} ?",
        opening="{{account.name}} travaille avec {{workspace.company}}, et j'aimerais savoir "
        "comment cela se passe.",
        ask="Y a-t-il quelque chose que nous devrions mieux faire ?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="view",
        subject="Votre avis sur {{workspace.company}}",
        opening="Vous connaissez {{workspace.company}} par la pratique, et votre avis compte pour "
        "moi.",
        ask="Puis-je vous poser quelques questions lors d'un court appel ?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="care",
        subject="Un point ouvert avec {{workspace.company}} ?",
        opening="Je prends de vos nouvelles au nom de {{workspace.company}}.",
        ask="Y a-t-il de votre côté un point ouvert dont je peux m'occuper ?",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="reminder",
        subject="Suite à mon message",
        opening="Je me permets de revenir sur mon message précédent.",
        ask="Le sujet vous intéresse-t-il[[ chez {{account.name}}]], ou dois-je m'adresser à "
        "quelqu'un d'autre ?",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="brief",
        subject="Avez-vous reçu mon message ?",
        opening="Mon message est peut-être arrivé à un moment chargé.",
        ask="Un court résumé serait-il utile ? Si le moment est mal choisi, une courte réponse "
        "suffit.",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="choice",
        subject="Dois-je rester en contact ?",
        opening="Je n'ai pas eu de retour, et cela ne pose aucun problème.",
        ask="Dois-je rester en contact, ou n'est-ce pas un sujet[[ chez {{account.name}}]] pour "
        "le moment ?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="reason",
        subject="Pourquoi je vous écris",
        opening="Je vous dis simplement pourquoi je vous écris. Je voudrais savoir si "
        "{{workspace.company}} peut vous décharger d'une partie du travail.",
        ask="Un court résumé vous aiderait-il à en juger ?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="matters",
        subject="Ce qui compte pour vous[[ chez {{account.name}}]]",
        opening="Je ne veux rien vous envoyer qui ne vous concerne pas[[ chez {{account.name}}]].",
        ask="Que faudrait-il pour qu'un court appel en vaille la peine ?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="today",
        subject="Comment faites-vous aujourd'hui ?",
        opening="Chaque entreprise part d'un autre point, je préfère donc demander que supposer.",
        ask="Comment procédez-vous[[ chez {{account.name}}]] aujourd'hui ?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="missing",
        subject="Que manque-t-il encore ?",
        opening="Je souhaite que vous ayez tout ce qu'il faut pour décider sereinement.",
        ask="Quelle information vous manque encore ?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="include",
        subject="Qui d'autre devrait savoir ?",
        opening="Décider est plus facile quand toutes les personnes concernées savent la même "
        "chose.",
        ask="Y a-t-il quelqu'un[[ chez {{account.name}}]] que je devrais inclure ?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="early",
        subject="Quelque chose bloque-t-il ?",
        opening="Si quelque chose bloque, je préfère le savoir tôt.",
        ask="Qu'est-ce qui vous faciliterait la prochaine étape ?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="more",
        subject="Plus d'aide de {{workspace.company}} ?",
        opening="Vous travaillez déjà avec {{workspace.company}}, ce message est donc court.",
        ask="Y a-t-il[[ chez {{account.name}}]] une tâche pour laquelle notre aide vous serait "
        "utile ?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="change",
        subject="Que changeriez-vous ?",
        opening="Votre avis nous dit sur quoi travailler ensuite.",
        ask="Que changeriez-vous en premier dans notre collaboration ?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="team",
        subject="Quelque chose pour votre équipe ?",
        opening="Je voudrais que toute votre équipe profite de ce que vous avez.",
        ask="Voulez-vous que nous le parcourions ensemble lors d'un court appel ?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="wrong",
        subject="La bonne personne[[ chez {{account.name}}]]",
        opening="J'ai peut-être écrit à la mauvaise personne, et je m'en excuse si c'est le cas.",
        ask="Qui s'occupe de ce sujet[[ chez {{account.name}}]] ?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="yours",
        subject="À qui dois-je m'adresser ?",
        opening="Je préfère demander que continuer à écrire à la mauvaise personne.",
        ask="Est-ce de votre ressort, ou dois-je me tourner vers quelqu'un de votre équipe ?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="name",
        subject="Pourriez-vous m'indiquer quelqu'un ?",
        opening="Quelqu'un d'autre[[ chez {{account.name}}]] s'en occupe peut-être. Un nom "
        "suffit, je m'occupe du reste.",
        ask="Quelle serait la bonne personne pour un court échange ?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="moment",
        subject="Un autre moment serait-il préférable ?",
        opening="Peut-être que cela arrive simplement au mauvais moment.",
        ask="Quand serait-il préférable de vous écrire à nouveau ?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="later",
        subject="Plus tard, peut-être ?",
        opening="Je sais que d'autres sujets passent avant.",
        ask="Dois-je revenir vers vous plus tard, et si oui, quand ?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="wait",
        subject="Un meilleur moment pour cela",
        opening="S'il y a[[ chez {{account.name}}]] un meilleur moment pour cela, je l'attendrai "
        "volontiers.",
        ask="Quel mois vous conviendrait ?",
    ),
    Letter(
        angle=Angle.LAST,
        key="last",
        subject="Mon dernier message à ce sujet",
        opening="Ceci est mon dernier message à ce sujet.",
        ask="Si cela devient utile, une courte réponse suffit et je vous aiderai volontiers.",
    ),
    Letter(
        angle=Angle.LAST,
        key="closing",
        subject="Je clos le sujet pour l'instant",
        opening="Je ne veux pas prendre votre temps, je vous écris donc pour la dernière fois à "
        "ce sujet.",
        ask="Puis-je clore le sujet, ou y a-t-il encore quelque chose que vous aimeriez savoir ?",
    ),
    Letter(
        angle=Angle.LAST,
        key="leave",
        subject="Je m'arrête là",
        opening="C'est le dernier message que vous recevrez de moi à ce sujet. Je m'arrête là.",
        ask="Vous pouvez me joindre à tout moment en répondant à ce message.",
    ),
)

REASONS: Final = (
    (
        Persona.EXECUTIVE,
        (
            (
                "Vous décidez des priorités, je m'en tiendrai donc à ce que cela change et à ce "
                "que cela coûte."
            ),
            "Comme vous portez la responsabilité, je m'en tiendrais au résultat et à l'effort.",
            "Dans votre rôle, je laisserais les détails de côté et commencerais par le résultat.",
        ),
    ),
    (
        Persona.SALES,
        (
            "Vous travaillez dans la vente et savez le mieux où se perd le temps avec les clients.",
            (
                "Du point de vue de la vente, la question est de savoir s'il reste plus de temps "
                "pour les clients."
            ),
            (
                "Comme vous travaillez dans la vente, je commencerais par ce que cela change "
                "dans la journée de votre équipe."
            ),
        ),
    ),
    (
        Persona.MARKETING,
        (
            (
                "Comme vous travaillez dans le marketing, je commencerais par les personnes que "
                "vous voulez toucher."
            ),
            (
                "Du point de vue du marketing, la question est de savoir si cela s'accorde avec "
                "ce qui existe déjà."
            ),
            (
                "Comme vous vous occupez du marketing, je le montrerais par un exemple tiré de "
                "ce travail."
            ),
        ),
    ),
    (
        Persona.FINANCE,
        (
            (
                "Comme vous suivez les dépenses, je commencerais par le coût et l'effort et "
                "laisserais le reste pour plus tard."
            ),
            (
                "Du point de vue des finances, la question est ce que cela coûte et ce que cela "
                "économise."
            ),
            (
                "Comme vous travaillez avec des chiffres, je préfère vous montrer un calcul "
                "qu'une brochure."
            ),
        ),
    ),
    (
        Persona.TECHNOLOGY,
        (
            (
                "Comme vous travaillez dans la technique, je commencerais par la façon dont cela "
                "s'intègre à vos systèmes actuels."
            ),
            (
                "Du point de vue technique, la question est de savoir à quoi cela se relie et si "
                "c'est sûr."
            ),
            (
                "Comme vous connaissez vos systèmes, je préfère répondre à vos questions que "
                "présenter."
            ),
        ),
    ),
    (
        Persona.OPERATIONS,
        (
            (
                "Comme vous faites tourner l'activité, je commencerais par ce qui change au "
                "quotidien et ce qui ne change pas."
            ),
            (
                "Du point de vue de l'exploitation, la question est de savoir si le quotidien "
                "devient plus calme."
            ),
            (
                "Comme le quotidien est entre vos mains, je montrerais ce que demande la mise en "
                "place."
            ),
        ),
    ),
    (
        Persona.PEOPLE,
        (
            (
                "Comme vous travaillez avec des personnes et des équipes, je commencerais par ce "
                "que cela signifie pour elles."
            ),
            "De leur point de vue, la question est ce que cela demande à vos collègues.",
            (
                "Comme vous vous occupez des personnes, je commencerais par la façon dont une "
                "équipe s'y habitue."
            ),
        ),
    ),
)
