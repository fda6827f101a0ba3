"""German templates."""

from typing import Final

from bailiwick.domain.drafting.pack import Letter, Pack
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
    reply_subjects=("Ihre Nachricht an {{workspace.company}}", "Zu Ihrer Nachricht"),
    initial=(
        Letter(
            key="initial.question",
            subject="Eine Frage an {{account.name}}",
            body="ich arbeite mit {{workspace.company}} zusammen und habe eine Frage dazu, wie "
            "{{account.name}} heute mit Kundenanfragen umgeht.\n\nDarf ich Ihnen eine kurze "
              "Übersicht "
            "schicken, damit Sie beurteilen können, ob das für Sie relevant ist?",
        ),
        Letter(
            key="initial.introduction",
            subject="{{workspace.company}} und {{account.name}}",
            body="ich schreibe Ihnen im Namen von {{workspace.company}} und möchte erfahren, ob "
            "unsere Arbeit für {{account.name}}[[ in {{account.city}}]] nützlich sein kann.\n\nWer "
            "wäre die richtige Person für ein kurzes Gespräch?",
        ),
        Letter(
            key="initial.relevance",
            subject="Ist das für {{account.name}} relevant?",
            body="der Grund meiner Nachricht ist einfach. {{workspace.company}} möchte verstehen, "
            "was {{account.name}} gerade beschäftigt und ob wir helfen können.\n\nDarf ich ein "
            "kurzes Gespräch vorschlagen?",
        ),
        Letter(
            key="initial.personal",
            subject="Eine kurze Vorstellung von {{workspace.company}}",
            body="{{contact.first_name}}, ich möchte {{workspace.company}} kurz vorstellen und "
            "fragen, ob unsere Arbeit für Sie relevant ist.\n\nWann passt ein kurzes Gespräch?",
        ),
    ),
    followup=(
        Letter(
            key="followup.reminder",
            subject="Nachfrage zu meiner Nachricht",
            body="ich möchte kurz an meine letzte Nachricht anknüpfen.\n\nIst das Thema für "
            "Sie[[ bei {{account.name}}]] interessant, oder ist jemand anderes zuständig?",
        ),
        Letter(
            key="followup.brief",
            subject="Hat Sie meine Nachricht erreicht?",
            body="vielleicht kam meine letzte Nachricht zu einem ungünstigen "
              "Zeitpunkt.\n\nWäre eine "
            "kurze Zusammenfassung hilfreich? Wenn es nicht passt, genügt eine kurze Antwort.",
        ),
        Letter(
            key="followup.choice",
            subject="Soll ich in Kontakt bleiben?",
            body="ich habe noch nichts gehört, das ist in Ordnung.\n\nSoll ich in Kontakt bleiben, "
            "oder ist das[[ bei {{account.name}}]] derzeit kein Thema?",
        ),
    ),
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
)  # fmt: skip
