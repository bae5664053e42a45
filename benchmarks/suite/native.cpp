// The practical limit: the desks of a quarter by hand, for one processor core.
//
// A tile holds L replicates of all countries; every quantity is a vector whose lanes are the
// replicates, so that each line below works on L decisions at once. Only what a tile needs passes
// through the cache, for all rounds of the tile.
//
// Covered is step 5 of a quarter with the payoff as it stands: every desk in the order of the
// quarter; random numbers; the exact price of a step up and a step down with every partner, the
// hinges of all futures in it; habit and politics; what is best; hard rules, and the next best where
// one strikes; the move, with everything that prices need after it.
//
// Names are those of hedgerow.model; K are the step instruments alone. Arrays come from Python in
// double precision with the axes (..., country, replicate) or (..., replicate).

#include <cstdint>
#include <memory>
#include <vector>
#if defined __SSE2__
#include <immintrin.h>
#endif

// Sizes known when it is compiled: the loops over them then unroll.
#ifndef PARTNERS
#define PARTNERS 8
#endif
#ifndef FUTURES
#define FUTURES 4
#endif
#ifndef DESKS
#define DESKS 4
#endif
// Vectors as wide as those of the processor: wider ones are compared lane by lane.
#if defined __AVX512F__
#define VECTOR_BYTES 64
#elif defined __AVX2__
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

namespace {

typedef double V __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t I __attribute__((vector_size(VECTOR_BYTES)));
typedef uint64_t U __attribute__((vector_size(VECTOR_BYTES)));

constexpr int K = DESKS, P = PARTNERS, W = FUTURES, KP = K * P, L = VECTOR_BYTES / 8;
constexpr int DRAWS = 1 + P, TOGETHER = 3;      // so many chains of random numbers fill registers
constexpr uint64_t MOVE = 11, OPTION = 12;      // purposes of random numbers
constexpr double TINY = 0x1p-54, ENDLESS = 1e300, SLACK = 1e-9;
constexpr double MAGIC = 6755399441055744.0;    // 1.5 * 2^52: adding it rounds
constexpr double LOG2_E = 1.4426950408889634, LN2 = 0.6931471805599453;

inline V all(double x) { return V{} + x; }
inline V maximum(V a, V b) { return a > b ? a : b; }
inline V positive(V a) { return maximum(a, V{}); }
inline V magnitude(V a) { return maximum(a, -a); }
inline bool any(I mask) {
#if defined __AVX512F__
    return _mm512_test_epi64_mask((__m512i)mask, (__m512i)mask) != 0;
#elif defined __AVX2__
    return _mm256_movemask_pd((__m256d)mask) != 0;
#else
    int64_t found = 0;
    for (int l = 0; l < L; ++l) found |= mask[l];
    return found != 0;
#endif
}

// Two to the power of f for |f| <= 1/2, by Chebyshev interpolation.
constexpr double EXP2[] = {
    1.0000000000000007,     0.6931471805599483,     0.24022650695901254,   0.055504108664544756,
    0.00961812911053657,    0.0013333558214738293,  0.00015403526882354606, 1.525266622014565e-05,
    1.3217210256367588e-06, 1.0206977921453389e-07, 6.767963482574983e-09};

inline V exp_of(V x) {
    V t = maximum(x * LOG2_E, all(-1000.0)), shifted = t + MAGIC, f = t - (shifted - MAGIC);
    V p = f * EXP2[10] + EXP2[9];
    for (int i = 8; i >= 0; --i) p = p * f + EXP2[i];
    return (V)((I)p + ((I)shifted << 52));
}

/// A number from e^x to 6.2 % above it: the chord of 2^t between whole t.
inline V exp_above(V x) {
    V t = maximum(x * LOG2_E, all(-1000.0)) + (6442450944.0 + 0x1p-20);
    return (V)(((I)t << 32) + 0x3FF0000000000000);
}

// (ln((1 + s)/(1 - s)) - 2s)/s^3 in s^2 (Sun's fdlibm).
constexpr double LOG[] = {0.6666666666666735,  0.3999999999940942,  0.2857142874366239,
                          0.22222198432149784, 0.1818357216161805,  0.15313837699209373,
                          0.14798198605116586};

inline V log_of(V x) {
    I above = ((I)x + (0x3FF0000000000000 - 0x3FE6A09E00000000)) >> 52;
    V n = (V)(above + 0x4330000000000000) - (0x1p52 + 1023.0);
    V f = (V)((I)x - ((above - 1023) << 52)) - 1.0;
    V s = f / (2.0 + f), z = s * s, sum = all(LOG[6]);
    for (int i = 5; i >= 0; --i) sum = sum * z + LOG[i];
    V half = 0.5 * f * f;
    return n * LN2 + (f - (half - s * (half + z * sum)));
}

/// Products of the low 32 bits.
inline U product(U a, U b) {
#if defined __AVX512F__
    return (U)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined __AVX2__
    return (U)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined __SSE2__
    return (U)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & 0xFFFFFFFF) * (b & 0xFFFFFFFF);
#endif
}

