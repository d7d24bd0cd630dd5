"""Mail: written with the work it tells of, sent after the commit, once.

A mail is a row in the transaction of the use case, and a job that sends it. Without an SMTP server mails become
files in ``var/mail``. Neither log nor queue ever holds an address or a line of text.
"""
