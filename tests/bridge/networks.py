"""The networks of the notes as a student writes them, plain torch with `view`, and one of functional calls alone."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Classifier(nn.Module):
    """The image classifier of note 000: one pooling module used twice, functional relu and log_softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels=3, out_channels=8, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(in_channels=8, out_channels=16, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.fc1 = nn.Linear(8 * 8 * 16, 64)
        self.fc2 = nn.Linear(64, 32)
        self.fc3 = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 8 * 8 * 16)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.log_softmax(self.fc3(x), dim=1)


class LeNet5(nn.Module):
    """LeNet-5 for CIFAR-10 as note 001 has it."""

    def __init__(self, features: int = 16 * 5 * 5) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(features, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)  # type: ignore[no-any-return]


class FashionDNN(nn.Module):
    """The fully connected network of note 003, which flattens by `view(-1, 784)`."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(in_features=784, out_features=256)
        self.drop = nn.Dropout(0.25)
        self.fc2 = nn.Linear(in_features=256, out_features=128)
        self.fc3 = nn.Linear(in_features=128, out_features=10)

    def forward(self, input_data: Tensor) -> Tensor:
        out = input_data.view(-1, 784)
        out = F.relu(self.fc1(out))
        out = self.drop(out)
        out = F.relu(self.fc2(out))
        return self.fc3(out)  # type: ignore[no-any-return]


class FashionCNN(nn.Module):
    """The convolutional network of note 003: Sequential blocks, `view(out.size(0), -1)`, 64·6·6 features."""

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2, 2))
        self.layer2 = nn.Sequential(nn.Conv2d(32, 64, 3), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2))
        self.fc1 = nn.Linear(64 * 6 * 6, 600)
        self.drop = nn.Dropout(0.25)
        self.fc2 = nn.Linear(600, 120)
        self.fc3 = nn.Linear(120, 10)

    def forward(self, x: Tensor) -> Tensor:
        out = self.layer2(self.layer1(x))
        out = out.view(out.size(0), -1)
        return self.fc3(self.fc2(self.drop(self.fc1(out))))  # type: ignore[no-any-return]


class MnistCNN(nn.Module):
    """The CNN of note 004, put together from lists of widths by `add_module`."""

    def __init__(self, cdims: tuple[int, ...] = (32, 64), hdims: tuple[int, ...] = (1024, 128), ydim: int = 10) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for width in cdims:
            layers += [nn.Conv2d(before, width, 3, padding=3 // 2), nn.BatchNorm2d(width), nn.ReLU(True)]
            layers += [nn.MaxPool2d(2), nn.Dropout2d(0.5)]
            before = width
        layers.append(nn.Flatten())
        features = before * (28 // 2 ** len(cdims)) ** 2
        for width in hdims:
            layers += [nn.Linear(features, width), nn.ReLU(True)]
            features = width
        layers.append(nn.Linear(features, ydim))
        self.net = nn.Sequential()
        for number, layer in enumerate(layers):
            self.net.add_module(f"{type(layer).__name__.lower()}_{number:02d}", layer)

    def forward(self, x: Tensor) -> Any:
        return self.net(x)


class Residual(nn.Module):
    """The residual block of note 004 with a projection where the size changes."""

    def __init__(self, before: int = 16, width: int = 32, stride: int = 2) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut = nn.Sequential(nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out)


class Inception(nn.Module):
    """The inception block of note 004: four branches of one input, concatenated."""

    def __init__(self, before: int = 192) -> None:
        super().__init__()
        self.b1 = nn.Conv2d(before, 64, 1)
        self.b2 = nn.Sequential(nn.Conv2d(before, 96, 1), nn.ReLU(), nn.Conv2d(96, 128, 3, padding=1))
        self.b3 = nn.Sequential(nn.Conv2d(before, 16, 1), nn.ReLU(), nn.Conv2d(16, 32, 5, padding=2))
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(before, 32, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([F.relu(branch(x)) for branch in (self.b1, self.b2, self.b3, self.b4)], 1)


class Functional(nn.Module):
    """Weights of its own in functional calls."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(8, 3, 3, 3))
        self.scale = nn.Parameter(torch.ones(8, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.kernel) * self.scale
