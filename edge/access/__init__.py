"""Who may see and do what: accounts, sessions, tokens, and a book of what was done."""
