"""What a body means: every input form of MLflow's scoring protocol."""

from __future__ import annotations

import io
import json

from .refusals import Refusal
from .tables import Table, check_against, check_shape, free_key, to_frame

FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
MOST_ROWS_TOGETHER = 512
# Unwrapped bodies of chat, completion and embedding models.
UNWRAPPED_KEYS = ("messages", "prompt", "input")


class Parsed:
    """A request as the model wants it: either a table of rows, or data that is predicted alone."""

    def __init__(self, table=None, data=None, params=None, key=None, unwrapped=False, v2=None):
        self.table = table
        self.data = data
        self.params = params
        self.key = key
        self.unwrapped = unwrapped
        self.v2 = v2

    def data_for(self, model):
        return to_frame(self.table, model.input_schema, model.columns) if self.data is None else self.data


def parse(model, content_type: str, body: bytes) -> Parsed:
    """@raises Refusal 400 or 415"""
    kind, _, rest = content_type.partition(";")
    parameters = {}
    for pair in rest.split(";"):
        name, _, value = pair.strip().partition("=")
        if name:
            parameters[name.lower()] = value.strip('" ').lower()
    if parameters.get("charset", "utf-8") not in ("utf-8", "utf8"):
        raise Refusal("Bodies are taken in UTF-8 only.", 415)
    kind = kind.strip().lower()
    if kind == "text/csv":
        return parse_csv(model, body)
    if kind == "application/json":
        return parse_json(model, body)
    raise Refusal(f'Bodies are taken as application/json or text/csv, not "{kind[:100]}".', 415)


def load_json(body: bytes):
    try:
        return json.loads(body)
    except RecursionError:
        raise Refusal("The body is nested too deep.") from None
    except ValueError as error:
        raise Refusal(f"The body is not JSON: {error}") from None


def parse_json(model, body: bytes) -> Parsed:
    content = load_json(body)
    expected = f"The body must be a JSON object with exactly one of {', '.join(FORMS)}"
    if not isinstance(content, dict):
        raise Refusal(f"{expected}; it is {'a list' if isinstance(content, list) else 'a single value'}.")
    if any(key in content for key in UNWRAPPED_KEYS) and not any(form in content for form in FORMS):
        known = {param.name for param in model.params_schema.params} if model.params_schema else set()
        return Parsed(
            data={name: value for name, value in content.items() if name not in known},
            params={name: value for name, value in content.items() if name in known},
            unwrapped=True,
        )
    given = [form for form in FORMS if form in content]
    if len(given) != 1:
        raise Refusal(f"{expected}; it has {', '.join(map(str, list(content)[:10])) or 'nothing'}.")
    params = content.get("params")
    if params is not None and not isinstance(params, dict):
        raise Refusal('"params" must be an object.')
    form = given[0]
    value = content[form]
    if model.takes_raw_inputs:
        if form != "inputs":
            raise Refusal('This model is typed by its code: send its values under "inputs".')
        return Parsed(data=value, params=params)
    if form == "dataframe_split":
        return with_params(split(model, value), params)
    if form == "dataframe_records":
        return with_params(records(model, value), params)
    from mlflow.utils.proto_json_utils import parse_tf_serving_input

    refuse_extra(model, value)
    return Parsed(data=parse_tf_serving_input({form: value}, schema=model.input_schema), params=params)


def with_params(parsed: Parsed, params) -> Parsed:
    parsed.params = params
    if params and parsed.key is not None:
        parsed.key = (*parsed.key, json.dumps(params, sort_keys=True))
    return parsed


def split(model, value) -> Parsed:
    if not isinstance(value, dict):
        raise Refusal('"dataframe_split" must be an object with columns and data.')
    unknown = set(value) - {"columns", "data", "index"}
    if "data" not in value or unknown:
        raise Refusal(f'"dataframe_split" has "data", and may have "columns" and "index"; it has {", ".join(map(str, value)) or "nothing"}.')
    data = value["data"]
    columns = value.get("columns")
    if value.get("index") is not None or columns is None or not isinstance(data, list) or not isinstance(columns, list):
        from mlflow.utils.proto_json_utils import dataframe_from_parsed_json

        frame = dataframe_from_parsed_json(value, "split", None)
        return frame_alone(model, frame)
    if not all(isinstance(name, (str, int, float)) for name in columns):
        raise Refusal('"columns" must be names.')
    return of_table(model, Table(columns, data))


