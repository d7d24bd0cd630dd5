"""The demo district: real bodies of North Rhine-Westphalia, roles instead of persons, computed figures only."""
