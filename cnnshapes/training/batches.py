"""Pictures as the numbers a network reads, a batch at a time on the device: in shape, normalised, mirrored, shifted."""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnshapes.layers import Shape
from cnnshapes.training.data import Pictures
from cnnshapes.training.recipe import Recipe


class Batches:
    """A part of a data set, resident on a device.

    Args:
        pictures: the part.
        shape: (channels, height, width) that the network reads; pictures of other sizes are resized batch by batch.
        device: where it stays.
        mean, std: of each channel of the training pictures, from 0 to 1.

    Attributes:
        images, labels: on the device, the pictures still as bytes.
    """

    def __init__(self, pictures: Pictures, shape: Shape, device: torch.device, mean: Tensor, std: Tensor) -> None:
        self.images = pictures.images.to(device)
        self.labels = pictures.labels.to(device)
        self.shape = shape
        self.scale = (1 / (255 * std)).view(1, -1, 1, 1).to(device)
        self.shift = (mean / std).view(1, -1, 1, 1).to(device)

    def __len__(self) -> int:
        return len(self.labels)

    def numbers(self, images: Tensor) -> Tensor:
        """Bytes as what the network reads: normalised, in its number of channels and its size."""
        numbers = images.float() * self.scale - self.shift
        return fitted(numbers, self.shape).contiguous(memory_format=torch.channels_last)

    def training(
        self, recipe: Recipe, epoch: int, first: int, part: tuple[int, int]
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """The batches of one epoch from number `first` on, in an order of its own, all of one size.

        Order and augmentation follow from the seed and the epoch alone, whatever was drawn before, so that a run which
        goes on in the middle of an epoch sees the same pictures. `part` is (rank, processes): each process takes its
        share of every batch.
        """
        generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + epoch)
        order = torch.randperm(len(self), generator=generator)
        flips = torch.rand(len(self), generator=generator) < 0.5
        moves = torch.randint(-recipe.crop, recipe.crop + 1, (len(self), 2), generator=generator)
        order, flips, moves = (chosen.to(self.images.device) for chosen in (order, flips, moves))
        rank, processes = part
        size = batch_size(recipe, len(self))
        for number in range(first, steps_of(recipe, len(self))):
            chosen = order[number * size : (number + 1) * size][rank::processes]
            images = self.images[chosen]
            if recipe.crop:
                images = shifted(images, moves[chosen], recipe.crop)
            if recipe.flip:
                images = torch.where(flips[chosen].view(-1, 1, 1, 1), images.flip(3), images)
            yield self.numbers(images), self.labels[chosen]

    def testing(self, size: int = 500) -> Iterator[tuple[Tensor, Tensor]]:
        """All pictures in their order, as they are."""
        for start in range(0, len(self), size):
            yield self.numbers(self.images[start : start + size]), self.labels[start : start + size]


def batch_size(recipe: Recipe, pictures: int) -> int:
    """Pictures of a step: no more than there are."""
    return min(recipe.batch_size, pictures)


def steps_of(recipe: Recipe, pictures: int) -> int:
    """Steps of an epoch; pictures that fill no batch wait for another epoch's order."""
    return pictures // batch_size(recipe, pictures)


def statistics(pictures: Pictures) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel, from 0 to 1."""
    channels = pictures.images.transpose(0, 1).flatten(1)
    counts = torch.stack([torch.bincount(channel, minlength=256) for channel in channels]).double()
    levels = torch.arange(256, dtype=torch.float64) / 255
    mean = (counts * levels).sum(1) / counts.sum(1)
    variance = (counts * (levels - mean.unsqueeze(1)) ** 2).sum(1) / counts.sum(1)
    return mean.float(), variance.sqrt().clamp_min(1e-3).float()


def fitted(numbers: Tensor, shape: Shape) -> Tensor:
    """A batch in this number of channels and size: grey repeated, colours averaged, enlarged or reduced."""
    channels, height, width = shape
    if numbers.shape[1] != channels:
        grey = numbers.mean(1, keepdim=True)
        numbers = grey.expand(-1, channels, -1, -1)
    if tuple(numbers.shape[2:]) != (height, width):
        numbers = F.interpolate(numbers, (height, width), mode="bilinear", antialias=True)
    return numbers


def shifted(images: Tensor, moves: Tensor, reach: int) -> Tensor:
    """Each picture moved by its own (down, right), black where nothing was.

    `reach` is the furthest move that there may be; to ask the moves themselves, a step would have to wait for the GPU.
    """
    count, channels, height, width = images.shape
    padded = F.pad(images, (reach, reach, reach, reach))
    rows = torch.arange(height, device=images.device) + reach - moves[:, :1]
    columns = torch.arange(width, device=images.device) + reach - moves[:, 1:]
    each = torch.arange(count, device=images.device)[:, None, None, None]
    every = torch.arange(channels, device=images.device)[None, :, None, None]
    return padded[each, every, rows[:, None, :, None], columns[:, None, None, :]]
