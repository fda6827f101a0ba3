"""Spanish templates."""

from typing import Final

from bailiwick.domain.drafting.pack import Letter, Pack
from bailiwick.domain.reading import Intent

SPANISH: Final = Pack(
    language="es",
    greeting="Hola[[ {{contact.first_name}}]]:",
    closing="Un cordial saludo,\n[[{{sender.name}}\n]]{{workspace.company}}",
    thanks=(
        "Gracias por su mensaje.",
        "Gracias por escribirnos.",
        "Le agradezco su mensaje.",
    ),
    asked=(
        "He tomado nota de lo que escribe sobre {{topics}}.",
        "Nos ha escrito sobre {{topics}} y quiero que reciba una respuesta clara.",
    ),
    colleague=(
        "Sobre {{topics}} le responderá un compañero con los datos precisos.",
        "He pedido a un compañero que le responda con precisión sobre {{topics}}.",
    ),
    question=(
        "Un compañero responderá a su pregunta con precisión.",
        "He pasado su pregunta a un compañero, que le responderá.",
    ),
    agreed=(
        "He anotado el {{hook}} y lo confirmaremos con una invitación.",
        "El {{hook}} queda anotado, la invitación llegará cuando un compañero lo confirme.",
    ),
    next_steps=(
        (Intent.INTERESTED, (
            "¿Le parece útil una llamada breve como siguiente paso? Indíquenos una hora.",
            "Como siguiente paso propongo una llamada breve. ¿Qué día le conviene?",
        )),
        (Intent.INFO_REQUEST, (
            "Si queda algo pendiente, basta con responder a este mensaje.",
            "¿Sería útil repasarlo en una llamada breve?",
        )),
        (Intent.MEETING_SCHEDULED, (
            "Si desea que preparemos algo, basta con responder a este mensaje.",
            "Díganos quién más participará por su parte.",
        )),
        (Intent.NOT_INTERESTED, (
            "Lo dejamos aquí. Si sus planes cambian, basta con una respuesta breve.",
            "Entendido, no insistiremos. Puede escribirnos aquí cuando quiera.",
        )),
    ),
    next_step_other=(
        "Le responderemos en breve. Si quiere añadir algo, responda a este mensaje.",
        "Lo revisamos y le respondemos.",
    ),
    reply_subjects=("Su mensaje a {{workspace.company}}", "Sobre su mensaje"),
    initial=(
        Letter(
            key="initial.question",
            subject="Una pregunta para {{account.name}}",
            body="Trabajo con {{workspace.company}} y tengo una pregunta sobre cómo "
              "{{account.name}} "
            "atiende hoy a sus clientes.\n\n¿Puedo enviarle un resumen breve para que valore si le "
            "resulta útil?",
        ),
        Letter(
            key="initial.introduction",
            subject="{{workspace.company}} y {{account.name}}",
            body="Le escribo en nombre de {{workspace.company}} para saber si nuestro trabajo "
              "puede "
            "ser útil para {{account.name}}[[ en {{account.city}}]].\n\n¿Quién sería la persona "
            "indicada para una conversación breve?",
        ),
        Letter(
            key="initial.relevance",
            subject="¿Es relevante para {{account.name}}?",
            body="El motivo de mi mensaje es sencillo. {{workspace.company}} quiere entender qué "
            "importa ahora a {{account.name}} y si podemos ayudar.\n\n¿Puedo proponerle una "
              "llamada "
            "breve?",
        ),
        Letter(
            key="initial.personal",
            subject="Una breve presentación de {{workspace.company}}",
            body="{{contact.first_name}}, quiero presentarle {{workspace.company}} y saber si "
            "nuestro trabajo le resulta útil.\n\n¿Qué momento le conviene para una llamada breve?",
        ),
    ),
    followup=(
        Letter(
            key="followup.reminder",
            subject="Seguimiento de mi mensaje",
            body="Quería retomar mi mensaje anterior.\n\n¿Le interesa el tema[[ en "
            "{{account.name}}]], o debo dirigirme a otra persona?",
        ),
        Letter(
            key="followup.brief",
            subject="¿Recibió mi mensaje?",
            body="Quizá mi mensaje llegó en un momento de mucho trabajo.\n\n¿Le sería útil un "
              "resumen "
            "breve? Si no es buen momento, basta con una respuesta corta.",
        ),
        Letter(
            key="followup.choice",
            subject="¿Seguimos en contacto?",
            body="No he recibido respuesta, y no pasa nada.\n\n¿Seguimos en contacto, o no es un "
            "tema[[ para {{account.name}}]] en este momento?",
        ),
    ),
    opt_out="Si no desea recibir más mensajes, responda STOP.",
    disclosure="Este mensaje se ha preparado con ayuda de automatización.",
    topic_names=(
        ("pricing", "los precios"), ("demo", "la demostración"), ("timeline", "los plazos"),
        ("contract", "el contrato"), ("security", "la seguridad"), ("support", "el soporte"),
        ("renewal", "la renovación"), ("integration", "la integración"),
        ("onboarding", "la puesta en marcha"), ("invoice", "la factura"), ("meeting", "la reunión"),
    ),
    join=" y ",
    months=(
        "de enero de", "de febrero de", "de marzo de", "de abril de", "de mayo de", "de junio de",
        "de julio de", "de agosto de", "de septiembre de", "de octubre de", "de noviembre de",
        "de diciembre de",
    ),
    day="D M Y",
)  # fmt: skip
