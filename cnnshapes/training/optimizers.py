"""The first weights and what changes them, as a recipe has them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cnnshapes.training.recipe import Recipe


def initialise(model: nn.Module, recipe: Recipe) -> None:
    """The first weights, as the recipe says; `he` is Kaiming normal for convolutions and linear layers, biases 0."""
    if recipe.initialisation != "he":
        return
    for module in model.modules():
        weight = getattr(module, "weight", None)
        if isinstance(weight, Tensor) and weight.dim() > 1:
            nn.init.kaiming_normal_(weight, nonlinearity="relu")
            bias = getattr(module, "bias", None)
            if isinstance(bias, Tensor):
                nn.init.zeros_(bias)


def optimizer_of(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The optimizer, which decays weights but neither biases nor normalisations."""
    weights = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in model.parameters() if parameter.dim() <= 1]
    groups = [
        {"params": weights, "weight_decay": recipe.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    if recipe.optimizer == "adam":
        return torch.optim.Adam(groups, lr=recipe.lr, fused=True)
    return torch.optim.SGD(groups, lr=recipe.lr, momentum=recipe.momentum, nesterov=recipe.nesterov, fused=True)
