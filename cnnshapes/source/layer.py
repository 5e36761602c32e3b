"""One layer as PyTorch source, `nn.Conv2d(6, 16, kernel_size=5)`: read by its syntax tree, never executed."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from cnnshapes.layers import LAYERS, Layer, Shape
from cnnshapes.source.graph import as_written
from cnnshapes.source.modules import Leaf, Tensor
from cnnshapes.source.network import Network
from cnnshapes.source.syntax import parsed
from cnnshapes.source.values import Scope, Skip, SourceError

EXAMPLE = "nn.Conv2d(6, 16, kernel_size=5)"


def layer_from_code(text: str, inputs: Sequence[Shape] = ()) -> Layer:
    """The layer of a call of its class, with or without `nn.`, or of its function on tensors of any name.

    Args:
        text: one expression, such as `nn.Conv2d(6, 16, kernel_size=5)` or `torch.cat((a, b), dim=1)`.
        inputs: the shapes that reach the layer; sizes that agree with them are left to follow. None where not known.

    Raises:
        SourceError: it is no call of a layer; says what was not understood.
    """
    body = parsed(text.strip()).body
    call = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr | ast.Assign) else None
    if not isinstance(call, ast.Call):
        raise SourceError(f"this is no layer; it should be a call such as {EXAMPLE}")
    if isinstance(call.func, ast.Name) and call.func.id in LAYERS:
        call.func = ast.Attribute(ast.Name("nn"), call.func.id)
    layer = _layer(call, inputs[0] if inputs else (1,))
    return as_written(layer, inputs) if inputs else layer


def _layer(call: ast.Call, shape: Shape) -> Layer:
    network = Network(shape)
    scope = Scope()
    for argument in (*call.args, *(item.value for item in call.keywords)):
        for name in ast.walk(argument):
            if isinstance(name, ast.Name) and name.id not in ("torch", "nn", "F"):
                scope[name.id] = Tensor(name.id, shape)
    try:
        found = network.interpreter.value(call, scope)
    except Skip as skip:
        raise SourceError(str(skip)) from skip
    if network.interpreter.notes:
        raise SourceError(network.interpreter.notes[0].text.removesuffix("; left out"))
    if isinstance(found, Leaf):
        return found.layer
    if isinstance(found, Tensor) and len(network.nodes) == 1:
        return network.nodes[0].layer
    raise SourceError(f"`{ast.unparse(call.func)}` is no layer that is known here; it should be one such as {EXAMPLE}")
