"""Messages of the backward pass, and of tensors that remember it."""

from __future__ import annotations

import re

from cnnshapes.torch_errors.explanation import Explanation, Network, means


@means(r"grad can be implicitly created only for scalar outputs")
def _scalar(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "backward() is called on a tensor of several numbers, and a gradient is that of one",
        "Make one number of the loss: loss.mean().backward(); a loss made with reduction='none' is not averaged yet",
    )


@means(r"Trying to backward through the graph a second time")
def _twice(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "backward() is called again on what one forward pass computed, and torch frees that after the first time",
        "Compute the output and the loss anew for each backward(), inside the loop; what is kept from one step to the "
        "next, such as a hidden state or a sum of losses, takes .detach() or .item()",
    )


@means(r"element \d+ of tensors does not require grad and does not have a grad_fn")
def _no_gradient(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "the loss does not depend on any weight by operations that torch followed",
        "Leave out what cuts the way: torch.no_grad(), .detach(), .item(), torch.tensor(loss), argmax of the output, "
        "or requires_grad = False on all weights",
    )


@means(r"one of the variables needed for gradient computation has been modified by an inplace operation")
def _changed(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "a tensor that the backward pass needs was overwritten after the forward pass had used it",
        "Write x = x + y in place of x += y, and inplace=False in the activations; call optimizer.step() after "
        "backward()",
    )


@means(r"a leaf Variable that requires grad is being used in an in-place operation")
def _leaf(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "a weight is changed in place while torch records what is done to it",
        "Change it under torch.no_grad(), or by the functions of torch.nn.init",
    )


@means(r"Can't call numpy\(\) on Tensor that requires grad|can't convert cuda:\d+ device type tensor to numpy")
def _numpy(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "NumPy takes neither a tensor that remembers its gradients nor one on the GPU",
        "Write x.detach().cpu().numpy()",
    )


@means(r"[Aa] Tensor with (\d+) elements cannot be converted to Scalar|only one element tensors can be converted")
def _item(match: re.Match[str], network: Network) -> Explanation:
    count = f"{int(match[1]):,}" if match[1] else "several"
    return Explanation(
        f"a tensor of {count} numbers stands where one is taken, as by .item()",
        "Make one number of it first, by x.mean() or x[0], or take them all by x.tolist()",
    )


@means(r"optimizer got an empty parameter list")
def _no_weights(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "the optimizer is given no weights, because the model has none that torch knows of",
        "Set the layers in __init__ as self.name = …, a list of them as nn.ModuleList([…]), and call "
        "super().__init__() first",
    )
