"""Salesforce: reports and the API names of the Data Loader."""

from typing import Final

from bailiwick.ports.intake import ImportKind

SIGNATURES: Final[frozenset[str]] = frozenset(
    {
        "accountid",
        "contactid",
        "opportunityid",
        "lastmodifieddate",
        "isdeleted",
        "systemmodstamp",
        "hasoptedoutofemail",
        "emailoptout",
        "accountname",
        "opportunityname",
        "leadid",
    }
)
"""Headers that this system has and a plain spreadsheet seldom has, letters and digits only."""
COLUMNS: Final = {
    ImportKind.CONTACTS: """
        external_id: id | contact id | contactid | case safe contact id
        first_name: first name | firstname
        last_name: last name | lastname
        full_name: name | contact name | full name
        email: email
        title: title
        phone: phone | business phone
        mobile: mobile | mobilephone
        country: mailing country | mailingcountry | mailingcountrycode
        city: mailing city | mailingcity
        language: languages__c | languages
        owner_email: contact owner | owner.email | contact owner: email
        unsubscribed: email opt out | hasoptedoutofemail
        do_not_contact: do not call and mail | do not contact | donotcontact__c |
            do_not_contact__c
        bounced: email bounced date | emailbounceddate | email bounced reason |
            emailbouncedreason | isemailbounced
        account_id: account id | accountid
        account_name: account name | account.name
        lifecycle: lead source | leadsource
        created_at: created date | createddate
        updated_at: last modified date | lastmodifieddate
    """,
    ImportKind.ACCOUNTS: """
        external_id: id | account id | accountid
        name: account name | name
        website: website
        industry: industry
        employees: employees | numberofemployees
        country: billing country | billingcountry | billing country/region | billingcountrycode
        city: billing city | billingcity
        description: description | account description
        owner_email: account owner | owner.email
        created_at: created date | createddate
        updated_at: last modified date | lastmodifieddate
    """,
    ImportKind.DEALS: """
        external_id: id | opportunity id | opportunityid
        name: opportunity name | name
        stage: stage | stagename | stage name
        amount: amount
        currency: amount currency | currencyisocode | opportunity currency
        close_on: close date | closedate
        closed: closed | isclosed
        won: won | iswon
        owner_email: opportunity owner | owner.email
        account_id: account id | accountid
        account_name: account name | account.name
        contact_id: contact id | contactid | primary contact id
        created_at: created date | createddate
        updated_at: last modified date | lastmodifieddate
    """,
    ImportKind.LEADS: """
        external_id: id | lead id | leadid
        first_name: first name | firstname
        last_name: last name | lastname
        name: name
        company: company | company / account
        email: email
        phone: phone
        source: lead source | leadsource
        status: lead status | status
        unsubscribed: email opt out | hasoptedoutofemail
        created_at: created date | createddate
    """,
    ImportKind.PRODUCTS: """
        external_id: id | product id | product2id
        name: product name | name
        sku: product code | productcode
        amount: list price | unitprice | unit price
        currency: currencyisocode | list price currency
    """,
    ImportKind.ACTIVITIES: """
        external_id: id | activity id
        activity_kind: activity type | type | task subtype | tasksubtype
        subject: subject
        note: comments | description | full comments
        at: date | activitydate | activity date | due date | startdatetime
        contact_id: whoid | contact id | name id
        account_id: accountid | account id
        deal_id: whatid | opportunity id | related to id
    """,
}
"""For each kind lines of `field: header | header`; an indented line continues the one before."""
