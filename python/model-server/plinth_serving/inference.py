"""Open Inference Protocol V2: tensors to what the model takes, and back."""

from __future__ import annotations

import base64
import json
import math

from .answers import jsonable
from .refusals import Refusal
from .requests import Parsed, load_json, of_table
from .tables import Table

OF_COLUMN = {
    "double": "FP64",
    "float": "FP32",
    "long": "INT64",
    "integer": "INT32",
    "boolean": "BOOL",
}
OF_NUMPY = {
    "bool": "BOOL",
    "uint8": "UINT8",
    "uint16": "UINT16",
    "uint32": "UINT32",
    "uint64": "UINT64",
    "int8": "INT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
    "float16": "FP16",
    "float32": "FP32",
    "float64": "FP64",
}
# Around a number that the JSON writer would spell wrongly; taken out, quotes included, once it is written.
INFINITE = "~plinth-infinite~"
TO_NUMPY = {datatype: name for name, datatype in OF_NUMPY.items()}


def metadata(model) -> dict:
    """inputs and outputs of the model as V2 names them; -1 is any number."""
    return {"inputs": tensors(model.input_schema, "input"), "outputs": tensors(model.output_schema, "output")}


def tensors(schema, word: str):
    if schema is None:
        return []
    described = []
    for number, part in enumerate(schema.inputs):
        name = part.name or f"{word}-{number}"
        if schema.is_tensor_spec():
            described.append({"name": name, "datatype": OF_NUMPY.get(str(part.type), "BYTES"), "shape": list(part.shape)})
        else:
            datatype = OF_COLUMN.get(getattr(part.type, "name", ""), "BYTES")
            described.append({"name": name, "datatype": datatype, "shape": [-1]})
    return described


def parse(model, content_type: str, body: bytes) -> Parsed:
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind != "application/json":
        raise Refusal(f'Bodies are taken as application/json, not "{kind[:100]}".', 415)
    content = load_json(body)
    if not isinstance(content, dict) or not isinstance(content.get("inputs"), list) or not content["inputs"]:
        raise Refusal('The body must be an object with a list of "inputs".')
    identifier = content.get("id")
    if identifier is not None and not isinstance(identifier, str):
        raise Refusal('"id" must be text.')
    wanted = content.get("outputs")
    if wanted is not None and not (isinstance(wanted, list) and all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in wanted)):
        raise Refusal('"outputs" must be a list of objects with a name.')
    parameters = content.get("parameters")
    params = None
    if isinstance(parameters, dict) and model.params_schema:
        known = {param.name for param in model.params_schema.params}
        params = {name: value for name, value in parameters.items() if name in known} or None
    inputs = [decode(tensor, number) for number, tensor in enumerate(content["inputs"])]
    parsed = arrange(model, inputs)
    parsed.params = params
    if params and parsed.key is not None:
        parsed.key = (*parsed.key, json.dumps(params, sort_keys=True))
    parsed.v2 = {"id": identifier, "wanted": [one["name"] for one in wanted] if wanted else None}
    return parsed


def decode(tensor, number: int):
    """(name, shape, datatype, nested values) of one input."""
    if not isinstance(tensor, dict) or not isinstance(tensor.get("name"), str):
        raise Refusal(f"Input {number} has no name.")
    name = tensor["name"]
    shape, datatype, data = tensor.get("shape"), tensor.get("datatype"), tensor.get("data")
    if not isinstance(shape, list) or not all(type(size) is int and size >= 0 for size in shape):
        raise Refusal(f'Input "{name}": "shape" must be a list of whole numbers.')
    if datatype not in TO_NUMPY and datatype != "BYTES":
        raise Refusal(f'Input "{name}": there is no datatype "{str(datatype)[:40]}"; there are BYTES, {", ".join(sorted(TO_NUMPY))}.')
    if not isinstance(data, list):
        raise Refusal(f'Input "{name}": "data" must be a list.')
    flat = flatten(data)
    if len(flat) != math.prod(shape):
        raise Refusal(f'Input "{name}": {len(flat)} values do not fill the shape {shape}.')
    parameters = tensor.get("parameters") or {}
    content_type = parameters.get("content_type") if isinstance(parameters, dict) else None
    return name, shape, datatype, [cast(name, datatype, content_type, value) for value in flat]


def flatten(data) -> list:
    """Flat or nested, row-major."""
    if not any(isinstance(item, list) for item in data):
        return data
    flat = []
    stack = [iter(data)]
    while stack:
        for item in stack[-1]:
            if isinstance(item, list):
                if len(stack) > 32:
                    raise Refusal("A tensor has more than 32 dimensions.")
                stack.append(iter(item))
                break
            flat.append(item)
        else:
            stack.pop()
    return flat


