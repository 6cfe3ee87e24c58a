"""榕策问答: answers questions about a city's policy document with the document's own words."""
