"""Expressions of rules: what they may say, what they may not, what they come to."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.rules.expression import Expression, ExpressionError, Operand, conforms, parse

OPERANDS = {
    "a": Operand("float", "%"),
    "b": Operand("int", "%"),
    "c": Operand("float", "MPa"),
    "n": Operand("int"),
    "p": Operand("bool"),
    "q": Operand("bool"),
    "s": Operand("str"),
}

numbers = st.recursive(
    st.one_of(
        st.sampled_from(["a", "b"]),
        st.integers(0, 100).map(str),
        st.floats(0, 100, allow_nan=False).map(lambda number: f"{number:.3f}"),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-"]), inner).map(lambda t: f"({' '.join(t)})"),
        st.tuples(inner, st.integers(-5, 5)).map(lambda t: f"({t[0]} * {t[1]})"),
        st.tuples(inner, st.sampled_from(["/", "//", "%"]), st.integers(0, 5)).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]}, {t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"min({t[0]}, {t[1]})"),
        inner.map(lambda part: f"abs({part})"),
        inner.map(lambda part: f"round({part}, 2)"),
        inner.map(lambda part: f"clamp({part}, 10, 20)"),
        inner.map(lambda part: f"-{part}"),
    ),
    max_leaves=6,
)
truths = st.recursive(
    st.one_of(
        st.sampled_from(["p", "q", "True", "False"]),
        st.tuples(numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers).map(
            " ".join
        ),
        numbers.map(lambda part: f"0 < {part} <= 50"),
        numbers.map(lambda part: f"{part} in (1, 2, 3)"),
        numbers.map(lambda part: f"{part} not in (1, 2, 3)"),
        st.sampled_from(["s == 'x'", "s != 'x'", "s in ('x', 'y')"]),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda part: f"not ({part})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
    ),
    max_leaves=5,
)


def evaluated(text: str, values: dict[str, Any]) -> bool | None:
    """What Python itself makes of the text."""
    functions = {"clamp": lambda value, low, high: min(max(value, low), high)}
    try:
        return bool(eval(text, functions, values))  # noqa: S307 - the reference, in a test alone
    except (ArithmeticError, ValueError):
        return None


drawn = st.fixed_dictionaries(
    {
        "a": st.floats(-200, 200),
        "b": st.integers(-200, 200),
        "p": st.booleans(),
        "q": st.booleans(),
        "s": st.sampled_from(["x", "y", "z"]),
    }
)


@given(truths, drawn)
def test_an_expression_means_what_it_means_in_python(text: str, values: dict[str, Any]) -> None:
    """Any tree of what is allowed, for any values; what Python cannot compute is missing."""
    try:
        expression = parse(text, OPERANDS)
    except ExpressionError as error:
        assert "too large" in error.what.en or "too long" in error.what.en  # noqa: PT017 - no other
        return
    assert expression.truth([values[name] for name in expression.names]) == evaluated(text, values)


@given(st.text(max_size=60))
def test_no_text_whatever_raises_anything_else(text: str) -> None:
    """Garbage is refused with a column inside it."""
    try:
        assert isinstance(parse(text, OPERANDS), Expression)
    except ExpressionError as error:
        assert 0 <= error.column <= len(text)  # noqa: PT017 - it may be sound as well


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ("a > 1 and x.real > 2", 10, "x.real has no place"),
        ("__import__('os')", 0, "__import__('os') has no place"),
        ("a ** 9 > 1", 0, "a ** 9 has no place"),
        ("a[0] > 1", 0, "a[0] has no place"),
        ("[x for x in (1,)]", 0, "has no place"),
        ("(lambda: 1)()", 0, "has no place"),
        ("f'{a}' == 'x'", 0, "has no place"),
        ("(z := 3) > 2", 1, "has no place"),
        ("a > 1 << 2", 4, "1 << 2 has no place"),
        ("abs(x=a) > 1", 0, "has no place"),
        ("open(a) > 1", 0, "has no place"),
        ("a is None", 5, "None has no place"),
        ("a > 1j", 4, "1j has no place"),
        ("a < b in (1, 2)", 0, "has no place"),
        ("s == 'a\\x41'", 7, "not allowed here"),
        ("a >", 3, "cannot be read"),
        ("a > > b", 4, "cannot be read"),
        ("1if p else 2", 0, "cannot be read"),
        ("(" * 300, 200, "cannot be read"),
        ("", 0, "cannot be read"),
        ("a > level", 4, "there is no name level"),
        ("水位 > 3", 0, "there is no name 水位"),
        ("'水位' == s and a > 1e99", 18, "too large"),
        (f"s == '{'x' * 65}'", 5, "too large"),
        (f"{'not ' * 30}p", 96, "nested too deeply"),
        (" + ".join(["a"] * 70) + " > 1", 0, "too large"),
        (f"a in ({'1,' * 130})", 258, "too large"),
        ("a > 1 or " * 60 + "p", 0, "too long"),
        ("a - b", 0, "the result is a number"),
        ("a > p", 4, "has to be a number, and is true or false"),
        ("p and a", 6, "has to be true or false, and is a number"),
        ("not a", 4, "has to be true or false"),
        ("s < 'x'", 4, "has to be a number, and is text"),
        ("s + 1 > 2", 0, "has to be a number, and is text"),
        ("p + 1 > 2", 0, "has to be a number"),
        ("a in p", 5, "after in stand fixed values"),
        ("a in (b, 2)", 6, "after in stand fixed values"),
        ("a in ('x', 2)", 6, "has to be a number, and is text"),
        ("(a if p else s) == 1", 13, "has to be a number, and is text"),
        ("round(a, n) > 1", 9, "no number of digits"),
        ("clamp(a, 1) > 1", 0, "takes other arguments"),
        ("a > c", 4, "different units: % and MPa"),
        ("a + c > 3", 0, "different units: % and MPa"),
        ("max(a, b, c) > 3", 0, "different units: % and MPa"),
        ("a * c > c", 8, "different units: %·MPa and MPa"),
        ("a / c > b", 8, "different units: %/MPa and %"),
        ("a * a > a", 8, "different units: %^2 and %"),
    ],
)
def test_what_is_refused_and_where(text: str, column: int, what: str) -> None:
    """Each with the column of the part that is wrong, in characters."""
    with pytest.raises(ExpressionError) as refused:
        parse(text, OPERANDS)
    assert what in refused.value.what.en
    assert refused.value.column == column
    assert refused.value.what.zh
    assert refused.value.remedy.zh
    assert refused.value.remedy.en


@pytest.mark.parametrize(
    "text",
    [
        "a - b > 20 and not p",
        "a * 2 > b",
        "a / b > 2",
        "a * c / c > b",
        "2 * n > a",
        "(a if p else b) > 1",
        "  a\n> 1",
        "b % 3 == 1",
        "s not in ('x', 'y')",
    ],
)
def test_what_is_allowed(text: str) -> None:
    """One unit on both sides; a plain number goes with any unit."""
    assert parse(text, OPERANDS).text == text


def test_a_name_hides_the_function_of_that_name() -> None:
    """A value cannot be called; that is told when the rule is read, not found missing for ever."""
    with pytest.raises(ExpressionError) as refused:
        parse("abs(a) > 1", {**OPERANDS, "abs": Operand("int")})
    assert "abs(a) has no place" in refused.value.what.en


def test_only_the_names_that_are_used_are_wanted() -> None:
    """In the order in which they were given, not in which they stand."""
    assert parse("p and b - a > 1", OPERANDS).names == ("a", "b", "p")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a / b > 1", (1.0, 0)),
        ("b // (a - a) > 1", (1.0, 1)),
        ("a > 1", (None,)),
        ("b / 1000000000000000.0 > 1", (10**400,)),
        ("a > 1", ("x",)),
    ],
)
def test_what_cannot_be_computed_is_missing(text: str, values: tuple[Any, ...]) -> None:
    """Division by zero, overflow, no value, a value of another type: never an error."""
    assert parse(text, OPERANDS).truth(values) is None


def test_it_sees_nothing_but_its_values() -> None:
    """No builtins, no names of this program."""
    run: Any = parse("max(a, b) > 1", OPERANDS).run
    assert run.__globals__["__builtins__"] == {}
    assert set(run.__globals__) == {"__builtins__", "abs", "clamp", "max", "min", "round"}


@pytest.mark.parametrize(
    ("value", "wanted", "fits"),
    [
        (1, "float", True),
        (1.5, "int", True),
        (True, "int", False),
        (1, "bool", False),
        ("1", "float", False),
        (math.nan, "float", False),
        (math.inf, "float", False),
        (None, "str", False),
        ("%1000000000d", "int", False),
    ],
)
def test_a_value_has_to_be_of_its_points_type(value: Any, wanted: Any, *, fits: bool) -> None:
    """Text in the place of a number would be formatted by %, and could fill the memory."""
    assert conforms(value, wanted) is fits
