"""
Rows against the signature. MLflow's own server reshapes quietly (a fraction in a column of integers loses its fraction, any text is
True); here such a value is refused with the name of its column, and so is a column that the model does not know.
"""

from __future__ import annotations

from .refusals import Refusal

EXACT = 1 << 53
RANGES = {"integer": (-(1 << 31), (1 << 31) - 1), "long": (-(1 << 63), (1 << 63) - 1)}
NUMBERS = {int, float}
NONE = type(None)


class Table:
    """Rows as they were sent: `rows` of JSON values under `columns`."""

    def __init__(self, columns: list, rows: list):
        self.columns = columns
        self.rows = rows

    def kinds(self):
        """The set of types in each column."""
        if len(self.rows) == 1:
            return [{type(value)} for value in self.rows[0]]
        return [set(map(type, values)) for values in zip(*self.rows)] if self.rows else [set() for _ in self.columns]


def check_shape(table: Table) -> None:
    width = len(table.columns)
    if len(set(table.columns)) != width:
        twice = sorted({str(name) for name in table.columns if table.columns.count(name) > 1})
        raise Refusal(f"Column {quoted(twice)} is there more than once.")
    for number, row in enumerate(table.rows):
        if not isinstance(row, list):
            raise Refusal(f"Row {number} is not a list of values.")
        if len(row) != width:
            raise Refusal(f"Row {number} has {len(row)} values for {width} columns.")


def check_against(table: Table, columns: dict):
    """Refuses what does not fit the named columns of a signature. Returns what decides whether rows may be predicted together:
    None when they may not, else a key of the kinds that must be the same."""
    required = [name for name, column in columns.items() if getattr(column, "required", True)]
    sent = set(table.columns)
    missing = [name for name in required if name not in sent]
    if missing:
        extra = [name for name in table.columns if name not in columns]
        also = f" {plural('Column', extra)} {quoted(extra)} {is_are(extra)} not known to it." if extra else ""
        raise Refusal(f"{plural('Column', missing)} {quoted(missing)} {is_are(missing)} missing: the model needs {'it' if len(missing) == 1 else 'them'}.{also}")
    extra = [name for name in table.columns if name not in columns]
    if extra:
        raise Refusal(
            f"{plural('Column', extra)} {quoted(extra)} {is_are(extra)} not among the columns of the model's signature. Leave {'it' if len(extra) == 1 else 'them'} out."
        )
    key = []
    alone = False
    for position, (name, kinds) in enumerate(zip(table.columns, table.kinds())):
        type_name = columns[name].type.name
        if type_name in ("double", "float"):
            if kinds <= NUMBERS or kinds <= {int, float, NONE}:
                continue
            alone = True
            check_numbers(table, position, name, type_name, kinds)
        elif type_name in RANGES:
            alone = check_integers(table, position, name, columns[name], kinds) or alone
        elif type_name == "boolean":
            check_each(table, position, name, type_name, lambda value: value is True or value is False or value in (0, 1))
            key.append(frozenset(kinds))
        elif type_name == "string":
            check_each(table, position, name, type_name, lambda value: isinstance(value, str) or value is None)
            key.append(frozenset(kinds))
        else:
            check_each(table, position, name, type_name, lambda value: isinstance(value, str) or value is None or (type_name == "datetime" and type(value) is int))
            alone = True
    return None if alone else tuple(key)


def check_numbers(table, position, name, type_name, kinds) -> None:
    def is_number(value) -> bool:
        if value is None or isinstance(value, (bool, int, float)):
            return True
        if not isinstance(value, str):
            return False
        try:
            float(value)
            return True
        except ValueError:
            return False

    check_each(table, position, name, type_name, is_number)


def check_integers(table, position, name, column, kinds) -> bool:
    """Returns whether the rows must be predicted alone."""
    least, most = RANGES[column.type.name]
    alone = not kinds <= {int}
    for number, row in enumerate(table.rows):
        value = row[position]
        if isinstance(value, str):
            try:
                value = int(value)
            except ValueError:
                raise wrong(table, position, name, column.type.name, number) from None
        if value is None:
            raise Refusal(f'Column "{name}": row {number} has no value, and a column of type {column.type.name} needs one.')
        if not isinstance(value, (int, float)):
            raise wrong(table, position, name, column.type.name, number)
        if isinstance(value, float) and not value.is_integer():
            raise wrong(table, position, name, column.type.name, number)
        if not least <= value <= most:
            raise Refusal(f'Column "{name}": {value} in row {number} is outside of what a column of type {column.type.name} can hold.')
        if abs(value) > EXACT:
            alone = True
    return alone


def check_each(table, position, name, type_name, fits) -> None:
    for number, row in enumerate(table.rows):
        if not fits(row[position]):
            raise wrong(table, position, name, type_name, number)


def wrong(table, position, name, type_name, number) -> Refusal:
    text = repr(table.rows[number][position])
    return Refusal(f'Column "{name}": {text[:80]} in row {number} is not of type {type_name}.')


def free_key(table: Table):
    """Without a signature rows may be predicted together only when all types are the same, column by column."""
    key = []
    for kinds in table.kinds():
        if not kinds <= {int, float, str, bool, NONE}:
            return None
        key.append(frozenset(kinds))
    if any(type(value) is int and abs(value) > EXACT for row in table.rows for value in row):
        return None
    return tuple(key)


def to_frame(table: Table, schema, columns):
    """The data frame that MLflow's own server would make of these rows."""
    import pandas
    from mlflow.utils.proto_json_utils import cast_df_types_according_to_schema

    if columns and all(column.type.name == "double" for column in columns.values()):
        import numpy

        try:
            return pandas.DataFrame(numpy.array(table.rows, dtype=numpy.float64).reshape(len(table.rows), len(table.columns)), columns=table.columns)
        except (TypeError, ValueError, OverflowError):
            pass
    try:
        frame = pandas.DataFrame(table.rows, columns=table.columns)
    except Exception as error:
        raise Refusal(f"The rows are no table: {error}") from error
    return frame if schema is None else cast_df_types_according_to_schema(frame, schema)


def quoted(names) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:20])
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"


def plural(word: str, names) -> str:
    return word if len(names) == 1 else f"{word}s"


def is_are(names) -> str:
    return "is" if len(names) == 1 else "are"
