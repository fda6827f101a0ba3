"""HubSpot: record exports of contacts, companies, deals, products and activities."""

from typing import Final

from bailiwick.ports.intake import ImportKind

SIGNATURES: Final[frozenset[str]] = frozenset({"recordid", "hsobjectid"})
"""Headers that this system has and a plain spreadsheet seldom has, letters and digits only."""
COLUMNS: Final = {
    ImportKind.CONTACTS: """
        external_id: record id | record id - contact | hs_object_id | contact id | vid
        first_name: first name | firstname
        last_name: last name | lastname
        email: email
        more_emails: additional email addresses | hs_additional_emails | work email
        title: job title | jobtitle
        phone: phone number | phone
        mobile: mobile phone number | mobilephone
        country: country/region | country
        city: city
        timezone: time zone | hs_timezone
        language: preferred language | hs_language
        lifecycle: lifecycle stage | lifecyclestage
        owner_email: contact owner | hubspot_owner_id
        unsubscribed: unsubscribed from all email | hs_email_optout | opted out of all email
        bounced: email hard bounce reason | hard bounce reason |
            hs_email_hard_bounce_reason_enum | invalid email address
        account_id: associated company ids | primary associated company id |
            associatedcompanyid | associated company ids (primary) | primary company id
        account_name: company name | associated company | company | primary company
        account_domain: email domain company
        created_at: create date | createdate
        updated_at: last modified date | lastmodifieddate
    """,
    ImportKind.ACCOUNTS: """
        external_id: record id | record id - company | hs_object_id | company id
        name: company name | name
        domain: company domain name | domain
        website: website url | website
        industry: industry
        employees: number of employees | numberofemployees
        country: country/region | country
        city: city
        description: description
        owner_email: company owner | hubspot_owner_id
        created_at: create date | createdate
        updated_at: last modified date
    """,
    ImportKind.DEALS: """
        external_id: record id | record id - deal | hs_object_id | deal id
        name: deal name | dealname
        stage: deal stage | dealstage
        amount: amount | amount in company currency
        currency: currency | deal_currency_code
        close_on: close date | closedate
        closed: is deal closed? | hs_is_closed | is closed
        won: is closed won | hs_is_closed_won
        owner_email: deal owner | hubspot_owner_id
        account_id: associated company ids | associated company ids (primary) |
            primary associated company id
        account_name: associated company | primary company
        contact_id: associated contact ids
        created_at: create date | createdate
        updated_at: last modified date
    """,
    ImportKind.PRODUCTS: """
        external_id: record id | hs_object_id | product id
        name: name | product name
        sku: sku | hs_sku
        amount: unit price | price
        currency: currency | hs_price_currency
    """,
    ImportKind.ACTIVITIES: """
        external_id: record id | engagement id | hs_object_id
        activity_kind: activity type | engagement type | type
        subject: subject | activity title | meeting name | call title | task title | email subject
        note: body | note body | activity body | call notes | meeting description | notes
        at: activity date | timestamp | hs_timestamp | create date
        contact_id: associated contact ids | contact id
        account_id: associated company ids | company id
        deal_id: associated deal ids | deal id
    """,
    ImportKind.LEADS: """
        external_id: record id | lead id
        name: lead name
        status: lead status | lead stage
        source: lead source | original source
        email: email
    """,
}
"""For each kind lines of `field: header | header`; an indented line continues the one before."""
