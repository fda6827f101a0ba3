"""Twenty: exports of people, companies, opportunities, tasks and notes."""

from typing import Final

from bailiwick.ports.intake import ImportKind

SIGNATURES: Final[frozenset[str]] = frozenset(
    {
        "namefirstname",
        "emailsprimaryemail",
        "domainnamelinkprimarylinkurl",
        "domainnamelinkurl",
        "amountamount",
        "amountamountmicros",
        "phonesprimaryphonenumber",
        "pointofcontactid",
        "companycompanyid",
    }
)
"""Headers that this system has and a plain spreadsheet seldom has, letters and digits only."""
COLUMNS: Final = {
    ImportKind.CONTACTS: """
        external_id: id
        first_name: name / first name | first name
        last_name: name / last name | last name
        email: emails / primary email | primary email
        more_emails: emails / additional emails | additional emails
        title: job title
        phone: phones / primary phone number | phones / primary phone
        phone_prefix: phones / primary phone calling code
        city: city
        account_id: company / company id | company id | company / id
        account_name: company / name | company
        account_domain: company / domain name
        created_at: creation date | created at
        updated_at: last update | updated at
    """,
    ImportKind.ACCOUNTS: """
        external_id: id
        name: name
        domain: domain name / link url | domain name / primary link url | domain name |
            domain name / url
        employees: employees
        country: address / address country | address / country
        city: address / address city | address / city
        owner_email: account owner
        created_at: creation date | created at
        updated_at: last update | updated at
    """,
    ImportKind.DEALS: """
        external_id: id
        name: name
        stage: stage
        amount: amount / amount
        amount_micros: amount / amount micros
        currency: amount / currency | amount / currency code
        close_on: close date
        account_id: company / company id | company id | company / id
        account_name: company / name | company
        contact_id: point of contact / person id | point of contact id | point of contact / id
        created_at: creation date | created at
    """,
    ImportKind.ACTIVITIES: """
        external_id: id
        subject: title
        note: body | body v2 / markdown | body / markdown
        at: due date | creation date
        activity_kind: type
    """,
}
"""For each kind lines of `field: header | header`; an indented line continues the one before."""
