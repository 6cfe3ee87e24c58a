"""Reads policy documents of any layout and format into one typed result: chapters, clauses, units, facts, and every doubt."""
