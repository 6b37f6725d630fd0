"""Several requests in one message: what goes in comes out, and what is no bundle is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common import bundle
from libs.common.bundle import LENGTHS, PARTS_MAX, PLACES, Part, Unbundled

bodies = st.lists(st.binary(max_size=20), min_size=1, max_size=PARTS_MAX)


@given(bodies)
def test_requests_come_out_as_they_went_in(asked: list[bytes]) -> None:
    assert bundle.requests(*bundle.bundle(asked)) == asked


@given(st.lists(st.builds(Part, st.integers(0, PARTS_MAX - 1), st.binary(max_size=20)), min_size=1, max_size=PARTS_MAX))
def test_answers_come_out_with_their_places(told: list[Part]) -> None:
    assert bundle.answers(*bundle.bundle_answers(told)) == told


@given(bodies, st.integers(1, 60), st.integers(1, 5))
def test_runs_are_all_in_order_and_none_is_too_long_but_what_stands_alone(asked: list[bytes], bytes_max: int, parts_max: int) -> None:
    runs = [asked[run] for run in bundle.runs(asked, bytes_max, parts_max)]
    assert [body for run in runs for body in run] == asked
    assert all(len(run) == 1 or (len(run) <= parts_max and sum(map(len, run)) <= bytes_max) for run in runs)


@pytest.mark.parametrize(
    "lengths", ["", "3", "5", "2,1", "-1,5", " 4", "4,", "1e1", "\u0664", "9999999999", ",".join(["4", *["0"] * PARTS_MAX])]
)
def test_lengths_that_do_not_fit_are_no_bundle(lengths: str) -> None:
    with pytest.raises(Unbundled):
        bundle.requests({LENGTHS: lengths}, b"body")


@pytest.mark.parametrize("headers", [{}, {LENGTHS: "2,2"}, {LENGTHS: "2,2", PLACES: "0"}, {LENGTHS: "2,2", PLACES: "0,1,2"}, {PLACES: "0"}])
def test_answers_without_fitting_places_are_none(headers: dict[str, str]) -> None:
    with pytest.raises(Unbundled):
        bundle.answers(headers, b"body")
