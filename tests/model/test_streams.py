"""Random numbers are a function of seed, replicate, round, name and purpose."""

import numpy as np

from hedgerow.model.streams import Purpose, Streams, codes_of, gumbel, normal
from model.hand import assert_mean

MANY = np.arange(40_000, dtype=np.uint64)


def test_each_name_has_numbers_of_its_own():
    streams = Streams(7, MANY[:50])
    names = codes_of(["VNM|arms", "VNM|energy", "IDN|arms"])
    u, v = streams(Purpose.MOVE, 3, names)
    assert u.shape == (3, 50)
    assert len({*u.ravel(), *v.ravel()}) == 300
    np.testing.assert_array_equal(streams(Purpose.MOVE, 3, names[[2]])[0], u[[2]])
    for other in (streams(Purpose.OPTION, 3, names), streams(Purpose.MOVE, 4, names)):
        assert not np.isin(other[0], u).any()
    assert not np.isin(Streams(8, MANY[:50])(Purpose.MOVE, 3, names)[0], u).any()


def test_replicates_may_be_given_column_by_column():
    streams = Streams(7, MANY[:10])
    names = codes_of(["a", "b"])
    whole = streams(Purpose.SIZE, 0, names)[0]
    chosen = np.array([3, 9, 0], dtype=np.uint64)
    np.testing.assert_array_equal(streams(Purpose.SIZE, 0, names, chosen)[0], whole[:, [3, 9, 0]])


def test_countries_are_laid_out_before_replicates():
    streams = Streams(7, MANY[:4])
    names = codes_of([["a", "b"], ["c", "d"]])
    flat = np.array(streams.by_country(Purpose.FLOW, 1, names))
    assert flat.shape == (2, 2, 8)
    first, second = streams(Purpose.FLOW, 1, names)
    np.testing.assert_array_equal(flat[0, 1, 4:], first[1, 1])
    np.testing.assert_array_equal(flat[1, 0, :4], second[0, 0])


def test_distributions():
    u, v = Streams(1, MANY)(Purpose.MOVE, 0, codes_of(["x"]))
    g, z = gumbel(u[0]), normal(u[0], v[0])
    assert_mean(u[0], 0.5)
    assert_mean((u[0] - 0.5) * (v[0] - 0.5), 0.0)
    assert_mean(g, 0.5772156649015329)
    assert_mean((g - 0.5772156649015329) ** 2, np.pi**2 / 6)
    assert_mean(z, 0.0)
    assert_mean(z**2, 1.0)
    assert_mean(z**4, 3.0)
    assert np.isfinite(gumbel(np.zeros(1))).all()
    assert np.isfinite(normal(np.zeros(1), np.zeros(1))).all()