/// Whole numbers below 2^53 by halves: each is written behind the leading bit of 2^84 or 2^52.
inline V uniform(U high, U low) {
    U whole = ((high << 32) | low) >> 11;
    V top = (V)((whole >> 32) | 0x4530000000000000) - (0x1p84 + 0x1p52);
    return (top + (V)((whole & 0xFFFFFFFF) | 0x4330000000000000)) * 0x1p-53;
}

struct Sizes {
    int64_t partners, countries, replicates, futures, desks, first, second;
};

/// What Python hands over, by the names below (native.py reads them here).
struct Arrays {
    // (K, ...)
    const double *step, *salience, *exposure, *curvature, *log_habit, *linear, *bend, *most, *reach;
    // (P, ...), (W, ...), (...)
    const double *on_alignment, *on_exposure, *against, *foreseen, *traps, *pressing, *gain, *omega,
        *tilt_max;
    // what a move changes
    const double *counts, *x, *a, *y, *pull, *risk, *safe, *tilt;
};

struct Places {
    const uint64_t *order, *desk, *tie, *replicates;
};

/// A tile of a world, ready to be played.
struct Tile {
    struct Country {
        V linear[KP], sag[KP], gain[W * KP], most[KP], reach[KP], lean[KP];
        V curvature[K], log_habit[K], on_alignment[P * P], on_exposure[P * P], against[P],
            foreseen[P], traps[W], pressing[W], omega, tilt_max;
        bool entraps[W];  // whether traps is not 0 in some replicate
        V counts[KP], x[KP], a[P], y[P], pull[P], risk[P], safe[W], tilt;
    };

    Sizes z;
    int N, first, second;
    double step[K];
    U keys[2][10], low, high[2];
    V salience[K], exposure[K];
    std::vector<Country> country;
    std::vector<uint64_t> order, desk, tie;
    V u[DRAWS], v[DRAWS];

    Tile(const Sizes& sizes, const Arrays& g, const Places& at, uint64_t seed, int t)
        : z(sizes), N(sizes.countries), first(sizes.first), second(sizes.second), country(N) {
        uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
        for (int turn = 0; turn < 10; ++turn) {
            keys[0][turn] = U{} + k0, keys[1][turn] = U{} + k1;
            k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
        }
        for (int l = 0; l < L; ++l) {
            uint64_t replicate = at.replicates[t * L + l];
            low[l] = replicate & 0xFFFFFFFF;
            high[0][l] = (replicate >> 32) | MOVE << 24, high[1][l] = (replicate >> 32) | OPTION << 24;
        }
        desk.assign(at.desk, at.desk + K * N), tie.assign(at.tie, at.tie + KP * N);
        auto of = [&](const double* array, int64_t row) {
            V lanes;
            for (int l = 0; l < L; ++l) lanes[l] = array[row * z.replicates + (int64_t)t * L + l];
            return lanes;
        };
        for (int k = 0; k < K; ++k) {
            step[k] = g.step[k];
            salience[k] = of(g.salience, k * N), exposure[k] = of(g.exposure, k * N);
        }
        for (int i = 0; i < N; ++i) {
            auto fill = [&](V* into, const double* array, int rows) {
                for (int row = 0; row < rows; ++row) into[row] = of(array, (int64_t)row * N + i);
            };
            Country& c = country[i];
            fill(c.linear, g.linear, KP), fill(c.sag, g.bend, KP), fill(c.gain, g.gain, W * KP);
            fill(c.most, g.most, KP), fill(c.reach, g.reach, KP);
            fill(c.curvature, g.curvature, K), fill(c.log_habit, g.log_habit, K);
            fill(c.on_alignment, g.on_alignment, P * P), fill(c.on_exposure, g.on_exposure, P * P);
            fill(c.against, g.against, P), fill(c.foreseen, g.foreseen, P);
            fill(c.traps, g.traps, W), fill(c.pressing, g.pressing, W);
            fill(&c.omega, g.omega, 1), fill(&c.tilt_max, g.tilt_max, 1);
            fill(c.counts, g.counts, KP), fill(c.x, g.x, KP), fill(c.a, g.a, P), fill(c.y, g.y, P);
            fill(c.pull, g.pull, P), fill(c.risk, g.risk, P), fill(c.safe, g.safe, W);
            fill(&c.tilt, g.tilt, 1);
            for (int w = 0; w < W; ++w) c.entraps[w] = any(c.traps[w] != 0.0);
            for (int at = 0; at < KP; ++at) {
                int k = at / P;
                c.sag[at] *= 0.5 * step[k] * step[k];
                c.lean[at] = step[k] * salience[k] * c.against[at % P];
            }
        }
    }