def cast(name: str, datatype: str, content_type, value):
    """A value as its datatype says, refused when it does not fit: nothing is rounded or wrapped."""
    if datatype == "BYTES":
        if not isinstance(value, str):
            raise Refusal(f'Input "{name}": {repr(value)[:60]} is not text, and BYTES needs text.')
        if content_type == "base64":
            try:
                return base64.b64decode(value, validate=True).decode("utf8")
            except ValueError:
                raise Refusal(f'Input "{name}": a value is not base64 of UTF-8 text.') from None
        return value
    if datatype == "BOOL":
        if value is True or value is False or (type(value) is int and value in (0, 1)):
            return bool(value)
    elif datatype.startswith("FP"):
        if value is None:
            return math.nan
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                pass
    elif isinstance(value, int) and not isinstance(value, bool) or isinstance(value, float) and value.is_integer():
        import numpy

        limits = numpy.iinfo(TO_NUMPY[datatype])
        if limits.min <= value <= limits.max:
            return int(value)
    raise Refusal(f'Input "{name}": {repr(value)[:60]} is no {datatype}.')


def arrange(model, inputs) -> Parsed:
    """One tensor a column, or one tensor of rows."""
    import numpy

    names = [name for name, _, _, _ in inputs]
    if len(set(names)) != len(names):
        raise Refusal("Two inputs have the same name.")
    if model.input_schema is not None and model.input_schema.is_tensor_spec():
        arrays = {name: array_of(shape, datatype, values) for name, shape, datatype, values in inputs}
        if not model.input_schema.has_input_names():
            if len(arrays) != 1:
                raise Refusal("The model takes one tensor.")
            return Parsed(data=next(iter(arrays.values())))
        return Parsed(data=arrays)
    columns = model.columns
    if len(inputs) == 1 and len(inputs[0][1]) == 2 and not (columns and names[0] in columns):
        _, (count, width), _, values = inputs[0]
        if columns is not None:
            if width != len(columns):
                raise Refusal(f'Input "{names[0]}" has {width} columns, the model\'s signature has {len(columns)}.')
            rows = [values[start : start + width] for start in range(0, count * width, width)] if width else []
            return of_table(model, Table(list(columns), rows))
        return Parsed(data=numpy.array(values, dtype=dtype_of(inputs[0][2])).reshape(count, width))
    counts = set()
    for name, shape, _, _ in inputs:
        if not shape or math.prod(shape[1:]) != 1:
            raise Refusal(f'Input "{name}": a column has the shape [rows] or [rows, 1], not {shape}.')
        counts.add(shape[0])
    if len(counts) != 1:
        raise Refusal(f"The inputs have different numbers of rows: {sorted(counts)}.")
    return of_table(model, Table(names, [list(row) for row in zip(*(values for _, _, _, values in inputs))]))


def dtype_of(datatype: str):
    return object if datatype == "BYTES" else TO_NUMPY[datatype]


def array_of(shape, datatype, values):
    import numpy

    return numpy.array(values, dtype=dtype_of(datatype)).reshape(shape)


def answer(model, name: str, version: str, parsed: Parsed, outputs, whole) -> bytes:
    """`whole` is what predict returned, for the types; `outputs` the part of this request."""
    import pandas

    tensors_out = []
    if isinstance(whole, pandas.DataFrame):
        for column in whole.columns:
            tensors_out.append(tensor_of(str(column), [record[column] for record in outputs], whole[column].dtype))
    elif isinstance(outputs, dict):
        for key, values in outputs.items():
            tensors_out.append(tensor_of(str(key), jsonable(values), getattr(values, "dtype", None)))
    else:
        named = model.output_schema.inputs[0].name if model.output_schema is not None and len(model.output_schema.inputs) == 1 else None
        tensors_out.append(tensor_of(named or "output-0", outputs, getattr(whole, "dtype", None)))
    if parsed.v2["wanted"] is not None:
        known = {tensor["name"]: tensor for tensor in tensors_out}
        for wanted in parsed.v2["wanted"]:
            if wanted not in known:
                raise Refusal(f'There is no output "{wanted[:100]}"; there are {", ".join(known)}.')
        tensors_out = [known[wanted] for wanted in parsed.v2["wanted"]]
    body = {"model_name": name, "model_version": version, "outputs": tensors_out}
    if parsed.v2["id"] is not None:
        body["id"] = parsed.v2["id"]
    return json.dumps(body).replace(f'"{INFINITE}', "").replace(f'{INFINITE}"', "").encode()


def tensor_of(name: str, values, dtype) -> dict:
    values = values if isinstance(values, list) else [values]
    shape = [len(values)]
    inner = values[0] if values else None
    while isinstance(inner, list):
        shape.append(len(inner))
        inner = inner[0] if inner else None
    datatype = OF_NUMPY.get(str(dtype)) or guess(flatten(values))
    return {"name": name, "shape": shape, "datatype": datatype, "data": [plain(value, datatype) for value in flatten(values)]}


def guess(values) -> str:
    kinds = {type(value) for value in values}
    if kinds <= {bool}:
        return "BOOL"
    if kinds <= {int}:
        return "INT64"
    return "FP64" if kinds <= {int, float, type(None)} else "BYTES"


def plain(value, datatype: str):
    """JSON has no word for not-a-number: null. 1e999 is what JSON offers for infinity; every reader takes it as such."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else f"{INFINITE}{'' if value > 0 else '-'}1e999{INFINITE}"
    if datatype == "BYTES" and not isinstance(value, str):
        return str(value) if not isinstance(value, (dict, list)) else json.dumps(value, default=str)
    return value.isoformat() if hasattr(value, "isoformat") else value
