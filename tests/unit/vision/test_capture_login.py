"""Logging in over HTTP: the examples of the standards, and what cameras send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.http_login import Challenge, Login, authorization, challenge_in

RFC_2617 = (
    'Digest realm="testrealm@host.com", qop="auth,auth-int", '
    'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
MUFASA = Login(username="Mufasa", password="Circle of Life")  # noqa: S106 - the standard's
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def _response(header: str) -> str:
    return header.split('response="')[1].split('"', maxsplit=1)[0]


def test_digest_as_in_rfc_2617() -> None:
    """The example of section 3.5."""
    challenge = challenge_in([RFC_2617])
    assert challenge is not None
    login = Login(username="Mufasa", password="Circle Of Life")  # noqa: S106 - the standard's
    header = authorization(challenge, login, method="GET", uri="/dir/index.html", cnonce="0a4f113b")
    assert _response(header) == "6629fae49393a05397450978507c4ef1"
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in header
    assert "qop=auth, nc=00000001" in header
    assert "Circle" not in header
    assert "algorithm" not in header  # old firmware does not know what it did not say itself


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_as_in_rfc_7616(algorithm: str, response: str) -> None:
    """The examples of section 3.9.1."""
    challenge = challenge_in([RFC_7616.format(algorithm)])
    assert challenge is not None
    header = authorization(challenge, MUFASA, method="GET", uri="/dir/index.html", cnonce=CNONCE)
    assert _response(header) == response
    assert f"algorithm={algorithm}" in header


def test_digest_without_qop_as_cameras_ask_for_it() -> None:
    """RFC 2069, which many cameras stayed with: the response of `a`, `b` worked out by hand."""
    challenge = challenge_in(['Digest realm="IP Camera", nonce="abc"'])
    assert challenge == Challenge(scheme="digest", realm="IP Camera", nonce="abc")
    login = Login(username="a", password="b")  # noqa: S106 - a test's own
    header = authorization(challenge, login, method="GET", uri="/", cnonce="x")
    # md5(md5("a:IP Camera:b") + ":abc:" + md5("GET:/")), by md5sum
    assert _response(header) == "9fc82cd71de566ad5b5844339f13089c"
    assert "qop" not in header
    assert "cnonce" not in header


def test_digest_goes_before_basic_and_sha_before_md5() -> None:
    """In one header or in several, in any order; a password is not sent where it need not be."""
    basic, md5, sha = 'Basic realm="x"', RFC_7616.format("MD5"), RFC_7616.format("SHA-256")
    for headers in ([basic, md5, sha], [f"{basic}, {sha}, {md5}"], [sha, f"{md5}, {basic}"]):
        challenge = challenge_in(headers)
        assert challenge is not None
        assert (challenge.scheme, challenge.algorithm) == ("digest", "SHA-256")
    assert challenge_in([basic]) == Challenge(scheme="basic", realm="x")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [""],
        ["Bearer"],
        ['Digest realm="x"'],
        ['Digest nonce="x", algorithm=SHA-512-256'],
        ['Digest nonce="x", qop="auth-int"'],
        ["Digest " + "a=b, " * 1_000],
        ["Digest " + "a" * 4_000],
    ],
)
def test_what_cannot_be_answered_is_no_challenge(headers: list[str]) -> None:
    """Then the refusal stands."""
    assert challenge_in(headers) is None


def test_basic_takes_any_letters() -> None:
    """Passwords are UTF-8."""
    login = Login(username="admin", password="密码:1")  # noqa: S106 - a test's own
    header = authorization(Challenge(scheme="basic"), login, method="GET", uri="/", cnonce="")
    assert header == "Basic YWRtaW465a+G56CBOjE="


def test_requests_under_one_nonce_are_counted() -> None:
    """A camera refuses a count that it has seen already."""
    challenge = challenge_in([RFC_2617])
    assert challenge is not None
    first, second = (
        authorization(challenge, MUFASA, method="GET", uri="/", cnonce="c", count=count)
        for count in (1, 2)
    )
    assert "nc=00000002" in second
    assert _response(first) != _response(second)


def test_a_session_hashes_its_nonces_along() -> None:
    """`MD5-sess`, which the standard has beside MD5: the response worked out with md5sum."""
    challenge = challenge_in(['Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"'])
    assert challenge is not None
    login = Login(username="a", password="b")  # noqa: S106 - a test's own
    header = authorization(challenge, login, method="GET", uri="/", cnonce="c")
    assert _response(header) == "19868308edd3439df63b3f723e00dd8d"
    assert "algorithm=MD5-sess" in header


def test_a_name_neither_ends_its_quotes_nor_the_header() -> None:
    """Whoever writes a line end into a name writes no header of their own."""
    challenge = challenge_in(['Digest realm="a \\"b\\" c", nonce="n"'])
    assert challenge is not None
    assert challenge.realm == 'a "b" c'
    login = Login(username='x"\r\nHost: y', password="b")  # noqa: S106 - a test's own
    header = authorization(challenge, login, method="GET", uri="/", cnonce="")
    assert header.startswith(r'Digest username="x\"Host: y", realm="a \"b\" c", ')


def test_a_login_hides_its_password() -> None:
    """In a log, in a traceback."""
    assert "Circle" not in repr(MUFASA)


@given(st.text(max_size=200))
def test_nonsense_never_raises(header: str) -> None:
    """Whatever a camera asks."""
    challenge_in([header, "Digest " + header, "Digest nonce=" + header])
