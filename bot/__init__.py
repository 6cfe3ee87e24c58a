"""榕策问答: answers questions about a city's policy document with the document's own words."""

import os

# Libraries that share one text among several threads let these wait in a loop for each other; beside other work the encoder then takes ten
# times as long. It is read when such a library is loaded, so it stands here.
os.environ.setdefault("OMP_NUM_THREADS", "1")
