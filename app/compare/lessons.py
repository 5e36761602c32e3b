"""What the notes hold side by side, a click each, and what they learn from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.language import t

Names = tuple[str, ...]


def titles() -> Mapping[Names, str]:
    """The comparisons of the notes, presets by name, by what they are called."""
    return {
        ("vgg_3x3_twice", "vgg_5x5_once"): t("3×3 twice or 5×5"),
        ("inception_without_1x1", "inception_with_1x1"): t("Without or with 1×1"),
        ("plain_block", "residual_block", "dense_block"): t("Plain, residual, dense"),
        ("flatten_head", "global_pooling_head"): t("Flatten or global pooling"),
        ("googlenet", "alexnet", "vgg16"): t("GoogLeNet, AlexNet, VGG"),
        ("alexnet_one_tower", "alexnet_two_gpu"): t("AlexNet on one GPU or two"),
    }


def learned(names: Sequence[str]) -> str:
    """What the notes learn from a comparison, "" where it is none of theirs."""
    return {
        ("vgg_3x3_twice", "vgg_5x5_once"): t(
            "Two 3×3 convolutions see the same 5×5 pixels as one 5×5 convolution, with 294,912 weights instead of "
            "409,600. So VGG has 3×3 kernels alone."
        ),
        ("inception_without_1x1", "inception_with_1x1"): t(
            "A 1×1 convolution to 32 channels before the 3×3 leaves what goes in and comes out as it was, and 40,960 "
            "of 147,456 weights. GoogLeNet's inception blocks are built on it."
        ),
        ("plain_block", "residual_block", "dense_block"): t(
            "The sum of a residual block costs no parameter, and its convolutions learn only the difference to the "
            "input. A dense block concatenates instead, so its channels grow with every layer."
        ),
        ("flatten_head", "global_pooling_head"): t(
            "Flattened, a map of 512×7×7 gives the classifier 25,088 features; the mean of each channel gives 512, "
            "whatever the size of the picture."
        ),
        ("googlenet", "alexnet", "vgg16"): t(
            "GoogLeNet has the most layers and the fewest parameters, VGG-16 the most: 1×1 convolutions make channels "
            "fewer, and one Linear layer stands where the others have three."
        ),
        ("alexnet_one_tower", "alexnet_two_gpu"): t(
            "Shared out between two GPUs, three of the convolutions read only the half of the channels on their own "
            "GPU, and have half of the weights."
        ),
    }.get(tuple(names), "")
