#!/bin/sh
# Rasa's own test: two-fold cross-validation over nlu/; keeps the picture of which intents are taken for which.
# (`rasa data split nlu` would lose the metadata of the blocks, from which passages and reasons are learned.)
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/rasa test nlu --cross-validation --folds 2 -u nlu -c config.yml --out "$work"
cp "$work/intent_confusion_matrix.png" docs/confusion.png
