"""Frappe CRM and ERPNext: data exports with labels or field names."""

from typing import Final

from bailiwick.ports.intake import ImportKind

SIGNATURES: Final[frozenset[str]] = frozenset(
    {
        "emailid",
        "organizationname",
        "crmdeal",
        "leadname",
        "customername",
        "mobileno",
        "opportunityfrom",
        "idemailids",
        "emailidemailids",
        "expectedclosingdate",
    }
)
"""Headers that this system has and a plain spreadsheet seldom has, letters and digits only."""
COLUMNS: Final = {
    ImportKind.CONTACTS: """
        external_id: id | name
        first_name: first name
        last_name: last name
        full_name: full name
        email: email id | email address | email
        more_emails: email id (email ids) | emailids
        title: designation | job title
        phone: phone | phone no
        mobile: mobile no | mobile no (contact numbers)
        account_name: company name | organization | company
        unsubscribed: unsubscribed
        status: status
        city: city
        created_at: created on | creation
        updated_at: last updated on | modified
    """,
    ImportKind.ACCOUNTS: """
        external_id: id
        name: organization name | customer name
        website: website
        industry: industry
        employees: no. of employees | no of employees
        country: country | territory
        domain: domain
        created_at: created on | creation
    """,
    ImportKind.DEALS: """
        external_id: id | name
        name: title | deal name
        stage: status | sales stage
        amount: deal value | opportunity amount | expected deal value | annual revenue
        currency: currency
        close_on: expected closing | expected closing date | close date | expected closure date
        owner_email: deal owner | opportunity owner
        account_name: organization | customer name | party
        contact_email: email | contact email | primary email
        created_at: created on | creation
    """,
    ImportKind.LEADS: """
        external_id: id | name
        name: lead name | full name
        first_name: first name
        last_name: last name
        company: organization | organization name | company name
        email: email | email address | email id
        phone: mobile no | phone
        source: source
        status: status
        unsubscribed: unsubscribed
        created_at: created on | creation
    """,
    ImportKind.PRODUCTS: """
        external_id: id
        sku: item code | product code
        name: item name | product name
        amount: standard selling rate | standard rate
        currency: currency
    """,
    ImportKind.ACTIVITIES: """
        external_id: id | name
        activity_kind: communication type | activity type | type | communication medium
        subject: subject | title
        note: content | description | note
        at: date | communication date | created on | starts on
        contact_email: sender | email
    """,
}
"""For each kind lines of `field: header | header`; an indented line continues the one before."""
