"""Characters and words: script, width, segmentation, numerals, what must not be kept."""
