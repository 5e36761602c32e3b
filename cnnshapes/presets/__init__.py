"""The networks of the notes and the classics, each a small readable Design; a file per family.

A preset is a function without arguments that returns a Design, entered under its own name by `@entered`, or a member of
a family entered by `enter`. Where torchvision has the network too, the nodes with weights are called as its modules
are, so that `named_parameters()` and the rows of the report can be laid side by side.
"""

# presets are listed in the order of these imports
# isort: off
from cnnshapes.presets.base import PRESETS, Preset, preset
from cnnshapes.presets import notes, lenet, alexnet, vgg, googlenet, resnet, densenet, mobilenet, comparisons
# isort: on

__all__ = [
    "PRESETS",
    "Preset",
    "alexnet",
    "comparisons",
    "densenet",
    "googlenet",
    "lenet",
    "mobilenet",
    "notes",
    "preset",
    "resnet",
    "vgg",
]
