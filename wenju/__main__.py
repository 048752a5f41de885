"""`python -m wenju` is `wenju`."""

from wenju.cli import main

main()