    /// Uniforms in [0, 1) of a desk and of all its options, two each: Philox4x32-10.
    void draw(int i, int k, uint64_t round) {
        const U m0 = U{} + 0xD2511F53u, m1 = U{} + 0xCD9E8D57u;
        for (int from = 0; from < DRAWS; from += TOGETHER) {
            U c0[TOGETHER], c1[TOGETHER], c2[TOGETHER], c3[TOGETHER];
            for (int e = 0; e < TOGETHER; ++e) {
                int d = from + e < DRAWS ? from + e : 0;
                c0[e] = low, c1[e] = high[d > 0], c3[e] = U{} + round;
                c2[e] = U{} + (d ? tie[(k * P + d - 1) * N + i] : desk[k * N + i]);
            }
            for (int turn = 0; turn < 10; ++turn)
                for (int e = 0; e < TOGETHER; ++e) {
                    U p0 = product(c0[e], m0), p1 = product(c2[e], m1);
                    // The high half of a word is never looked at but here.
                    c0[e] = (p1 >> 32) ^ c1[e] ^ keys[0][turn], c1[e] = p1;
                    c2[e] = (p0 >> 32) ^ c3[e] ^ keys[1][turn], c3[e] = p0;
                }
            const U half = U{} + 0xFFFFFFFF;
            for (int e = 0; e < TOGETHER && from + e < DRAWS; ++e) {
                u[from + e] = uniform(c0[e] & half, c1[e] & half);
                v[from + e] = uniform(c2[e] & half, c3[e] & half);
            }
        }
    }

    V loss(const Country& c, int at, double size, V lean) const {
        V trap = positive(c.tilt + lean), total = V{};
        for (int w = 0; w < W; ++w) {
            V lack = c.safe[w] - size * c.gain[w * KP + at];
            if (c.entraps[w]) lack += c.traps[w] * trap;
            lack = positive(lack);
            total += c.pressing[w] * lack * lack;
        }
        return total;
    }

    /// Whether a rule lets a replicate make a step; options are numbered up, then down.
    bool allowed(const Country& c, int k, int option, int l) const {
        bool up = option < P;
        int p = option % P, at = k * P + p;
        if (up ? c.counts[at][l] >= c.most[at][l] : c.counts[at][l] <= 0) return false;
        if (p != first && p != second) return true;
        double lean = step[k] * salience[k][l] * ((p == first) == up ? 1.0 : -1.0);
        double tilt = c.a[first][l] - c.a[second][l], now = tilt < 0 ? -tilt : tilt;
        double then = tilt + lean < 0 ? -tilt - lean : tilt + lean;
        return then <= (now > c.tilt_max[l] ? now : c.tilt_max[l]) + SLACK;
    }

