"""The rows of one forward pass: what each is called, and which parameters count on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cnnshapes.bridge.answers import Answer
from cnnshapes.bridge.leaves import leaf_classes
from cnnshapes.bridge.survey import Site, Survey
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.report import Row, Step

_UNSEEING: Final = ReceptiveField(())


class Frame:
    """A module that is running: its path, with the number of its call, and how many rows of each label it has made."""

    __slots__ = ("named", "path", "rows", "site")

    def __init__(self, site: Site, path: str) -> None:
        self.site = site
        self.path = path
        self.rows: dict[str, int] = {}
        self.named = False


class Rows:
    """The operations so far.

    Attributes:
        by_name: the rows, in the order they ran.
        uncounted: the parameters that no operation has used yet, by id.
        frames: the modules that are running, the model first.
    """

    def __init__(self, survey: Survey) -> None:
        self.by_name: dict[str, Row] = {}
        self.uncounted = dict(survey.parameters)
        self.frames = [Frame(survey.sites[0], "")]
        self._name_of = survey.name_of
        self._modules = survey.modules
        self._trail: dict[str, Step] = {}

    def enter(
        self, name: str, answer: Answer, inputs: tuple[str, ...], field: ReceptiveField | None, used: Iterable[int]
    ) -> None:
        """Enter the row of an answer; a parameter counts on the first row that uses it.

        Args:
            name: what it is called.
            answer: what is said of the operation.
            inputs: the rows it reads.
            field: its receptive field, None where it sees no input.
            used: ids of the parameters it reads.
        """
        params = trainable = 0
        for key in used:
            parameter = self.uncounted.pop(key, None)
            if parameter is not None:
                _, _, _, numbers, trains = parameter
                params += numbers
                trainable += numbers if trains else 0
        trail, layer, shapes, output = self._trail, answer.layer, answer.inputs, answer.output
        # what the class itself does for its arguments, at half the time
        self.by_name[name] = tuple.__new__(
            Row,
            (
                name,
                answer.kind,
                inputs,
                shapes,
                output,
                params,
                trainable,
                answer.macs,
                field or _UNSEEING,
                layer,
                answer.weights,
                (),
                (),
                trail,
            ),
        )
        trail[name] = (layer, inputs, shapes, output)

    def name(self, answer: Answer, used: frozenset[int]) -> str:
        """What the row of an answer is called that reads these parameters."""
        if used and answer.layer is not None and answer.layer.torch_function:
            name = self._weights_name(used)
            if name:
                return name
        owned = bool(used) and not used.isdisjoint(self.frames[-1].site.own)
        return self.name_of(answer.kind, answer.label, owned=owned)

    def _weights_name(self, used: Iterable[int]) -> str:
        """The name of the one weight of a layer that is a function in torch, "" where it is taken or there are more."""
        names = [self._name_of(key) for key in used]
        return names[0] if len(names) == 1 and names[0] not in self.by_name else ""

    def name_of(self, kind: str, label: str, *, owned: bool) -> str:
        """The module's path for the operation that the module stands for, `path.relu1` for any other."""
        frame = self.frames[-1]
        path = frame.path
        if path and not frame.named and path not in self.by_name:
            site = frame.site
            plain = type(site.module) in leaf_classes() and not site.weights  # ReLU6 calls hardtanh
            if owned or plain or kind == vars(site.module).get("kind", type(site.module).__name__):
                frame.named = True
                return path
        while True:
            number = frame.rows[label] = frame.rows.get(label, 0) + 1
            name = f"{path}.{label}{number}" if path else f"{label}{number}"
            if name not in self.by_name and name not in self._modules:
                return name
