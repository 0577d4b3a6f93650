"""From planned deliveries to mails that left: claimed, fenced, handed over, recorded.

send        a round of it: bundle after bundle, as long as there is one and time for it
claims      which worker holds which bundle; copies are what it takes out of one
postbook    the ledger in PostgreSQL: the fence, and every answer
transports  how mail leaves: by SMTP (smtp), a provider's API, into the local mailbox
rates, watch, breaker, halts   what slows it down or stops it
sweep       what got stuck or old
marker      what betrays a restored backup
"""
