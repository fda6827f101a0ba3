"""German letters of a series: for each angle and footing at least three, and what each adds."""

from typing import Final

from bailiwick.domain.drafting.pack import Letter
from bailiwick.domain.drafting.persona import Footing, Persona
from bailiwick.domain.drafting.place import Angle

LETTERS: Final = (
    Letter(
        angle=Angle.INTRODUCTION,
        key="question",
        subject="Eine Frage an {{account.name}}",
        opening="ich arbeite mit {{workspace.company}} zusammen und habe eine Frage dazu, wie "
        "{{account.name}} heute mit Kundenanfragen umgeht.",
        ask="Darf ich Ihnen eine kurze Übersicht schicken, damit Sie beurteilen können, ob das "
        "für Sie relevant ist?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="introduction",
        subject="{{workspace.company}} und {{account.name}}",
        opening="ich schreibe Ihnen im Namen von {{workspace.company}} und möchte erfahren, ob "
        "unsere Arbeit für {{account.name}}[[ in {{account.city}}]] nützlich sein kann.",
        ask="Wer wäre die richtige Person für ein kurzes Gespräch?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="relevance",
        subject="Ist das für {{account.name}} relevant?",
        opening="der Grund meiner Nachricht ist einfach. {{workspace.company}} möchte verstehen, "
        "was {{account.name}} gerade beschäftigt und ob wir helfen können.",
        ask="Darf ich ein kurzes Gespräch vorschlagen?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="personal",
        subject="Eine kurze Vorstellung von {{workspace.company}}",
        opening="{{contact.first_name}}, ich möchte {{workspace.company}} kurz vorstellen und "
        "fragen, ob unsere Arbeit für Sie relevant ist.",
        ask="Wann passt ein kurzes Gespräch?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="open",
        subject="Offene Fragen bei {{account.name}}",
        opening="ich betreue bei {{workspace.company}} den Kontakt zu {{account.name}}.",
        ask="Gibt es eine offene Frage, die ich für Sie klären kann?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="stand",
        subject="Was hilft {{account.name}} jetzt weiter?",
        opening="damit es für {{account.name}} einfach bleibt, möchte ich gern wissen, wo Sie "
        "stehen.",
        ask="Was würde Ihnen als nächster Schritt am meisten helfen?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="simple",
        subject="Der nächste Schritt mit {{workspace.company}}",
        opening="ich möchte den nächsten Schritt mit {{workspace.company}} so einfach wie möglich "
        "machen.",
        ask="Sollen wir in einem kurzen Gespräch durchgehen, was noch offen ist?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="going",
        subject="Wie läuft es bei {{account.name}}?",
        opening="{{account.name}} arbeitet mit {{workspace.company}}, und ich möchte gern hören, "
        "wie es läuft.",
        ask="Gibt es etwas, das wir besser machen sollten?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="view",
        subject="Ihre Sicht auf {{workspace.company}}",
        opening="Sie kennen {{workspace.company}} aus der Praxis, und Ihre Sicht ist mir wichtig.",
        ask="Darf ich Ihnen in einem kurzen Gespräch ein paar Fragen stellen?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="care",
        subject="Ist bei {{workspace.company}} etwas offen?",
        opening="ich frage im Namen von {{workspace.company}} kurz nach.",
        ask="Ist auf Ihrer Seite etwas offen, um das ich mich kümmern kann?",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="reminder",
        subject="Nachfrage zu meiner Nachricht",
        opening="ich möchte kurz an meine letzte Nachricht anknüpfen.",
        ask="Ist das Thema für Sie[[ bei {{account.name}}]] interessant, oder ist jemand anderes "
        "zuständig?",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="brief",
        subject="Hat Sie meine Nachricht erreicht?",
        opening="vielleicht kam meine letzte Nachricht zu einem ungünstigen Zeitpunkt.",
        ask="Wäre eine kurze Zusammenfassung hilfreich? Wenn es nicht passt, genügt eine kurze "
        "Antwort.",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="choice",
        subject="Soll ich in Kontakt bleiben?",
        opening="ich habe noch nichts gehört, das ist in Ordnung.",
        ask="Soll ich in Kontakt bleiben, oder ist das[[ bei {{account.name}}]] derzeit kein "
        "Thema?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="reason",
        subject="Warum ich Ihnen schreibe",
        opening="ich sage gern offen, warum ich schreibe. Ich möchte herausfinden, ob "
        "{{workspace.company}} Ihnen Arbeit abnehmen kann.",
        ask="Würde Ihnen eine kurze Zusammenfassung bei der Entscheidung helfen?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="matters",
        subject="Was ist Ihnen[[ bei {{account.name}}]] wichtig?",
        opening="ich möchte Ihnen nichts schicken, was Sie[[ bei {{account.name}}]] nicht "
        "betrifft.",
        ask="Was müsste gegeben sein, damit sich ein kurzes Gespräch für Sie lohnt?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="today",
        subject="Wie machen Sie das heute?",
        opening="jedes Unternehmen fängt woanders an, deshalb frage ich lieber, als etwas "
        "anzunehmen.",
        ask="Wie gehen Sie[[ bei {{account.name}}]] heute damit um?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="missing",
        subject="Was fehlt noch?",
        opening="Sie sollen alles haben, was Sie brauchen, um in Ruhe zu entscheiden.",
        ask="Welche Angabe fehlt Ihnen noch?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="include",
        subject="Wer sollte noch Bescheid wissen?",
        opening="Entscheidungen fallen leichter, wenn alle Beteiligten dasselbe wissen.",
        ask="Gibt es[[ bei {{account.name}}]] jemanden, den ich einbeziehen sollte?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="early",
        subject="Hält etwas die Sache auf?",
        opening="wenn etwas die Sache aufhält, möchte ich es lieber früh wissen.",
        ask="Was würde Ihnen den nächsten Schritt erleichtern?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="more",
        subject="Mehr Hilfe von {{workspace.company}}?",
        opening="Sie arbeiten bereits mit {{workspace.company}}, deshalb fasse ich mich kurz.",
        ask="Gibt es[[ bei {{account.name}}]] eine Aufgabe, bei der Sie mehr Hilfe von uns "
        "brauchen könnten?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="change",
        subject="Was würden Sie ändern?",
        opening="Ihre Sicht zeigt uns, woran wir als Nächstes arbeiten sollten.",
        ask="Was würden Sie an unserer Zusammenarbeit zuerst ändern?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="team",
        subject="Etwas für Ihr Team?",
        opening="ich möchte dafür sorgen, dass Ihr ganzes Team nutzt, was Sie haben.",
        ask="Sollen wir es in einem kurzen Gespräch gemeinsam durchgehen?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="wrong",
        subject="Die richtige Person[[ bei {{account.name}}]]",
        opening="vielleicht habe ich an die falsche Person geschrieben, das täte mir leid.",
        ask="Wer kümmert sich[[ bei {{account.name}}]] um dieses Thema?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="yours",
        subject="Wen soll ich fragen?",
        opening="ich frage lieber nach, als weiter an die falsche Person zu schreiben.",
        ask="Liegt das bei Ihnen, oder soll ich mich an jemanden aus Ihrem Team wenden?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="name",
        subject="Können Sie mir jemanden nennen?",
        opening="vielleicht kümmert sich[[ bei {{account.name}}]] jemand anderes darum. Ein Name "
        "genügt, um den Rest kümmere ich mich.",
        ask="Wer wäre die richtige Person für ein kurzes Gespräch?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="moment",
        subject="Passt es zu einer anderen Zeit besser?",
        opening="vielleicht kommt das einfach zur falschen Zeit.",
        ask="Wann dürfte ich Ihnen besser noch einmal schreiben?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="later",
        subject="Vielleicht später?",
        opening="ich weiß, dass anderes Vorrang hat.",
        ask="Soll ich mich später noch einmal melden, und wenn ja, wann?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="wait",
        subject="Ein besserer Zeitpunkt dafür",
        opening="wenn es[[ bei {{account.name}}]] einen besseren Zeitpunkt dafür gibt, warte ich "
        "gern darauf.",
        ask="Welcher Monat würde Ihnen passen?",
    ),
    Letter(
        angle=Angle.LAST,
        key="last",
        subject="Meine letzte Nachricht dazu",
        opening="das ist meine letzte Nachricht zu diesem Thema.",
        ask="Falls es relevant wird, genügt eine kurze Antwort, und ich helfe gern.",
    ),
    Letter(
        angle=Angle.LAST,
        key="closing",
        subject="Ich schließe das vorerst ab",
        opening="ich möchte Ihre Zeit nicht beanspruchen und schreibe Ihnen dazu deshalb zum "
        "letzten Mal.",
        ask="Darf ich das Thema schließen, oder möchten Sie noch etwas wissen?",
    ),
    Letter(
        angle=Angle.LAST,
        key="leave",
        subject="Ich belasse es dabei",
        opening="das ist die letzte Nachricht, die Sie dazu von mir bekommen. Ich belasse es "
        "dabei.",
        ask="Sie erreichen mich jederzeit mit einer Antwort auf diese Nachricht.",
    ),
)

