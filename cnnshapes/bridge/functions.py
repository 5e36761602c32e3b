"""Torch's functions by what a call of them means to the reader of a model.

READERS     a layer of ours (declared by the layers themselves; here only resolved to the function objects)
REPLYING    is answered here, for what it asks has nothing to do with numbers, or only guards (`replied`)
READING     asks for a shape, a type or a device: answered by torch, no operation
VALUES      asks for the numbers in a tensor, which a stand-in has not
MOVING      takes to the device of its name
SILENT      copies, moves or casts: an operation that no one wants a row for where the shape stays
LIKE        reads of all tensors but its first no more than the shape or the type
BLANK       reads of a tensor no more than the shape and the type, to make one of numbers of its own
FILLING     makes a tensor of one number, which is given last
RESHAPING   rearranges; the layer is found from the shapes before and after
ARRANGING   those of them that are given the sizes to come out
MULTIPLYING a product of matrices
SPLITTING   cuts one dimension into parts, a row each
INDEXING    reads or writes a part of its first argument
CUTTING     gives parts of its first argument, or is one of `JOINING`
JOINING     puts several behind each other
WITH_INDICES gives the largest values and, as a second tensor, where they were
PACKING     packs sequences by their lengths, which are numbers on the CPU, or unpacks them
STEPPING    computes step by step, of packed sequences by the numbers of examples that go on
UNCHECKED   lets a dimension pass without data that it refuses with them, so that the layer refuses it
IN_PLACE    writes into its first argument
QUIET       has no multiply–accumulates, so none need counting
"""

from __future__ import annotations

import functools
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any

import torch
from torch import _VF, Tensor
from torch.distributions import Distribution
from torch.nn.modules import transformer
from torch.utils.hooks import RemovableHandle

from cnnshapes.layers import READERS, Layer


@functools.cache
def readers() -> dict[Any, Callable[..., Layer | None]]:
    """What makes the layer of a call, by torch function; names that this torch lacks are left out."""
    found: dict[Any, Callable[..., Layer | None]] = {}
    for name, reader in READERS.items():
        function: Any = torch
        for part in name.split(".")[1:]:
            function = getattr(function, part, None)
        if function is not None:
            found[function] = reader
    return found


def counts_of(function: Any, value: Any) -> bool:
    """Whether a tensor among the arguments of a function holds lengths or the like, and keeps its numbers."""
    return function in STEPPING and isinstance(value, Tensor) and value.dtype == torch.int64 and not value.is_meta


def spoken(function: Any) -> str:
    """A function's name as a user writes it: `matmul`, `__getitem__`."""
    return str(getattr(function, "__name__", function))


def _methods(*names: str) -> set[Any]:
    return {method for name in names if (method := getattr(Tensor, name, None)) is not None}


def _functions(*names: str) -> set[Any]:
    places = (torch, torch.nn.functional, torch.special)
    found = {function for name in names for place in places if (function := getattr(place, name, None)) is not None}
    return found | _methods(*names)


class Unanswered:
    """What `replied` gives where torch is to answer."""


