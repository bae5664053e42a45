"""The pydantic annotation of a number of a scenario: checked by `faults.faults`."""

from dataclasses import replace
from math import inf
from typing import Any

from pydantic import GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from ..model.numbers import Field
from .faults import Fault, faults
from .quantity import PRIORS

QUANTITY = "quantity"
"""Key in a schema that is replaced by a reference to the definition from `definition`."""


class Number:
    """Annotation of a quantity.

    Args:
        low, high: closed range of its values.
        fixed: whether a prior is not allowed.
        whole: whether only whole numbers are allowed.
        description: its meaning, for the JSON Schema.
        bare: whether it must be written as a number alone, without a table.
        off: whether ``false`` may stand for 0.
    """

    def __init__(
        self,
        low: float = -inf,
        high: float = inf,
        fixed: bool = False,
        whole: bool = False,
        description: str = "",
        bare: bool = False,
        off: bool = False,
    ) -> None:
        self.low, self.high, self.fixed, self.whole = low, high, fixed, whole
        self.description, self.bare, self.off = description, bare, off

    @classmethod
    def of(cls, field: Field, off: bool = False) -> "Number":
        """Return the annotation of a field."""
        unit = f" ({field.unit})" if field.unit else ""
        text = f"{field.meaning}{unit}; default {field.default:g}"
        return cls(field.low, field.high, field.fixed, field.whole, text, off=off)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = {"description": self.description} if self.description else {}
        form = [self.low, self.high, self.fixed, self.whole, self.bare, self.off]
        return {QUANTITY: form, **described}

    def _validate(self, value: Any) -> Any:
        if self.off and value is False:
            return value
        if self.bare and isinstance(value, dict):
            found = [Fault((), "found a table where a bare number belongs", "a number")]
        else:
            found = faults(value, self.low, self.high, self.fixed, self.whole)
        if self.off:
            found = [replace(one, expected=f"{one.expected}, or false") for one in found]
        if not found:
            return value
        raise ValidationError.from_exception_data(
            "quantity",
            [
                InitErrorDetails(
                    type=custom(fault.message, fault.expected, fault.suggestion, fault.at_key),
                    loc=fault.where,
                    input=value,
                )
                for fault in found
            ],
        )


def definition(
    low: float, high: float, fixed: bool, whole: bool, bare: bool, off: bool
) -> tuple[str, dict[str, Any]]:
    """Return the name and the JSON Schema of a quantity in a range."""
    if off:
        name, form = definition(low, high, fixed, whole, bare, False)
        return f"{name}OrFalse", {"anyOf": [{"const": False}, form]}
    number: dict[str, Any] = {"type": "integer" if whole else "number"}
    name = "Whole" if whole else "Number"
    if low > -inf:
        number["minimum"] = low
        name += f"From{low:g}"
    if high < inf:
        number["maximum"] = high
        name += f"To{high:g}"
    if bare:
        return "Bare" + name, number
    notes = {"source": {"type": "string"}, "note": {"type": "string"}}
    table = {
        "type": "object",
        "properties": {"value": number, "low": number, "high": number, **notes},
        "required": ["value"],
        "additionalProperties": False,
    }
    forms = [number, table]
    if fixed:
        return "Fixed" + name, {"anyOf": forms}
    return name, {"anyOf": [*forms, {"$ref": "#/$defs/Prior"}]}


def prior_schema() -> dict[str, Any]:
    """Return the JSON Schema of a prior."""
    number = {"type": "number"}
    texts = {"source": {"type": "string"}, "note": {"type": "string"}}
    forms = []
    for dist, (required, optional) in PRIORS.items():
        properties: dict[str, Any] = {"dist": {"const": dist}}
        properties |= dict.fromkeys((*required, *optional), number)
        forms.append(
            {
                "type": "object",
                "properties": properties | texts,
                "required": ["dist", *required],
                "additionalProperties": False,
            }
        )
    return {"oneOf": forms, "description": "A prior, drawn once in each replicate."}


def custom(
    message: str, expected: str = "", suggestion: str = "", at_key: bool = False
) -> PydanticCustomError:
    context = {
        "message": message,
        "expected": expected,
        "suggestion": suggestion,
        "at_key": at_key,
    }
    return PydanticCustomError("scenario", "{message}", context)
