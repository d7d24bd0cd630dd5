"""Unterrichtungen: a body tells the committees of its Gemeinden, and its own, what is going on (fachlichkeit.md §6).

One text for many readers (`tenants.sharing`). Each member confirms by itself that it has taken note; whoever gave it
sees how many did in each body, never who.
"""
