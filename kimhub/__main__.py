"""`python -m kimhub` is the command `kimhub`."""

from kimhub.cli import main

main()
