# 3x32x32: Critic()
from functools import partial

import torch
import torch.nn as nn
import torch.utils.checkpoint as cp
from torch.nn.utils import spectral_norm

try:
    from torchinfo import summary
except ImportError:
    summary = None

conv = partial(nn.Conv2d, kernel_size=3, padding=1, bias=False)
Norm = partial(nn.BatchNorm2d, momentum=0.01)


class Critic(nn.Module):
    def __init__(self, width=8, deepest=64):
        super().__init__()
        layers = []
        channels = 3
        while width <= deepest:
            layers += [spectral_norm(conv(channels, width, stride=2)), Norm(width), nn.LeakyReLU(0.2)]
            channels, width = width, 2 * width
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleList(nn.Conv2d(channels, 4, 1) for _ in range(2))
        self.aux = nn.Linear(channels, 2)
        self.out = nn.Linear(4, 1)

    def forward(self, images, return_features=False):
        features = self.body(input=images)
        if self.training:
            return self.aux(features.mean((2, 3)))
        score = self.heads[0](features) + self.heads[1](features)
        score = cp.checkpoint(self.out, score.mean((2, 3))) - 1
        return score if not return_features else features


critic = Critic()
