"""The Posteingang: what people are told, as a line there and as a mail.

A tenant receives the events that concern it by a job of its own, finds the people who hold a fitting role at that
moment, and writes a line for each. Nobody writes into another tenant's inbox (docs/adr/0038-events-are-facts.md).
"""
