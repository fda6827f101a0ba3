"""A generated but lifelike company: accounts, contacts, deals and their mail, from one seed."""
