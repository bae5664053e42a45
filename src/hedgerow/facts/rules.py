"""Rules that turn the figure of a fact into a number, such as ``1 - value`` or ``sqrt(value)``.

A rule is arithmetic with ``value``, the figure of the fact, and ``year``, the first year of its
date. With several facts, ``value2`` and ``year2`` are those of the second. A rule must use every
fact, and its result must change with each: ``24`` or ``0 * value + 24`` does not use a fact.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..errors import RuleError
from .records import Fact

_OPERATORS: Mapping[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "log": math.log,
    "exp": math.exp,
    "min": min,
    "max": max,
}
_OF_SEVERAL = ("min", "max")
_NAME = re.compile(r"(value|year)([2-9]?)")
_LONGEST = 200


@lru_cache(maxsize=256)
def parse(rule: str, facts: int = 1) -> ast.expr:
    """Return the parsed rule.

    Args:
        rule: the text of the rule.
        facts: number of facts that it must use.

    Raises:
        RuleError: it is no arithmetic with ``value`` and ``year``, or leaves out a fact.
    """
    known = "numbers, + - * /, sqrt, log, exp, min, max, value and year"
    try:
        if len(rule) > _LONGEST:
            raise ValueError
        body = ast.parse(rule.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise RuleError(f"the rule {rule[:_LONGEST]!r} is no arithmetic of {known}") from None
    used = set()
    for node in ast.walk(body):
        if isinstance(node, ast.Name):
            match = _NAME.fullmatch(node.id)
            if match and int(match[2] or 1) > facts:
                raise RuleError(f"the rule speaks of {node.id}, but only {facts} fact(s) are cited")
            if match:
                used.add(int(match[2] or 1))
            good = bool(match) or node.id in _FUNCTIONS
        elif isinstance(node, ast.Constant):
            good = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            good = name in _FUNCTIONS and not node.keywords and bool(node.args)
            if good and (len(node.args) > 1) != (name in _OF_SEVERAL):
                wanted = "two numbers or more" if name in _OF_SEVERAL else "one number"
                raise RuleError(f"the rule {rule!r} is wrong: {name} takes {wanted}")
        else:
            good = isinstance(node, ast.BinOp | ast.UnaryOp | ast.expr_context) or (
                type(node) in _OPERATORS
            )
        if not good:
            raise RuleError(f"the rule {rule!r} is no arithmetic of {known}")
    unused = [place for place in range(1, facts + 1) if place not in used]
    if unused:
        name = f"value{unused[0]}" if unused[0] > 1 else "value"
        raise RuleError(f"the rule {rule!r} does not use {name}, the figure of a fact it cites")
    return body


def uses_year(rule: str, facts: int = 1) -> bool:
    """Whether a rule uses the year of a fact.

    Raises:
        RuleError: the rule cannot be read.
    """
    names = (n.id for n in ast.walk(parse(rule, facts)) if isinstance(n, ast.Name))
    return any(name.startswith("year") for name in names)


def idle(rule: str, facts: Sequence[Fact]) -> Fact | None:
    """Return a fact on which the result of a rule does not depend; None if there is none.

    Raises:
        RuleError: as of `evaluate`.
    """
    exact = evaluate(rule, facts)
    for place, fact in enumerate(facts):
        if not any(
            _tried(rule, [*facts[:place], other, *facts[place + 1 :]], exact)
            for other in _others(fact)
        ):
            return fact
    return None


def evaluate(rule: str, facts: Sequence[Fact]) -> float:
    """Return the number that a rule gives for some facts.

    Raises:
        RuleError: the rule cannot be read, a fact that it needs has no figure or no date, or the
            result is no finite number.
    """
    try:
        result = float(_value(parse(rule, len(facts)), facts))
    except (ArithmeticError, TypeError, ValueError) as error:
        if isinstance(error, RuleError):
            raise
        raise RuleError(f"the rule {rule!r} gives no number: {error}") from None
    if not math.isfinite(result):
        raise RuleError(f"the rule {rule!r} gives no finite number")
    return result


def follows(number: float, rule: str, facts: Sequence[Fact]) -> bool:
    """Whether a number is the rounded result of a rule.

    It may be rounded to the digits in which it is written, but to at least two significant ones.
    """
    exact = evaluate(rule, facts)
    mantissa, _, power = repr(float(number)).partition("e")
    places = len(mantissa.partition(".")[2].rstrip("0")) - int(power or 0)
    if exact:
        places = max(places, 1 - math.floor(math.log10(abs(exact))))
    slack = 4.0 * math.ulp(max(abs(exact), abs(number)))
    return abs(exact - number) <= 0.5 * 10.0**-places + slack


def _others(fact: Fact) -> list[Fact]:
    """Return copies of a fact with slightly changed figures, and a year earlier or later."""
    found = []
    if not isinstance(fact.value, str):
        step = 1e-3 * (abs(fact.value) or 1.0)
        found += [replace(fact, value=fact.value + step), replace(fact, value=fact.value - step)]
    if fact.years is not None:
        first = fact.years[0]
        found += [replace(fact, date=str(first + 1)), replace(fact, date=str(first - 1))]
    return found


def _tried(rule: str, facts: Sequence[Fact], exact: float) -> bool:
    """Whether a rule gives another number for these facts, or none at all."""
    try:
        return not math.isclose(evaluate(rule, facts), exact, rel_tol=1e-9, abs_tol=1e-12)
    except RuleError:
        return True


def _value(node: Any, facts: Sequence[Fact]) -> float:
    if isinstance(node, ast.Constant):
        return node.value  # type: ignore[return-value]
    if isinstance(node, ast.Name):
        match = _NAME.fullmatch(node.id)
        if match is None:
            raise RuleError(f"{node.id} is a function; give it a number in brackets")
        return _of(match[1], facts[int(match[2] or 1) - 1])
    if isinstance(node, ast.UnaryOp):
        return _OPERATORS[type(node.op)](_value(node.operand, facts))
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, facts), _value(node.right, facts))
    return _FUNCTIONS[node.func.id](*(_value(argument, facts) for argument in node.args))


def _of(what: str, fact: Fact) -> float:
    if what == "year":
        if fact.years is None:
            raise RuleError(f"{fact.id} has no date")
        return float(fact.years[0])
    if isinstance(fact.value, str):
        raise RuleError(f"{fact.id} has no figure")
    return float(fact.value)
