"""All that touches torch outside training: build a model, read a model, hold the two against each other."""
