"""Messages of calls: arguments that a layer has not, or is not given; names that torch has not; what is no tensor."""

from __future__ import annotations

import re

from cnnshapes.layers import LAYERS
from cnnshapes.source.spelling import meant, of_keras
from cnnshapes.torch_errors.explanation import Explanation, Network, means


def _class(name: str) -> str:
    """A class as one writes it: MaxPool for _MaxPoolNd, which MaxPool2d comes from."""
    return name.strip("_").removesuffix("Nd") or "the layer"


def _arguments(kind: str) -> list[str]:
    """The arguments of a layer of torch, or of the family of this name; [] for another class."""
    found = next((cls for name, cls in LAYERS.items() if re.fullmatch(rf"{kind}(\dd)?", name)), None)
    return list(found.arguments()) if found is not None else []


@means(r"(?:(\w+)\.)?__init__\(\) got an unexpected keyword argument '(\w+)'")
def _unexpected(match: re.Match[str], network: Network) -> Explanation:
    kind, name = _class(match[1] or ""), match[2]
    known = _arguments(kind)
    alike = meant(name, known)
    change = f"Take it out, or give the __init__ of {kind} this argument"
    if alike:
        change = f"Write {alike} in place of {name}"
    elif name == "activation" and known:
        change = f"Put the activation behind it as a layer of its own: {kind}(…), then nn.ReLU()"
    elif known:
        change = f"Take it out; {kind} takes {', '.join(known)}"
    return Explanation(f"{kind} has no argument {name}", change)


@means(r"(?:(\w+)\.)?(__init__|forward)\(\) missing \d+ required positional arguments?: ('.*')")
def _missing(match: re.Match[str], network: Network) -> Explanation:
    kind, names = _class(match[1] or ""), re.findall(r"'(\w+)'", match[3])
    listed = ", ".join(names)
    if match[2] == "forward":
        return Explanation(
            f"the forward of {kind} is not given {listed}", f"Call it with all it reads: model({listed})"
        )
    return Explanation(
        f"{kind} is not given {listed}", f"Write {kind}({', '.join(f'{name}=…' for name in names)}), beside the others"
    )


@means(r"(?:(\w+)\.)?(__init__|forward)\(\) takes (?:from \d+ to )?(\d+) positional arguments? but (\d+) were given")
def _too_many(match: re.Match[str], network: Network) -> Explanation:
    kind, takes, given = _class(match[1] or ""), int(match[3]) - 1, int(match[4]) - 1
    if match[2] == "forward":
        return Explanation(
            f"the forward of {kind} takes {takes} and is given {given}",
            "Give it what its forward names, self aside; a Sequential and most layers take one tensor",
        )
    return Explanation(
        f"{kind} takes at most {takes} arguments and is given {given}",
        "Take some out, or name them as kernel_size=3; a layer takes its settings first, and tensors when it is called",
    )


@means(r"Module \[(\w+)\] is missing the required \"forward\" function")
def _no_forward(match: re.Match[str], network: Network) -> Explanation:
    if match[1] in ("ModuleList", "ModuleDict"):
        return Explanation(
            f"a {match[1]} holds layers and cannot be called",
            "Call each of its layers in a loop, x = layer(x), or make it nn.Sequential(*layers)",
        )
    return Explanation(
        f"{match[1]} has no forward",
        "Write def forward(self, x): in its class, spelled so, and indented as far as __init__ and not inside of it",
    )


@means(r"([\w.]+) is not a Module subclass")
def _no_module(match: re.Match[str], network: Network) -> Explanation:
    name = match[1].rpartition(".")[2]
    if name == "list":
        return Explanation("a list stands where layers are taken one by one", "Take it apart: nn.Sequential(*layers)")
    layer = meant(name.replace("_", ""), LAYERS)
    return Explanation(
        f"{name} stands where a layer is taken, and is none",
        f"Write the layer: nn.{layer}()" if layer else "Write a layer made by its call, such as nn.ReLU(), no function",
    )


@means(r"argument '(?:input|self)' \(position 1\) must be Tensor, not ([\w.]+)")
def _no_tensor(match: re.Match[str], network: Network) -> Explanation:
    kind = match[1].rpartition(".")[2]
    change = {
        "ndarray": "Make a tensor of it: torch.from_numpy(x).float()",
        "NoneType": "Write return x at the end of the forward, or the function, that should have given it",
        "tuple": "Take the tensor out, x[0]: a loader gives (pictures, labels), and an LSTM (outputs, state)",
        "list": "Take the tensors out one by one, or join them by torch.stack(x)",
    }.get(kind, "Make a tensor of it: pictures by transforms.ToTensor(), numbers by torch.tensor(x)")
    return Explanation(f"a layer is given a {kind}, and takes a tensor", change)


@means(r"type must be tuple of ints,but got float|must be tuple of ints, but found element of type float")
def _fraction(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "a size of a layer is a fraction, most often because of a division by /",
        "Divide by //, which gives a whole number, or write int(…) around it",
    )


@means(r"module 'torch\.nn(?:\.functional)?' has no attribute '(\w+)'")
def _no_name(match: re.Match[str], network: Network) -> Explanation:
    name = match[1]
    alike = (meant(name, LAYERS) or of_keras(name)) if name[:1].isupper() else ""
    return Explanation(
        f"torch.nn has no {name}",
        f"Write nn.{alike}" if alike else "Check its spelling, capitals included, against torch's documentation",
    )


@means(r"'(\w+)' object has no attribute '(\w+)'")
def _no_attribute(match: re.Match[str], network: Network) -> Explanation | None:
    kind, name = match.groups()
    if kind in LAYERS and name in ("shape", "size", "view", "dim", "flatten", "backward"):
        return Explanation(
            f"nn.{kind}(…) is a layer and no tensor: it was made, and not called",
            f"Make it and call it: nn.{kind}(…)(x), best once in __init__ and then self.layer(x)",
        )
    if kind == "NoneType":
        return Explanation(
            f"{name} is asked of None, which a function gives that returns nothing",
            "Write return x at the end of the forward, or the function, that should have given it",
        )
    if network.design is None or kind != network.design.name:
        return None
    alike = meant(name, {node.name.partition(".")[0] for node in network.design})
    return Explanation(
        f"self.{name} was never set in {kind}",
        f"Write self.{alike} in place of self.{name}" if alike else f"Set self.{name} in its __init__",
    )


@means(r"Boolean value of Tensor with more than one value is ambiguous")
def _whether(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "a tensor of several numbers stands where yes or no is asked, as where a loss is made with tensors",
        "Make the loss first, then call it: nn.CrossEntropyLoss()(output, labels); in an if, write (a == b).all() or "
        ".any()",
    )


@means(r"padding='same' is not supported for strided convolutions")
def _same_padding(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "padding='same' keeps the size, which a stride above 1 does not",
        "Write the padding as a number, half of the kernel rounded down: padding=1 for a 3×3",
    )
