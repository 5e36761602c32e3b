# 3x32x32: model
import copy
import functools
import itertools
import operator

import torch.nn as nn
import torch.nn.functional as F

options = {"act": "ReLU", "widths": [32, 8, 16], "drop": 0.1, "name": "conv-bn"}
drop = options.pop("drop")
widths = options["widths"]
widths.sort()
parts = options["name"].replace("-", "_").split("_")
WIDTH = 0


def set_width():
    global WIDTH
    WIDTH = functools.reduce(lambda a, b: a + b, [1, 3])


def counter():
    count = 0

    def more():
        nonlocal count
        count += 2
        return count

    more()
    return more()


set_width()


class Norm(nn.BatchNorm2d):
    pass


class Base(nn.Module):
    pass


class Block(Base):
    def __init__(self, inside, outside, norm_layer=None, act="ReLU"):
        super().__init__()
        norm_layer = norm_layer or nn.BatchNorm2d
        self.conv = nn.Conv2d(inside, outside, 3, padding=1, bias=norm_layer not in (nn.BatchNorm2d, Norm))
        self.norm = norm_layer(outside) if isinstance(norm_layer, type) and issubclass(Block, Base) else nn.Identity()
        self.act = getattr(nn, act)()

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))


class Net(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        layers = []
        channels = 3
        for item in cfg:
            if type(item) == int:
                layers.append([Block(channels, item, act=options["act"])])
                channels = item
            elif type(item) is str and item == "".join(["M"]):
                layers.append([nn.MaxPool2d(2)])
        layers = sum(layers, [])
        self.blocks = nn.Sequential(*itertools.chain(layers, map(nn.Dropout2d, [drop])))
        self.twice = nn.ModuleList([copy.deepcopy(Block(channels, channels)) for _ in range(2)])
        for block in self.twice:
            if not isinstance(block, Base):
                raise ValueError(block)
        rest, over = divmod(functools.reduce(operator.mul, [channels, WIDTH, counter()]), 16)
        self.fc = nn.Linear(channels, rest + over)
        self.final = getattr(F, "leaky_relu")

    def forward(self, x):
        x = self.blocks(x)
        for block in self.twice:
            x = block(x)
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        if any(size > 1 for size in widths) and all(parts):
            x = self.final(x, 0.2)
        return self.fc(x)


model = Net([*widths[:1], "M", *widths[1:], "M"])