    /// Ask a desk: exponential clocks of all options race against that of holding, which is the
    /// same as the best by Gumbel numbers.
    void ask(Country& c, int i, int k, uint64_t round) {
        draw(i, k, round);
        const V patience = -log_of(maximum(u[0], all(TINY))), size = all(step[k]);
        V clock[2 * P], best = patience, now = loss(c, k * P, 0.0, V{});
        I acts = I{};
        for (int p = 0; p < P; ++p) {
            int at = k * P + p;
            V slope = c.linear[at] - c.curvature[k] * c.x[at] -
                      salience[k] * (c.pull[p] - c.foreseen[p]) - exposure[k] * c.risk[p];
            V level = now - c.sag[at], rise = size * slope;
            V odds[2] = {rise + level - loss(c, at, step[k], c.lean[at]),
                         level - rise - loss(c, at, -step[k], -c.lean[at])};
            I possible[2] = {c.counts[at] < c.reach[at], c.counts[at] > 0.0};
            V luck[2] = {u[1 + p], v[1 + p]};
            for (int side = 0; side < 2; ++side) {
                V tempts = c.log_habit[k] + c.omega * odds[side];
                // -ln u > 1 - u: logarithms are taken only where the option may win.
                I near = possible[side] & (I)(1.0 - luck[side] < exp_above(tempts) * patience);
                V& mine = clock[side * P + p];
                mine = all(ENDLESS);
                if (any(near)) {
                    V rings = -log_of(maximum(luck[side], all(TINY))) / exp_of(tempts);
                    mine = near ? rings : mine;
                    acts |= mine < patience;
                }
            }
        }
        if (!any(acts)) return;
        for (int l = 0; l < L; ++l)
            if (acts[l]) move(c, k, choose(c, k, clock, patience[l], l), l);
    }

    /// The first that rings, or the next where a rule strikes; -1 where holding comes before it.
    int choose(const Country& c, int k, const V* clock, double patience, int l) const {
        int chosen = first_of(clock, patience, l);
        if (allowed(c, k, chosen, l)) return chosen;
        V left[2 * P];
        for (int o = 0; o < 2 * P; ++o) {
            left[o] = clock[o];
            if (!allowed(c, k, o, l)) left[o][l] = ENDLESS;
        }
        return first_of(left, patience, l);
    }

    static int first_of(const V* clock, double before, int l) {
        int chosen = -1;
        for (int o = 0; o < 2 * P; ++o)
            if (clock[o][l] < before) before = clock[o][l], chosen = o;
        return chosen;
    }

    void move(Country& c, int k, int option, int l) {
        if (option < 0) return;
        int p = option % P, at = k * P + p;
        double sign = option < P ? 1.0 : -1.0, by = sign * step[k];
        double da = salience[k][l] * by, dy = exposure[k][l] * by;
        c.counts[at][l] += sign, c.x[at][l] += by, c.a[p][l] += da, c.y[p][l] += dy;
        for (int q = 0; q < P; ++q) {
            c.pull[q][l] += c.on_alignment[q * P + p][l] * da;
            c.risk[q][l] += c.on_exposure[q * P + p][l] * dy;
        }
        for (int w = 0; w < W; ++w) c.safe[w][l] -= c.gain[w * KP + at][l] * by;
        c.tilt[l] += c.against[p][l] * da;
    }
};

struct Block {
    std::vector<std::unique_ptr<Tile>> tiles;
    std::vector<uint64_t> order;
    Sizes z;
};

}  // namespace

extern "C" void* open_block(const Sizes* z, const Arrays* a, const Places* p, int64_t rounds,
                            uint64_t seed) {
    if (z->partners != P || z->futures != W || z->desks != K || z->replicates % L) return nullptr;
    auto block = new Block;
    block->z = *z;
    block->order.assign(p->order, p->order + rounds * K);
    for (int64_t t = 0; t < z->replicates / L; ++t)
        block->tiles.push_back(std::make_unique<Tile>(*z, *a, *p, seed, (int)t));
    return block;
}

/// Play rounds `from` to `to` - 1, tile by tile.
extern "C" void play_block(void* opened, int64_t from, int64_t to) {
    auto block = (Block*)opened;
    for (auto& tile : block->tiles)
        for (int64_t round = from; round < to; ++round)
            for (int i = 0; i < tile->N; ++i)
                for (int place = 0; place < K; ++place)
                    tile->ask(tile->country[i], i, (int)block->order[round * K + place], round);
}

/// Write the ties in whole steps: (K, P, N, R).
extern "C" void counts_of(void* opened, double* out) {
    auto block = (Block*)opened;
    const int64_t N = block->z.countries, R = block->z.replicates;
    for (int64_t t = 0; t < (int64_t)block->tiles.size(); ++t)
        for (int64_t at = 0; at < KP; ++at)
            for (int64_t i = 0; i < N; ++i)
                for (int l = 0; l < L; ++l)
                    out[(at * N + i) * R + t * L + l] = block->tiles[t]->country[i].counts[at][l];
}

extern "C" void close_block(void* opened) { delete (Block*)opened; }

extern "C" int64_t lanes() { return L; }
