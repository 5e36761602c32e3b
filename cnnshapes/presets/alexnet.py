"""AlexNet [Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep CNNs, 2012], and torchvision's."""

from __future__ import annotations

from cnnshapes.design import Builder, Design
from cnnshapes.layers import (
    AdaptiveAvgPool2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
)
from cnnshapes.presets.base import entered


@entered("AlexNet", "AlexNet as two GPUs: conv2, conv4 and conv5 read only the half on their own GPU (groups = 2)")
def alexnet_two_gpu() -> Design:
    """The network of 2012, 60,965,224 parameters. The paper's text says 224; its sizes need 227."""
    return _alexnet("alexnet_two_gpu", groups=2)


@entered("AlexNet", "the eight weight counts of the notes: no biases, and no pooling between conv5 and dense1")
def alexnet_two_gpu_as_counted() -> Design:
    """The notes' eight counts, row by row.

    They take dense1 to read the 13×13 maps of conv5, 13·13·128·2·2048·2 = 177,209,344 weights. A pooling to 6×6 stands
    before it in the network, so `alexnet_two_gpu` has 6·6·256·4096 = 37,748,736 there.
    """
    return _alexnet("alexnet_two_gpu_as_counted", groups=2, bias=False, last_pool=False)


@entered("AlexNet", "AlexNet on a single GPU: the same without groups, so three convolutions have twice the weights")
def alexnet_one_tower() -> Design:
    """62,378,344 parameters."""
    return _alexnet("alexnet_one_tower", groups=1)


def _alexnet(name: str, groups: int, *, bias: bool = True, last_pool: bool = True) -> Design:
    network = Builder(name, (3, 227, 227))

    def conv(out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0, groups: int = 1) -> None:
        network.add(
            Conv2d(
                out_channels=out_channels,
                kernel_size=kernel_size,
                stride=stride,
                padding=padding,
                groups=groups,
                bias=bias,
            )
        )
        network.add(ReLU())

    def norm() -> None:
        # torch divides alpha by the size of the neighbourhood, the paper's 1e-4 is not divided
        network.add(LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2.0))

    conv(96, kernel_size=11, stride=4)
    norm()
    network.add(MaxPool2d(kernel_size=3, stride=2))
    conv(256, kernel_size=5, padding=2, groups=groups)
    norm()
    network.add(MaxPool2d(kernel_size=3, stride=2))
    conv(384, kernel_size=3, padding=1)
    conv(384, kernel_size=3, padding=1, groups=groups)
    conv(256, kernel_size=3, padding=1, groups=groups)
    if last_pool:
        network.add(MaxPool2d(kernel_size=3, stride=2))
    network.add(Flatten())
    for number, width in enumerate((4096, 4096), start=1):
        network.add(Linear(out_features=width, bias=bias), name=f"dense{number}")
        network.add(ReLU())
        network.add(Dropout(p=0.5))
    network.add(Linear(out_features=1000, bias=bias), name="dense3")
    return network.design()


@entered("AlexNet", "torchvision's AlexNet, for 3×224×224: fewer filters in the first layers, no groups, no LRN")
def alexnet() -> Design:
    """Krizhevsky's later single-tower variant [One weird trick, arXiv:1404.5997], 61,100,840 parameters."""
    return Design.chain(
        (3, 224, 224),
        ("features.0", Conv2d(out_channels=64, kernel_size=11, stride=4, padding=2)),
        ("features.1", ReLU()),
        ("features.2", MaxPool2d(kernel_size=3, stride=2)),
        ("features.3", Conv2d(out_channels=192, kernel_size=5, padding=2)),
        ("features.4", ReLU()),
        ("features.5", MaxPool2d(kernel_size=3, stride=2)),
        ("features.6", Conv2d(out_channels=384, kernel_size=3, padding=1)),
        ("features.7", ReLU()),
        ("features.8", Conv2d(out_channels=256, kernel_size=3, padding=1)),
        ("features.9", ReLU()),
        ("features.10", Conv2d(out_channels=256, kernel_size=3, padding=1)),
        ("features.11", ReLU()),
        ("features.12", MaxPool2d(kernel_size=3, stride=2)),
        ("avgpool", AdaptiveAvgPool2d(output_size=6)),
        ("flatten", Flatten()),
        ("classifier.0", Dropout(p=0.5)),
        ("classifier.1", Linear(out_features=4096)),
        ("classifier.2", ReLU()),
        ("classifier.3", Dropout(p=0.5)),
        ("classifier.4", Linear(out_features=4096)),
        ("classifier.5", ReLU()),
        ("classifier.6", Linear(out_features=1000)),
        name="alexnet",
    )
