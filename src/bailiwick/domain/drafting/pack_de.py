"""German templates."""

from typing import Final

from bailiwick.domain.drafting.letters_de import LETTERS, REASONS
from bailiwick.domain.drafting.pack import Pack
from bailiwick.domain.reading import Intent

GERMAN: Final = Pack(
    language="de",
    greeting="Guten Tag[[ {{contact.first_name}}]],",
    closing="Freundliche Grüße\n[[{{sender.name}}\n]]{{workspace.company}}",
    thanks=(
        "vielen Dank für Ihre Nachricht.",
        "danke, dass Sie uns geschrieben haben.",
        "besten Dank für Ihre Zeilen.",
    ),
    asked=(
        "Ich habe notiert, was Sie zum Thema {{topics}} geschrieben haben.",
        "Sie haben uns zum Thema {{topics}} geschrieben und sollen eine klare Antwort bekommen.",
    ),
    colleague=(
        "Zum Thema {{topics}} antwortet Ihnen eine Kollegin oder ein Kollege genau.",
        ("Zum Thema {{topics}} habe ich im Team um eine genaue Antwort gebeten, die wir "
          "nachreichen."),
    ),
    question=(
        "Zu Ihrer Frage meldet sich eine Kollegin oder ein Kollege mit einer genauen Antwort.",
        "Ihre Frage habe ich im Team weitergegeben, die Antwort folgt.",
    ),
    agreed=(
        "Ich habe den {{hook}} notiert, wir bestätigen ihn mit einer Einladung.",
        "Der {{hook}} ist vorgemerkt, eine Einladung folgt nach Bestätigung im Team.",
    ),
    next_steps=(
        (Intent.INTERESTED, (
            "Wäre ein kurzes Telefonat als nächster Schritt sinnvoll? Nennen Sie gern eine Zeit.",
            "Als nächsten Schritt schlage ich ein kurzes Gespräch vor. Welcher Tag passt Ihnen?",
        )),
        (Intent.INFO_REQUEST, (
            "Wenn noch etwas offen ist, antworten Sie einfach auf diese Nachricht.",
            "Würde es helfen, das in einem kurzen Gespräch durchzugehen?",
        )),
        (Intent.MEETING_SCHEDULED, (
            "Wenn wir etwas vorbereiten sollen, antworten Sie einfach auf diese Nachricht.",
            "Sagen Sie uns gern, wer von Ihrer Seite teilnimmt.",
        )),
        (Intent.NOT_INTERESTED, (
            "Wir belassen es dabei. Falls sich etwas ändert, genügt eine kurze Antwort.",
            "Verstanden, wir verfolgen das nicht weiter. Sie erreichen uns jederzeit hier.",
        )),
    ),
    next_step_other=(
        "Wir melden uns in Kürze. Wenn es etwas zu ergänzen gibt, antworten Sie gern hier.",
        "Wir sehen uns das an und melden uns bei Ihnen.",
    ),
    offers=(
        "Passt für ein kurzes Gespräch eine dieser Zeiten: {{slots}}? Oder wann wäre es besser?",
        "Für ein kurzes Gespräch biete ich diese Zeiten an: {{slots}}. Welche passt Ihnen?",
    ),
    reply_subjects=("Ihre Nachricht an {{workspace.company}}", "Zu Ihrer Nachricht"),
    letters=LETTERS,
    reasons=REASONS,
    opt_out="Wenn Sie keine weiteren Nachrichten wünschen, antworten Sie mit STOP.",
    disclosure="Diese Nachricht wurde mit Hilfe von Automatisierung vorbereitet.",
    topic_names=(
        ("pricing", "Preise"), ("demo", "Vorführung"), ("timeline", "Zeitplan"),
        ("contract", "Vertrag"), ("security", "Sicherheit"), ("support", "Unterstützung"),
        ("renewal", "Verlängerung"), ("integration", "Anbindung"), ("onboarding", "Einführung"),
        ("invoice", "Rechnung"), ("meeting", "Termin"),
    ),
    join=" und ",
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
        "Oktober", "November", "Dezember",
    ),
    day="D. M Y",
    weekdays=(
        "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag",
    ),
    slot="{weekday}, {day}, {time} Uhr",
)  # fmt: skip
