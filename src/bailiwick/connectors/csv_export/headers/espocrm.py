"""EspoCRM: list exports with labels or field names."""

from typing import Final

from bailiwick.ports.intake import ImportKind

SIGNATURES: Final[frozenset[str]] = frozenset(
    {
        "emailaddress",
        "accountname",
        "emailaddressisoptedout",
        "donotcall",
        "assigneduserusername",
        "assignedusername",
        "createdbyname",
    }
)
"""Headers that this system has and a plain spreadsheet seldom has, letters and digits only."""
COLUMNS: Final = {
    ImportKind.CONTACTS: """
        external_id: id
        first_name: first name | firstname
        last_name: last name | lastname
        full_name: name
        email: email | email address | emailaddress
        title: title | account title
        phone: phone | phone number
        country: address country
        city: address city
        owner_email: assigned user | assigned user username
        do_not_contact: do not call
        unsubscribed: email address is opted-out | emailaddressisoptedout |
            email address opted out
        bounced: email address is invalid | emailaddressisinvalid
        account_id: account id
        account_name: account name | account
        created_at: created at
        updated_at: modified at
    """,
    ImportKind.ACCOUNTS: """
        external_id: id
        name: name
        website: website
        industry: industry
        country: billing address country | billingaddresscountry
        city: billing address city | billingaddresscity
        description: description
        owner_email: assigned user
        created_at: created at
        updated_at: modified at
    """,
    ImportKind.DEALS: """
        external_id: id
        name: name
        stage: stage
        amount: amount
        currency: amount currency
        close_on: close date
        account_id: account id
        account_name: account name | account
        contact_id: contact id
        created_at: created at
    """,
    ImportKind.LEADS: """
        external_id: id
        first_name: first name
        last_name: last name
        name: name
        company: account name
        email: email | email address
        phone: phone | phone number
        source: source
        status: status
        created_at: created at
    """,
    ImportKind.ACTIVITIES: """
        external_id: id
        subject: name
        note: description
        at: date start | datestart
        account_id: account id
        activity_kind: status entity type | entity type
        contact_id: contact id
    """,
}
"""For each kind lines of `field: header | header`; an indented line continues the one before."""