def records(model, value) -> Parsed:
    if not isinstance(value, list):
        raise Refusal('"dataframe_records" must be a list of objects.')
    for number, record in enumerate(value):
        if not isinstance(record, dict):
            raise Refusal(f'"dataframe_records" must be a list of objects; item {number} is none.')
    if not value:
        raise Refusal('"dataframe_records" has no rows.')
    first = value[0]
    if all(record.keys() == first.keys() for record in value):
        return of_table(model, Table(list(first), [[record[name] for name in first] for record in value]))
    columns = list(dict.fromkeys(name for record in value for name in record))
    if model.columns is None:
        import pandas

        return frame_alone(model, pandas.DataFrame(value))
    for number, record in enumerate(value):
        for name, column in model.columns.items():
            if name not in record and getattr(column, "required", True):
                raise Refusal(f'Column "{name}" is missing in row {number}: the model needs it.')
    return of_table(model, Table(columns, [[record.get(name) for name in columns] for record in value]))


def of_table(model, table: Table) -> Parsed:
    check_shape(table)
    if model.columns is not None:
        kinds = check_against(table, model.columns)
    else:
        kinds = free_key(table) if model.input_schema is None else None
    together = model.row_wise and kinds is not None and 0 < len(table.rows) <= MOST_ROWS_TOGETHER
    return Parsed(table=table, key=(tuple(table.columns), kinds) if together else None)


def frame_alone(model, frame) -> Parsed:
    from mlflow.utils.proto_json_utils import cast_df_types_according_to_schema

    if model.columns is not None:
        table = Table(list(frame.columns), frame.astype(object).where(frame.notna(), None).values.tolist())
        if list(frame.columns) != list(range(frame.shape[1])) or any(isinstance(name, int) for name in model.columns):
            check_shape(table)
            check_against(table, model.columns)
        elif frame.shape[1] == len(model.columns):
            raise Refusal('"columns" is missing: name the columns of the rows.')
    return Parsed(data=frame if model.input_schema is None else cast_df_types_according_to_schema(frame, model.input_schema))


def refuse_extra(model, value) -> None:
    """Names that the model does not know, in the column forms of "inputs" and "instances"."""
    if model.columns is None:
        return
    for number, item in enumerate(value if isinstance(value, list) else [value]):
        if not isinstance(item, dict):
            return
        extra = [name for name in item if name not in model.columns]
        if extra:
            raise Refusal(f'Column "{extra[0]}" is not among the columns of the model\'s signature. Leave it out.')
        for name, column in model.columns.items():
            if name not in item and getattr(column, "required", True):
                where = f" in item {number}" if isinstance(value, list) else ""
                raise Refusal(f'Column "{name}" is missing{where}: the model needs it.')


def parse_csv(model, body: bytes) -> Parsed:
    import pandas

    try:
        text = body.decode("utf8")
    except UnicodeDecodeError as error:
        raise Refusal(f"The body is not UTF-8: {error}") from None
    dtypes = None
    if model.input_schema is not None and model.input_schema.has_input_names() and not model.input_schema.is_tensor_spec():
        dtypes = dict(zip(model.input_schema.input_names(), model.input_schema.pandas_types()))
    try:
        header = pandas.read_csv(io.StringIO(text), nrows=0)
    except Exception as error:
        raise Refusal(f"The body is not CSV with a line of column names: {error}") from None
    if model.columns is not None:
        check_against(Table(list(header.columns), []), model.columns)
    try:
        frame = pandas.read_csv(io.StringIO(text), dtype=dtypes)
    except Exception as error:
        raise Refusal(f"The CSV does not fit the model's signature: {csv_fault(text, dtypes, error)}") from None
    return Parsed(data=frame)


def csv_fault(text: str, dtypes, error) -> str:
    """Which column it is: pandas says only which value."""
    import pandas

    for name, dtype in (dtypes or {}).items():
        try:
            pandas.read_csv(io.StringIO(text), usecols=[name], dtype={name: dtype})
        except Exception as fault:
            return f'column "{name}": {fault}'
    return str(error)
