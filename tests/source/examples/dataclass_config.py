# 3x32x32: Net(ModelConfig())
import dataclasses
from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class ModelConfig:
    channels: int = 3
    width: int = 32
    depth: int = 2
    classes: int = 10


class Net(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        c = config.width
        self.stem = nn.Conv2d(config.channels, c, 3, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(c * 2**i, c * 2**(i + 1), 3, 2, 1), nn.GELU()) for i in range(config.depth)
        )
        self.head = nn.Linear(c * 2**config.depth, config.classes)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean(dim=(-2, -1)))


config = ModelConfig()
model = Net(config)
