"""Spanish letters of a series: for each angle and footing at least three, and what each adds."""

from typing import Final

from bailiwick.domain.drafting.pack import Letter
from bailiwick.domain.drafting.persona import Footing, Persona
from bailiwick.domain.drafting.place import Angle

LETTERS: Final = (
    Letter(
        angle=Angle.INTRODUCTION,
        key="question",
        subject="Una pregunta para {{account.name}}",
        opening="Trabajo con {{workspace.company}} y tengo una pregunta sobre cómo "
        "{{account.name}} atiende hoy a sus clientes.",
        ask="¿Puedo enviarle un resumen breve para que valore si le resulta útil?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="introduction",
        subject="{{workspace.company}} y {{account.name}}",
        opening="Le escribo en nombre de {{workspace.company}} para saber si nuestro trabajo "
        "puede ser útil para {{account.name}}[[ en {{account.city}}]].",
        ask="¿Quién sería la persona indicada para una conversación breve?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="relevance",
        subject="¿Es relevante para {{account.name}}?",
        opening="El motivo de mi mensaje es sencillo. {{workspace.company}} quiere entender qué "
        "importa ahora a {{account.name}} y si podemos ayudar.",
        ask="¿Puedo proponerle una llamada breve?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        key="personal",
        subject="Una breve presentación de {{workspace.company}}",
        opening="{{contact.first_name}}, quiero presentarle {{workspace.company}} y saber si "
        "nuestro trabajo le resulta útil.",
        ask="¿Qué momento le conviene para una llamada breve?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="open",
        subject="Preguntas abiertas en {{account.name}}",
        opening="Llevo en {{workspace.company}} el contacto con {{account.name}}.",
        ask="¿Hay alguna pregunta abierta que pueda aclararle?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="stand",
        subject="¿Qué ayudaría ahora a {{account.name}}?",
        opening="Para que todo sea fácil para {{account.name}}, me gustaría saber en qué punto "
        "están.",
        ask="¿Qué paso siguiente le ayudaría más?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.IN_DEAL,
        key="simple",
        subject="El siguiente paso con {{workspace.company}}",
        opening="Quiero que el siguiente paso con {{workspace.company}} sea lo más sencillo "
        "posible.",
        ask="¿Repasamos lo que queda abierto en una llamada breve?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="going",
        subject="¿Cómo va todo en {{account.name}}?",
        opening="{{account.name}} trabaja con {{workspace.company}}, y me gustaría saber cómo va.",
        ask="¿Hay algo que deberíamos hacer mejor?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="view",
        subject="Su opinión sobre {{workspace.company}}",
        opening="Usted conoce {{workspace.company}} por la práctica, y su opinión me importa.",
        ask="¿Puedo hacerle unas preguntas en una llamada breve?",
    ),
    Letter(
        angle=Angle.INTRODUCTION,
        footing=Footing.CUSTOMER,
        key="care",
        subject="¿Algo abierto con {{workspace.company}}?",
        opening="Le escribo en nombre de {{workspace.company}} para saber cómo está todo.",
        ask="¿Hay algo abierto por su parte de lo que pueda ocuparme?",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="reminder",
        subject="Seguimiento de mi mensaje",
        opening="Quería retomar mi mensaje anterior.",
        ask="¿Le interesa el tema[[ en {{account.name}}]], o debo dirigirme a otra persona?",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="brief",
        subject="¿Recibió mi mensaje?",
        opening="Quizá mi mensaje llegó en un momento de mucho trabajo.",
        ask="¿Le sería útil un resumen breve? Si no es buen momento, basta con una respuesta "
        "corta.",
    ),
    Letter(
        angle=Angle.REMINDER,
        key="choice",
        subject="¿Seguimos en contacto?",
        opening="No he recibido respuesta, y no pasa nada.",
        ask="¿Seguimos en contacto, o no es un tema[[ para {{account.name}}]] en este momento?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="reason",
        subject="Por qué le escribo[[ a {{account.name}}]]",
        opening="Le digo con claridad por qué le escribo. Quiero saber si {{workspace.company}} "
        "puede quitarle trabajo.",
        ask="¿Le ayudaría un resumen breve para valorarlo?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="matters",
        subject="¿Qué le importa[[ en {{account.name}}]]?",
        opening="No quiero enviarle nada que no le importe[[ en {{account.name}}]].",
        ask="¿Qué tendría que darse para que valga la pena una llamada breve?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        key="today",
        subject="¿Cómo lo hacen hoy?",
        opening="Cada empresa parte de otro punto, así que prefiero preguntar antes que suponer.",
        ask="¿Cómo lo resuelven hoy[[ en {{account.name}}]]?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="missing",
        subject="¿Qué falta todavía?",
        opening="Quiero que tenga todo lo necesario para decidir con calma.",
        ask="¿Qué información le falta todavía?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="include",
        subject="¿Quién más debería saberlo?",
        opening="Decidir es más fácil cuando todas las personas implicadas saben lo mismo.",
        ask="¿Hay alguien[[ en {{account.name}}]] a quien deba incluir?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.IN_DEAL,
        key="early",
        subject="¿Hay algo que lo frene?",
        opening="Si algo lo frena, prefiero saberlo pronto.",
        ask="¿Qué le facilitaría el siguiente paso?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="more",
        subject="¿Más ayuda de {{workspace.company}}?",
        opening="Usted ya trabaja con {{workspace.company}}, así que este mensaje es breve.",
        ask="¿Hay[[ en {{account.name}}]] alguna tarea en la que le vendría bien más ayuda "
        "nuestra?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="change",
        subject="¿Qué cambiaría?",
        opening="Su opinión nos dice en qué trabajar después.",
        ask="¿Qué cambiaría primero en nuestra forma de colaborar?",
    ),
    Letter(
        angle=Angle.RELEVANCE,
        footing=Footing.CUSTOMER,
        key="team",
        subject="¿Algo para su equipo?",
        opening="Me gustaría que todo su equipo aproveche lo que ya tienen.",
        ask="¿Lo repasamos juntos en una llamada breve?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="wrong",
        subject="La persona indicada[[ en {{account.name}}]]",
        opening="Quizá he escrito a la persona equivocada, y lo siento si es así.",
        ask="¿Quién se ocupa de este tema[[ en {{account.name}}]]?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="yours",
        subject="¿A quién debo preguntar?",
        opening="Prefiero preguntar antes que seguir escribiendo a la persona equivocada.",
        ask="¿Le corresponde a usted, o debo dirigirme a alguien de su equipo?",
    ),
    Letter(
        angle=Angle.REFERRAL,
        key="name",
        subject="¿Podría indicarme a alguien?",
        opening="Quizá se ocupa de esto otra persona[[ en {{account.name}}]]. Basta con un "
        "nombre, yo me ocupo del resto.",
        ask="¿Quién sería la persona indicada para una conversación breve?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="moment",
        subject="¿Le viene mejor otro momento?",
        opening="Quizá esto llega simplemente en mal momento.",
        ask="¿Cuándo sería mejor volver a escribirle?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="later",
        subject="¿Más adelante, quizá?",
        opening="Sé que hay otras cosas antes.",
        ask="¿Vuelvo a escribirle más adelante y, si es así, cuándo?",
    ),
    Letter(
        angle=Angle.TIMING,
        key="wait",
        subject="Un momento mejor para esto",
        opening="Si hay[[ en {{account.name}}]] un momento mejor para esto, lo esperaré con gusto.",
        ask="¿Qué mes le vendría bien?",
    ),
    Letter(
        angle=Angle.LAST,
        key="last",
        subject="Mi último mensaje sobre esto",
        opening="Este es mi último mensaje sobre este tema.",
        ask="Si llega a ser relevante, basta con una respuesta corta y le ayudaré con gusto.",
    ),
    Letter(
        angle=Angle.LAST,
        key="closing",
        subject="Cierro esto por ahora",
        opening="No quiero quitarle tiempo, así que le escribo sobre esto por última vez.",
        ask="¿Puedo cerrar el tema, o hay algo más que le gustaría saber?",
    ),
    Letter(
        angle=Angle.LAST,
        key="leave",
        subject="Lo dejo aquí",
        opening="Este es el último mensaje que recibirá de mí sobre esto. Lo dejo aquí.",
        ask="Puede localizarme en cualquier momento respondiendo a este mensaje.",
    ),
)

