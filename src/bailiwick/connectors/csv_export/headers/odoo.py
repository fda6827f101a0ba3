"""Odoo: exports of res.partner, crm.lead, product and mail.activity, by label or technical name."""

from typing import Final

from bailiwick.ports.intake import ImportKind

SIGNATURES: Final[frozenset[str]] = frozenset(
    {
        "externalid",
        "parentidid",
        "companyexternalid",
        "relatedcompanyexternalid",
        "iscompany",
        "isacompany",
        "parentid",
        "partnerid",
        "expectedrevenue",
        "relatedcompany",
        "stageidid",
    }
)
"""Headers that this system has and a plain spreadsheet seldom has, letters and digits only."""
COLUMNS: Final = {
    ImportKind.CONTACTS: """
        external_id: external id | id
        full_name: name | display name | complete name
        is_company: is a company | is_company | company type
        email: email | email normalized
        title: job position | function
        phone: phone
        mobile: mobile
        country: country | country_id | country/country code | country_id/code
        city: city
        timezone: timezone | tz
        language: language | lang
        website: website | website link
        industry: industry | industry_id
        owner_email: salesperson/email | user_id/email | salesperson/login | user_id/login
        unsubscribed: blacklist | is_blacklisted | blacklisted
        account_id: company/external id | parent_id/id | related company/external id
        account_name: company/name | parent_id | parent_id/name | related company |
            related company/name | company name | company_name
        created_at: created on | create_date
        updated_at: last updated on | write_date
    """,
    ImportKind.DEALS: """
        external_id: external id | id
        name: opportunity | name
        stage: stage | stage_id | stage/stage name | stage_id/name
        amount: expected revenue | expected_revenue | planned_revenue
        currency: currency | company_currency | company currency
        close_on: expected closing | date_deadline
        account_id: customer/external id | partner_id/id
        account_name: customer | partner_id | partner_id/name | customer/name
        contact_email: email | email_from
        won: won | is_won
        owner_email: salesperson/email | user_id/email | user_id/login
        created_at: created on | create_date
    """,
    ImportKind.LEADS: """
        external_id: external id | id
        name: contact name | contact_name
        company: company name | partner_name
        email: email | email_from
        phone: phone
        source: source | source_id
        status: stage | stage_id
        created_at: created on | create_date
    """,
    ImportKind.PRODUCTS: """
        external_id: external id | id
        name: name | product name
        sku: internal reference | default_code
        amount: sales price | list_price
        currency: currency | currency_id
    """,
    ImportKind.ACTIVITIES: """
        external_id: external id | id
        activity_kind: activity type | activity_type_id
        subject: summary
        note: note
        at: due date | date_deadline
        contact_id: related document id | res_id
    """,
}
"""For each kind lines of `field: header | header`; an indented line continues the one before."""
