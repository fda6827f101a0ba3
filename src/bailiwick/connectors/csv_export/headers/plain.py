"""A plain spreadsheet, in English, German, French and Spanish."""

from typing import Final

from bailiwick.ports.intake import ImportKind

SIGNATURES: Final[frozenset[str]] = frozenset()
"""Headers that this system has and a plain spreadsheet seldom has, letters and digits only."""
COLUMNS: Final = {
    ImportKind.CONTACTS: """
        external_id: id | contact id | external id | kontakt id | identifiant | kundennummer |
            customer id
        first_name: first name | given name | forename | firstname | fname | vorname | prenom |
            nombre | nombre de pila
        last_name: last name | surname | family name | lastname | lname | nachname |
            familienname | nom de famille | apellido | apellidos
        full_name: name | full name | contact | contact name | person | ansprechpartner |
            vollständiger name | nom | nom complet | nombre completo | contacto
        email: email | e-mail | mail | email address | e-mail address | e-mail-adresse |
            mailadresse | adresse e-mail | adresse mail | courriel | correo |
            correo electronico | email 1 | work email | e-mail 1 - value
        more_emails: other emails | secondary email | email 2 | weitere e-mails | autre e-mail |
            otro correo | additional emails | e-mail 2 - value
        title: title | job title | position | role | funktion | stellenbezeichnung |
            berufsbezeichnung | poste | fonction | cargo | puesto
        phone: phone | telephone | phone number | tel | telefon | telefonnummer |
            telephone fixe | numero de telephone | telefono | work phone
        mobile: mobile | mobile phone | cell | cell phone | handy | mobil | mobiltelefon |
            portable | telephone portable | movil | celular
        country: country | land | pays | pais | country code | country/region
        city: city | town | stadt | ort | ville | ciudad | localidad
        timezone: timezone | time zone | zeitzone | fuseau horaire | zona horaria
        language: language | sprache | langue | idioma | locale
        lifecycle: lifecycle | lifecycle stage | status | stage | statut | estado
        owner_email: owner | owner email | account manager | sales rep | betreuer | zustandig |
            proprietaire | responsable | propietario
        do_not_contact: do not contact | do_not_contact | dnc | do not email | do not mail |
            blocked | nicht kontaktieren | kontaktsperre | ne pas contacter | no contactar
        unsubscribed: unsubscribed | opt out | opted out | optout | email opt out | opt-out |
            abgemeldet | desabonne | desinscrit | dado de baja
        subscribed: subscribed | opt in | opted in | opt-in | newsletter | accepts marketing |
            email consent | abonniert | abonne | suscrito
        bounced: bounced | bounce | hard bounce | email invalid | unzustellbar | rebotado
        account_id: company id | account id | organization id | firmen id
        account_name: company | company name | account | account name | organization |
            organisation | employer | firma | unternehmen | entreprise | societe | empresa |
            compania
        account_domain: company domain | domain | website | webseite | site web | sitio web |
            company website
        created_at: created | created at | create date | created on | date created | erstellt |
            erstellt am | cree le | date de creation | creado | fecha de creacion
        updated_at: updated | updated at | modified | last modified | geandert am | modifie le |
            actualizado
    """,
    ImportKind.ACCOUNTS: """
        external_id: id | account id | company id | external id | kundennummer
        name: company | company name | account | account name | organization | organisation |
            name | firma | firmenname | unternehmen | entreprise | societe | raison sociale |
            empresa | compania
        domain: domain | company domain | domain name
        website: website | url | web site | homepage | webseite | site web | sitio web
        industry: industry | sector | branche | secteur | industria
        employees: employees | number of employees | headcount | company size | mitarbeiter |
            mitarbeiterzahl | effectif | empleados
        country: country | land | pays | pais
        city: city | stadt | ort | ville | ciudad
        description: description | notes | about | beschreibung | descripcion
        owner_email: owner | owner email | account manager | account owner | betreuer
        created_at: created | created at | created on | erstellt am
        updated_at: updated | updated at | modified
    """,
    ImportKind.DEALS: """
        external_id: id | deal id | opportunity id
        name: deal | deal name | opportunity | opportunity name | name | title |
            verkaufschance | affaire | opportunite | oportunidad | negocio
        stage: stage | deal stage | phase | pipeline stage | etape | etapa | fase | status
        amount: amount | value | deal value | revenue | betrag | wert | montant | importe | valor
        currency: currency | wahrung | devise | moneda
        close_on: close date | closing date | expected close date | expected close |
            abschlussdatum | date de cloture | fecha de cierre
        closed: closed | is closed | geschlossen
        won: won | is won | gewonnen | gagne | ganado
        owner_email: owner | deal owner | owner email
        account_id: company id | account id
        account_name: company | company name | account | account name | customer | firma |
            entreprise | empresa
        contact_id: contact id
        contact_email: contact email | email | e-mail
        created_at: created | created at
        updated_at: updated | updated at
    """,
    ImportKind.LEADS: """
        external_id: id | lead id
        name: lead | lead name | name | full name
        first_name: first name | vorname | prenom
        last_name: last name | nachname | apellido
        company: company | company name | firma | entreprise | empresa
        email: email | e-mail | mail | correo | courriel
        phone: phone | telefon | telephone | telefono
        source: source | lead source | quelle | origen
        status: status | lead status | statut | estado
        unsubscribed: unsubscribed | opt out | opted out
        created_at: created | created at
    """,
    ImportKind.PRODUCTS: """
        external_id: id | product id
        name: product | product name | name | item | produkt | artikel | produit | producto
        sku: sku | code | product code | item code | article number | artikelnummer |
            reference | referencia
        amount: price | unit price | list price | preis | prix | precio
        currency: currency | wahrung | devise | moneda
    """,
    ImportKind.ACTIVITIES: """
        external_id: id | activity id
        activity_kind: type | activity type | kind | typ | art
        subject: subject | title | betreff | objet | asunto
        note: note | notes | body | description | comments | notiz | commentaire | nota
        at: date | activity date | at | timestamp | datum | fecha | due date
        contact_id: contact id
        contact_email: contact email | email | contact | e-mail
        account_id: company id | account id
        account_name: company | account | company name
        deal_id: deal id | opportunity id
    """,
}
"""For each kind lines of `field: header | header`; an indented line continues the one before."""
