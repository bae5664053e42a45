"""Philox4x32-10 in plain Python integers, from the description of Salmon et al. (2011)."""

MASK = 0xFFFFFFFF


def philox(counter, key):
    """Ten rounds: multiply two words to 64 bits, swap, mix in the key, bump the key."""
    a, b, c, d = counter
    k, m = key
    for round_ in range(10):
        if round_:
            k = (k + 0x9E3779B9) & MASK
            m = (m + 0xBB67AE85) & MASK
        high0, low0 = divmod(0xD2511F53 * a, 2**32)
        high1, low1 = divmod(0xCD9E8D57 * c, 2**32)
        a, b, c, d = high1 ^ b ^ k, low1, high0 ^ d ^ m, low0
    return a, b, c, d


def unit(high, low):
    """A double in [0, 1) from the 64 bits of two words, the lowest 11 dropped."""
    return (((high << 32) | low) >> 11) / 2**53