REASONS: Final = (
    (
        Persona.EXECUTIVE,
        (
            (
                "Sie entscheiden, worauf sich die Aufmerksamkeit richtet, deshalb beschränke ich "
                "mich auf Wirkung und Kosten."
            ),
            "Da Sie die Verantwortung tragen, würde ich mich auf Ergebnis und Aufwand beschränken.",
            "In Ihrer Rolle würde ich die Einzelheiten weglassen und mit dem Ergebnis beginnen.",
        ),
    ),
    (
        Persona.SALES,
        (
            "Sie arbeiten im Vertrieb und wissen am besten, wo Zeit mit Kunden verloren geht.",
            "Aus Sicht des Vertriebs ist die Frage, ob mehr Zeit für Kunden bleibt.",
            (
                "Da Sie im Vertrieb arbeiten, würde ich damit beginnen, was es für den Tag Ihres "
                "Teams bedeutet."
            ),
        ),
    ),
    (
        Persona.MARKETING,
        (
            (
                "Da Sie im Marketing arbeiten, würde ich mit den Menschen beginnen, die Sie "
                "erreichen möchten."
            ),
            "Aus Sicht des Marketings ist die Frage, ob es zu dem passt, was bereits läuft.",
            (
                "Da Sie sich um Marketing kümmern, würde ich es an einem Beispiel aus dieser "
                "Arbeit zeigen."
            ),
        ),
    ),
    (
        Persona.FINANCE,
        (
            (
                "Da Sie auf die Ausgaben achten, würde ich mit Kosten und Aufwand beginnen und "
                "den Rest später zeigen."
            ),
            "Aus Sicht der Finanzen ist die Frage, was es kostet und was es spart.",
            "Da Sie mit Zahlen arbeiten, zeige ich Ihnen lieber eine Rechnung als einen Prospekt.",
        ),
    ),
    (
        Persona.TECHNOLOGY,
        (
            (
                "Da Sie mit Technik arbeiten, würde ich damit beginnen, wie es zu Ihren heutigen "
                "Systemen passt."
            ),
            (
                "Aus technischer Sicht ist die Frage, womit es sich verbinden lässt und wie "
                "sicher es ist."
            ),
            "Da Sie Ihre Systeme kennen, beantworte ich lieber Fragen, als etwas vorzuführen.",
        ),
    ),
    (
        Persona.OPERATIONS,
        (
            (
                "Da Sie den Betrieb am Laufen halten, würde ich damit beginnen, was sich im "
                "Alltag ändert und was nicht."
            ),
            "Aus Sicht des Betriebs ist die Frage, ob der Alltag dadurch ruhiger wird.",
            "Da der Alltag in Ihrer Hand liegt, würde ich zeigen, was die Einführung braucht.",
        ),
    ),
    (
        Persona.PEOPLE,
        (
            (
                "Da Sie mit Menschen und Teams arbeiten, würde ich damit beginnen, was es für "
                "diese bedeutet."
            ),
            "Aus deren Sicht ist die Frage, was es von Ihren Kolleginnen und Kollegen verlangt.",
            (
                "Da Sie sich um Menschen kümmern, würde ich damit beginnen, wie sich ein Team "
                "daran gewöhnt."
            ),
        ),
    ),
)
