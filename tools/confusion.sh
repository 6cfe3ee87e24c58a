#!/bin/sh
# Rasa's own test: trains on four fifths of nlu/, asks the rest, and keeps the picture of which intents are taken for which.
set -eu
bin=.venv/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$bin/rasa data split nlu -u nlu --training-fraction 0.8 --random-seed 1 --out "$work/split"
$bin/rasa train nlu -u "$work/split/training_data.yml" --out "$work/models"
$bin/rasa test nlu -u "$work/split/test_data.yml" -m "$work/models" --out "$work/results"
cp "$work/results/intent_confusion_matrix.png" docs/confusion.png
