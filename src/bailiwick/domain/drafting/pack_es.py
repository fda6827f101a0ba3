"""Spanish templates."""

from typing import Final

from bailiwick.domain.drafting.letters_es import LETTERS, REASONS
from bailiwick.domain.drafting.pack import Pack
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
    offers=(
        "¿Le conviene una de estas horas para una llamada breve: {{slots}}? Si no, ¿cuál?",
        "Para una llamada breve propongo estas horas: {{slots}}. Díganos cuál le conviene.",
    ),
    reply_subjects=("Su mensaje a {{workspace.company}}", "Sobre su mensaje"),
    letters=LETTERS,
    reasons=REASONS,
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
    weekdays=(
        "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo",
    ),
    slot="{weekday} {day} a las {time}",
)  # fmt: skip
