"""The additional coordination position: a Gemeinde asks, its Kreis decides (fachlichkeit.md §5).

A Gemeinde with its own Ausländerbehörde, its own Jugendamt and an Integrationsrat or Integrationsausschuss may
ask its Kreis to apply for one coordinator more (Förderrichtlinie KIM, Baustein 1). A missing criterion blocks
the submission, on the page, in the use case and in the database.
"""