def replied(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The answer to one of `REPLYING`; `Unanswered` where it is torch's to give.

    There are no gradients, so hooks on them are never called. A tensor without data is printed as torch prints it,
    whatever the format of its numbers. Of what code that only guards asks of such a tensor's numbers, a mask is not
    known to be causal, so that it is read, and examples that are padded stay so; what describes a distribution is
    valid; no example of a Hugging Face model has padding, which it would only warn of.

    Args:
        func: one of `REPLYING`.
        args: its arguments by position.
        kwargs: those by name.
    """
    if func in _HOOKING:
        return RemovableHandle(OrderedDict())
    if func is Tensor.type:
        named = len(args) > 1 or kwargs.get("dtype") is not None
        return Unanswered if named else torch.empty(0, dtype=args[0].dtype).type()
    if not any(isinstance(value, Tensor) and value.is_meta for value in args):
        return Unanswered
    if func is Tensor.__format__:
        return repr(args[0])
    if func is Tensor.__bool__:
        return _DECISIONS.get(sys._getframe(2).f_code, Unanswered)
    if func is Tensor.__contains__ and _asker() not in _WARNING:
        return Unanswered
    return False


def _asker() -> tuple[str, str]:
    """The module and the name of the function that called torch."""
    frame: FrameType | None = sys._getframe(3)
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("torch."):
        frame = frame.f_back
    return ("", "") if frame is None else (str(frame.f_globals.get("__name__")), frame.f_code.co_name)


_WARNING: frozenset[tuple[str, str]] = frozenset(
    (("transformers.modeling_utils", "warn_if_padding_and_no_attention_mask"),)
)
"""Functions of other libraries, by module and name, that do no more than warn of what they find in a tensor."""


_DECISIONS: dict[Any, bool] = {
    transformer._detect_is_causal_mask.__code__: False,
    Distribution.__init__.__code__: True,
    Distribution._validate_sample.__code__: True,
}
"""By the code that asks, what `if` it may take."""

_PROPERTIES = (
    *("shape dtype device layout is_cuda is_cpu is_meta is_sparse is_quantized is_mps is_nested is_leaf").split(),
    *("requires_grad grad grad_fn ndim itemsize nbytes names is_mkldnn is_xpu is_vulkan _version output_nr").split(),
)

READING: frozenset[Any] = frozenset(
    {getattr(Tensor, name).__get__ for name in _PROPERTIES if hasattr(Tensor, name)}
    | _methods(
        *("size dim ndimension stride numel nelement element_size is_contiguous is_floating_point is_complex").split(),
        *("storage_offset get_device __len__ data_ptr is_signed is_conj is_neg is_inference __hash__").split(),
        *("__repr__ has_names untyped_storage dim_order _is_view is_same_size").split(),
    )
    | {torch.is_floating_point, torch.is_complex, torch.is_tensor, torch.numel, torch.is_same_size}
)

VALUES: frozenset[Any] = frozenset(
    _methods("item", "tolist", "__bool__", "__int__", "__float__", "__index__", "numpy", "__array__", "__contains__")
    | {torch.equal, torch.allclose}
)

_HOOKING: frozenset[Any] = frozenset(_methods("register_hook", "retain_grad", "register_post_accumulate_grad_hook"))

REPLYING: frozenset[Any] = frozenset(
    {Tensor.__bool__, Tensor.__contains__, Tensor.__format__, Tensor.type}
    | _HOOKING
    | _functions("_nested_tensor_from_mask_left_aligned")  # torch's own, which a later one may lack
)

MOVING: frozenset[Any] = frozenset(_methods("cpu", "cuda", "xpu", "ipu", "hpu", "mtia"))

SILENT: frozenset[Any] = frozenset(
    _functions("clone", "detach", "alias", "requires_grad_", "positive")
    | _methods("contiguous", "to", "type_as", "float", "half", "double", "bfloat16", "detach_")
    | _methods("expand", "expand_as", "view_as", "reshape_as")
    | {Tensor.data.__get__}  # type: ignore[attr-defined]
    | MOVING
)

LIKE: frozenset[Any] = frozenset(_methods("expand_as", "view_as", "reshape_as", "type_as", "to"))

BLANK: frozenset[Any] = frozenset(
    _functions(*(f"{what}_like" for what in "zeros ones empty full rand randn randint".split()))
    | _methods(*(f"new_{what}" for what in "zeros ones empty full".split()))
)

FILLING: frozenset[Any] = frozenset(_functions("full", "full_like") | _methods("new_full"))

RESHAPING: frozenset[Any] = frozenset(
    _functions("reshape", "flatten", "unflatten", "squeeze", "unsqueeze") | _methods("view", "reshape_as", "view_as")
)

ARRANGING: frozenset[Any] = frozenset(_functions("reshape") | _methods("view"))

MULTIPLYING: frozenset[Any] = frozenset(_functions("matmul", "mm", "bmm") | _methods("__matmul__"))

SPLITTING: frozenset[Any] = frozenset(_functions("chunk", "split", "split_with_sizes", "tensor_split"))

INDEXING: frozenset[Any] = frozenset(_methods("__getitem__", "__setitem__"))

JOINING: frozenset[Any] = frozenset(_functions("cat", "concat", "concatenate"))

CUTTING: frozenset[Any] = SPLITTING | JOINING | _functions("narrow", "select", "unbind") | {Tensor.__getitem__}

WITH_INDICES: frozenset[Any] = frozenset(_functions("max", *(f"max_pool{dims}d_with_indices" for dims in (1, 2, 3))))

PACKING: frozenset[Any] = frozenset((_VF._pack_padded_sequence, _VF._pad_packed_sequence))

STEPPING: frozenset[Any] = PACKING | {getattr(_VF, name) for name in ("lstm", "gru", "rnn_tanh", "rnn_relu")}

UNCHECKED: frozenset[Any] = frozenset(_functions("softmax", "softmin", "log_softmax"))

IN_PLACE: frozenset[Any] = frozenset(
    {
        method
        for name, method in vars(Tensor).items()
        if name.endswith("_") and not name.endswith("__") and callable(method)
    }
    | {
        getattr(torch._C.TensorBase, name)
        for name in dir(torch._C.TensorBase)
        if name.endswith("_") and name[-2:-1] != "_"
    }
    | _methods("__iadd__", "__isub__", "__imul__", "__itruediv__", "__setitem__")
    | {getattr(torch, name) for name in dir(torch) if name.endswith("_") and not name.startswith("_")}
)

QUIET: frozenset[Any] = frozenset(
    RESHAPING
    | SILENT
    | _functions(
        *(
            "add sub subtract mul multiply div divide true_divide pow neg exp log sqrt rsqrt square abs clamp clip"
        ).split(),
        *("relu relu_ sigmoid tanh softmax log_softmax gelu silu hardswish dropout layer_norm batch_norm").split(),
        *(
            "permute transpose movedim swapaxes chunk split split_with_sizes unbind narrow select roll flip repeat"
        ).split(),
        *(
            "cat concat stack mean sum amax amin var std max min argmax pad masked_fill where gather index_select"
        ).split(),
        *("interpolate normalize zeros_like ones_like empty_like full_like max_pool2d avg_pool2d group_norm").split(),
        *("adaptive_avg_pool2d tensor_split broadcast_to arange zeros ones full empty linspace meshgrid").split(),
    )
    | _methods(
        *(
            "add_ mul_ sub_ div_ __getitem__ __setitem__ __rsub__ __rtruediv__ __rpow__ __pow__ new_zeros new_ones"
        ).split(),
        *(
            "new_empty new_full new_tensor fill_ zero_ copy_ bernoulli_ uniform_ normal_ T mT __truediv__ __rmul__"
        ).split(),
    )
    | {Tensor.T.__get__, Tensor.mT.__get__, Tensor.data.__get__}  # type: ignore[attr-defined]
)
