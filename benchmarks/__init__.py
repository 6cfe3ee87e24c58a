"""This project beside a stock Rasa project, on the same questions, in one run: `make bench`."""