REASONS: Final = (
    (
        Persona.EXECUTIVE,
        (
            (
                "Usted decide a qué se presta atención, así que me limito a lo que cambia y a lo "
                "que cuesta."
            ),
            "Como usted lleva la responsabilidad, me limitaría al resultado y al esfuerzo.",
            "En su función dejaría los detalles a un lado y empezaría por el resultado.",
        ),
    ),
    (
        Persona.SALES,
        (
            (
                "Usted trabaja en ventas y sabe mejor que nadie dónde se pierde tiempo con los "
                "clientes."
            ),
            (
                "Desde el punto de vista de ventas, la cuestión es si queda más tiempo para los "
                "clientes."
            ),
            (
                "Como trabaja en ventas, empezaría por lo que significa para el día a día de su "
                "equipo."
            ),
        ),
    ),
    (
        Persona.MARKETING,
        (
            "Como trabaja en marketing, empezaría por las personas a las que quiere llegar.",
            (
                "Desde el punto de vista de marketing, la cuestión es si encaja con lo que ya "
                "tienen en marcha."
            ),
            "Como se ocupa de marketing, lo mostraría con un ejemplo de ese trabajo.",
        ),
    ),
    (
        Persona.FINANCE,
        (
            (
                "Como vigila los gastos, empezaría por el coste y el esfuerzo y dejaría el resto "
                "para después."
            ),
            "Desde el punto de vista de finanzas, la cuestión es qué cuesta y qué ahorra.",
            "Como trabaja con números, prefiero mostrarle un cálculo antes que un folleto.",
        ),
    ),
    (
        Persona.TECHNOLOGY,
        (
            (
                "Como trabaja con tecnología, empezaría por cómo encaja con lo que ya tienen en "
                "marcha."
            ),
            "Desde el punto de vista técnico, la cuestión es con qué se conecta y si es seguro.",
            "Como conoce sus sistemas, prefiero responder a preguntas antes que presentar.",
        ),
    ),
    (
        Persona.OPERATIONS,
        (
            (
                "Como mantiene todo en marcha, empezaría por lo que cambia en el trabajo diario "
                "y lo que no."
            ),
            (
                "Desde el punto de vista de operaciones, la cuestión es si el día a día resulta "
                "más tranquilo."
            ),
            "Como el trabajo diario está en sus manos, le mostraría qué exige ponerlo en marcha.",
        ),
    ),
    (
        Persona.PEOPLE,
        (
            "Como trabaja con personas y equipos, empezaría por lo que significa para ellos.",
            "Desde su punto de vista, la cuestión es qué exige a sus colegas.",
            "Como se ocupa de las personas, empezaría por cómo se acostumbra un equipo.",
        ),
    ),
)
