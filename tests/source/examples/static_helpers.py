# 3x64x64: Net()
import torch
from torch import nn, Tensor
from typing import List, Optional


class Net(nn.Module):
    WIDTHS = (16, 32, 64)

    def __init__(self, in_channels: int = 3, num_classes: int = 10, norm: Optional[type] = None) -> None:
        super().__init__()
        blocks: List[nn.Module] = []
        for width in self.WIDTHS:
            blocks.extend(self.block(in_channels, width))
            in_channels = width
        self.body = nn.Sequential(*blocks)
        self.head = self._head(in_channels, num_classes)

    @staticmethod
    def block(cin: int, cout: int, *, k: int = 3) -> List[nn.Module]:
        return [nn.Conv2d(cin, cout, k, padding=k // 2, bias=False), nn.BatchNorm2d(cout), nn.SiLU(), nn.MaxPool2d(2)]

    @classmethod
    def _head(cls, features: int, classes: int) -> nn.Module:
        return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(features, classes))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))
