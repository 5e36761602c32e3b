"""A report with fewer rows: one for each module of some depth."""

from __future__ import annotations

from itertools import groupby

from cnnshapes.errors import InputError
from cnnshapes.report import Report, Row


def folded(report: Report, depth: int) -> Report:
    """See `Report.folded`."""
    if depth < 1:
        raise InputError(f"depth is {depth}; it should be 1 or more")
    rows: dict[str, Row] = {}
    home: dict[str, str] = {}  # the folded row that each row went into
    for name, group in groupby(report.rows, key=lambda row: ".".join(row.name.split(".")[:depth])):
        parts = tuple(group)
        number = sum(known.partition("#")[0] == name for known in rows)
        unique = f"{name}#{number + 1}" if number else name  # the forward came back to the module
        home.update((part.name, unique) for part in parts)
        rows[unique] = _folded(report, unique, name, parts, home)
    return Report(
        report.name,
        report.input_shape,
        tuple(rows.values()),
        unused=report.unused,
        inputs=report.inputs,
        outputs=report.outputs,
        returned=[home.get(name, name) for name in report.returned],
        modules=report.modules,
        buffer_bytes=report.buffer_bytes,
        noticed=report.noticed,
        batch=report.batch,
    )


def _folded(report: Report, unique: str, name: str, parts: tuple[Row, ...], home: dict[str, str]) -> Row:
    if len(parts) == 1 and parts[0].name == unique:
        part = parts[0]
        inputs = tuple(home.get(source, source) for source in part.inputs)
        return part if inputs == part.inputs else part._replace(inputs=inputs)
    read: dict[str, tuple[int, ...]] = {}
    for part in parts:
        for source, shape in zip(part.inputs, part.input_shapes, strict=True):
            if home.get(source, source) != unique:
                read.setdefault(home.get(source, source), shape)
    last = parts[-1]
    return Row(
        name=unique,
        kind=report.modules.get(name, "block"),
        inputs=tuple(read),
        input_shapes=tuple(read.values()),
        output_shape=last.output_shape,
        params=sum(part.params for part in parts),
        trainable=sum(part.trainable for part in parts),
        macs=sum(part.macs for part in parts),
        receptive_field=last.receptive_field,
        layer=None,
        parts=parts,
    )
