// The practical limit: terms, choice and update of a round by hand, for one processor core.
//
// A tile holds L replicates of all countries; every quantity is a vector whose lanes are the
// replicates, so that each line below works on L decisions at once. Only what a tile needs passes
// through the cache: a few hundred kilobytes, for all rounds of the tile.
//
// Covered are the steps of a round that are left at level 1 with frozen powers: 2 incidents,
// threat and beliefs; 4 the menu with all fourteen terms, quantal response and the move, with the
// shortfall of protection after it; 7 pipelines, stocks, voices. What powers do (inducement,
// pressure, cuts of trade) is read anew each round but does not change. Not covered are shocks,
// visits, scheduled choices, the powers' reactions, designations and the record.
//
// Names are those of hedgerow.model. Arrays come from Python in double precision with the axes
// (..., country, replicate) or (..., replicate).

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

// Sizes known when it is compiled: the loops over them then unroll.
#ifndef PARTNERS
#define PARTNERS 8
#endif
#ifndef FUTURES
#define FUTURES 4
#endif
// Vectors as wide as those of the processor: wider ones are compared lane by lane.
#if defined __AVX512F__
#define VECTOR_BYTES 64
#elif defined __AVX__
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

namespace {

constexpr int K = 7;                    // instruments
constexpr int ARMS = 0, TRADE = 1, ENERGY = 2, VOICE = 5, SETTLEMENT = 6;
constexpr int P = PARTNERS, W = FUTURES, KP = K * P;
constexpr double DT = 0.25, LOG2_E = 1.4426950408889634;
constexpr uint32_t INCIDENT = 3, MOVE = 6;  // purposes of random numbers

// Two to the power of f for |f| <= 1/2, by Chebyshev interpolation.
constexpr double EXP2[] = {
    1.0000000000000007,     0.6931471805599483,     0.24022650695901254,   0.055504108664544756,
    0.00961812911053657,    0.0013333558214738293,  0.00015403526882354606, 1.525266622014565e-05,
    1.3217210256367588e-06, 1.0206977921453389e-07, 6.767963482574983e-09};
constexpr float EXP2F[] = {1.00000008f,    0.693147188f,   0.240221075f,
                            0.0555035711f,  0.00967603192f, 0.00133908634f};

template <class T> struct Lanes;
template <> struct Lanes<double> {
    typedef double V __attribute__((vector_size(VECTOR_BYTES)));
    typedef int64_t I __attribute__((vector_size(VECTOR_BYTES)));
    static constexpr int shift = 52;
    static constexpr double magic = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds
    static constexpr double floor = -1000.0, below_one = 1.0 - 0x1p-53;
};
template <> struct Lanes<float> {
    typedef float V __attribute__((vector_size(VECTOR_BYTES)));
    typedef int32_t I __attribute__((vector_size(VECTOR_BYTES)));
    static constexpr int shift = 23;
    static constexpr float magic = 12582912.0f;
    static constexpr float floor = -120.0f, below_one = 1.0f - 0x1p-24f;
};

template <class V> inline V maximum(V a, V b) { return a > b ? a : b; }
template <class V> inline V minimum(V a, V b) { return a < b ? a : b; }
template <class V> inline V magnitude(V a) { return maximum(a, -a); }
template <class V> inline V positive(V a) { return maximum(a, V{}); }

/// 2^t for floor <= t, elementwise.
inline Lanes<double>::V exp2_of(Lanes<double>::V t) {
    using V = Lanes<double>::V;
    using I = Lanes<double>::I;
    V shifted = t + Lanes<double>::magic;
    V f = t - (shifted - Lanes<double>::magic);
    V p = f * EXP2[10] + EXP2[9];
    for (int i = 8; i >= 0; --i) p = p * f + EXP2[i];
    return (V)((I)p + ((I)shifted << Lanes<double>::shift));
}
inline Lanes<float>::V exp2_of(Lanes<float>::V t) {
    using V = Lanes<float>::V;
    using I = Lanes<float>::I;
    V shifted = t + Lanes<float>::magic;
    V f = t - (shifted - Lanes<float>::magic);
    V p = f * EXP2F[5] + EXP2F[4];
    for (int i = 3; i >= 0; --i) p = p * f + EXP2F[i];
    return (V)((I)p + ((I)shifted << Lanes<float>::shift));
}

struct Sizes {
    int64_t partners, countries, replicates, futures, gains, sanctions, rivals, deviations, peers;
};

/// What Python hands over, by the names below (native.py reads them here).
struct Arrays {
    // (..., R)
    const double *salience, *exposure, *curvature, *inertia, *reciprocity, *move_cost, *demand,
        *turnover, *lag, *capacity, *volatility, *leniency, *need, *rivalry, *correlation,
        *enforcement, *sanction_trade, *sanction_energy, *shield, *likelihood, *precision,
        *peer_weight;
    // (..., N, R)
    const double *fixed, *autonomy, *cross_pressure, *dependence, *security, *audience,
        *need_slope, *gap, *others, *threat_level, *incident_weight, *incident_rate, *excitation,
        *incident_decay, *severity, *belief_relaxation, *prior, *extra_threat, *gain, *stock_gain,
        *threat_is, *threat_rivalry, *trade_worth, *deviation, *most, *tilt_max;
    // the state, (..., N, R)
    double *counts, *deliveries, *stocks, *others_deliveries, *others_stocks, *inducement,
        *pressure, *trade_cut, *incidents, *beliefs, *voices, *shortfall;
    const double *step;          // (K,)
};

struct Places {
    const int64_t *gain_at, *rivals, *sanctions, *deviation_at, *peers, *poles, *itself;
    const uint64_t *codes, *replicates;
};

/// A tile of a world, ready to be played from its first round.
template <class T> struct Tile {
    using V = typename Lanes<T>::V;
    using I = typename Lanes<T>::I;
    static constexpr int L = VECTOR_BYTES / sizeof(T);

    struct Country {
        V autonomy, cross_less_autonomy, dependence, audience, need_slope, threat_level,
            incident_weight, incident_rate, excitation, incident_decay, severity, relaxation,
            tilt_max, incidents, threat, shortfall;
        V heat[P];       // sum of rivalry with the other powers
        V demand_gap[K], diagonal[K];
        V security_half;
        V prior[W], extra_threat[W], beliefs[W];
        V threat_is[P], threat_rivalry[P], trade_worth[P];
        V inducement[P], pressure[P], trade_cut[P], voices[P];
        V others[K], others_deliveries[K], others_stocks[K];
        V alignment[P], exposure[P], whole[K], guard[W];  // of the ties, kept up to date
        V *fixed, *sag_p, *counts, *stocks, *deliveries, *most, *gain, *stock_gain, *deviation;
    };

    Sizes z;
    int N, M, S, t;
    uint32_t key[2];
    T step[K];
    bool piped[K];
    std::vector<int> gain_of;  // by coordinate: its row in gain, or -1
    std::vector<int64_t> gain_at, rivals, sanctions, deviation_at, peers, itself;
    int first, second;
    std::vector<uint64_t> codes, replicates;
    Arrays given;

    // of the tile at work
    V salience[K], exposure[K], inertia[K], reciprocity[K], demand[K], dt_turnover[K], dt_lag[K];
    V leniency[P], need[P], likelihood[W], precision;
    V *rivalry, *risk, *supply, *enforcement, *trade_weight, *energy_weight, *shield, *peer;
    std::vector<Country> country;
    std::vector<V> store, uniforms, pulls;
    std::vector<uint32_t> words;
    V up[KP], down[KP], cumulative[2 * KP + 1];

    Tile(const Sizes& sizes, const Arrays& arrays, const Places& places, uint64_t seed, int number)
        : z(sizes), N(sizes.countries), M(sizes.gains), S(sizes.sanctions), t(number),
          given(arrays) {
        key[0] = (uint32_t)seed;
        key[1] = (uint32_t)(seed >> 32);
        for (int k = 0; k < K; ++k) {
            step[k] = (T)arrays.step[k];
            piped[k] = false;
            for (int64_t r = 0; r < z.replicates; ++r)
                piped[k] |= arrays.lag[k * z.replicates + r] > 0;
        }
        gain_at.assign(places.gain_at, places.gain_at + 2 * M);
        rivals.assign(places.rivals, places.rivals + 2 * z.rivals);
        sanctions.assign(places.sanctions, places.sanctions + 2 * S);
        deviation_at.assign(places.deviation_at, places.deviation_at + 3 * z.deviations);
        peers.assign(places.peers, places.peers + 2 * z.peers);
        itself.assign(places.itself, places.itself + N);
        first = places.poles[0];
        second = places.poles[1];
        codes.assign(places.codes, places.codes + N);
        replicates.assign(places.replicates, places.replicates + z.replicates);
        gain_of.assign(K * P, -1);
        for (int m = 0; m < M; ++m) gain_of[gain_at[2 * m] * P + gain_at[2 * m + 1]] = m;
        country.resize(N), uniforms.resize(2 * N), pulls.resize(N * P), words.resize(4 * 2 * N * L);
        size_t each = KP * 6 + (size_t)W * M + W * P + z.deviations;
        size_t shared = 2 * P * P + K * P + 4 * S + z.peers;
        store.resize(each * N + shared);
        V* at = store.data();
        auto take = [&at](size_t n) { V* here = at; at += n; return here; };
        rivalry = take(P * P), risk = take(P * P), supply = take(K * P);
        enforcement = take(S), trade_weight = take(S), energy_weight = take(S), shield = take(S);
        peer = take(z.peers);
        for (Country& c : country) {
            c.fixed = take(K * P), c.counts = take(K * P), c.stocks = take(K * P);
            c.deliveries = take(K * P), c.most = take(K * P), c.sag_p = take(K * P);
            c.gain = take((size_t)W * M), c.stock_gain = take(W * P);
            c.deviation = take(z.deviations);
        }
    }

    /// Lanes of row `row` of an array (..., R).
    V of(const double* array, int64_t row) const {
        V v;
        for (int l = 0; l < L; ++l) v[l] = (T)array[row * z.replicates + (int64_t)t * L + l];
        return v;
    }
    /// Lanes of row `row` of an array (..., N, R) for a country.
    V of(const double* array, int64_t row, int i) const { return of(array, row * N + i); }
    void put(double* array, int64_t row, int i, V v) const {
        for (int l = 0; l < L; ++l)
            array[(row * N + i) * z.replicates + (int64_t)t * L + l] = (double)v[l];
    }

    void load() {
        const Arrays& g = given;
        V volatility[P];
        for (int k = 0; k < K; ++k) {
            salience[k] = of(g.salience, k), exposure[k] = of(g.exposure, k);
            inertia[k] = of(g.inertia, k), reciprocity[k] = of(g.reciprocity, k);
            demand[k] = of(g.demand, k), dt_turnover[k] = of(g.turnover, k) * (T)DT;
            V lag = of(g.lag, k);
            dt_lag[k] = lag > 0 ? (T)DT / maximum(lag, V{} + (T)DT) : V{};
            for (int p = 0; p < P; ++p)
                supply[k * P + p] = minimum(of(g.capacity, k * P + p), V{} + (T)1);
        }
        for (int p = 0; p < P; ++p) {
            leniency[p] = of(g.leniency, p), need[p] = of(g.need, p);
            volatility[p] = of(g.volatility, p);
            for (int q = 0; q < P; ++q) rivalry[p * P + q] = of(g.rivalry, p * P + q);
        }
        for (int p = 0; p < P; ++p)
            for (int q = 0; q < P; ++q)
                risk[p * P + q] = of(g.correlation, p * P + q) * volatility[p] * volatility[q];
        for (int s = 0; s < S; ++s) {
            enforcement[s] = of(g.enforcement, s), shield[s] = of(g.shield, s);
            trade_weight[s] = of(g.sanction_trade, s);
            energy_weight[s] = of(g.sanction_energy, s);
        }
        for (int w = 0; w < W; ++w) likelihood[w] = of(g.likelihood, w);
        precision = of(g.precision, 0) * (T)LOG2_E;  // for powers of two
        for (int64_t e = 0; e < z.peers; ++e)
            peer[e] = of(g.peer_weight, peers[2 * e] * N + peers[2 * e + 1]);
        for (int i = 0; i < N; ++i) load(i, country[i]);
    }

    void load(int i, Country& c) {
        const Arrays& g = given;
        V theta = of(g.autonomy, 0, i), rho = of(g.dependence, 0, i);
        c.autonomy = theta, c.dependence = rho;
        c.cross_less_autonomy = of(g.cross_pressure, 0, i) - theta;
        c.audience = of(g.audience, 0, i), c.need_slope = of(g.need_slope, 0, i);
        c.threat_level = of(g.threat_level, 0, i);
        c.incident_weight = of(g.incident_weight, 0, i);
        c.incident_rate = of(g.incident_rate, 0, i), c.excitation = of(g.excitation, 0, i);
        c.incident_decay = of(g.incident_decay, 0, i), c.severity = of(g.severity, 0, i);
        c.relaxation = of(g.belief_relaxation, 0, i) * (T)DT;
        c.security_half = of(g.security, 0, i) * (T)0.5;
        c.tilt_max = V{} + (T)(g.tilt_max[i] < 1e30 ? g.tilt_max[i] : 1e30);
        c.incidents = of(g.incidents, 0, i), c.shortfall = V{};
        for (int w = 0; w < W; ++w) {
            c.prior[w] = of(g.prior, w, i), c.extra_threat[w] = of(g.extra_threat, w, i);
            c.beliefs[w] = of(g.beliefs, w, i);
            for (int m = 0; m < M; ++m)  // by step
                c.gain[w * M + m] = of(g.gain, w * M + m, i) * step[gain_at[2 * m]];
            for (int p = 0; p < P; ++p) c.stock_gain[w * P + p] = of(g.stock_gain, w * P + p, i);
        }
        V own_peers = V{};
        for (int64_t e = 0; e < z.peers; ++e)
            if (peers[2 * e] == i) own_peers += peer[e];
        for (int k = 0; k < K; ++k) {
            c.diagonal[k] = of(g.curvature, k) + inertia[k];
            if (k == VOICE) c.diagonal[k] += own_peers;
            c.demand_gap[k] = of(g.gap, k, i);
            c.others[k] = of(g.others, k, i);
            c.others_deliveries[k] = of(g.others_deliveries, k, i);
            c.others_stocks[k] = of(g.others_stocks, k, i);
        }
        for (int p = 0; p < P; ++p) {
            c.threat_is[p] = of(g.threat_is, p, i);
            c.threat_rivalry[p] = of(g.threat_rivalry, p, i);
            c.trade_worth[p] = of(g.trade_worth, p, i);
            c.inducement[p] = of(g.inducement, p, i), c.pressure[p] = of(g.pressure, p, i);
            c.trade_cut[p] = of(g.trade_cut, p, i), c.voices[p] = of(g.voices, p, i);
            c.heat[p] = V{};
        }
        // A country that is a power is nobody's rival in its own portfolio: it has no ties there.
        for (int64_t e = 0; e < z.rivals; ++e) {
            int p = rivals[2 * e], q = rivals[2 * e + 1];
            if (p != itself[i] && q != itself[i]) c.heat[p] += rivalry[p * P + q];
        }
        for (int k = 0; k < K; ++k)
            for (int p = 0; p < P; ++p) {
                int at = k * P + p;
                c.fixed[at] = of(g.fixed, at, i), c.counts[at] = of(g.counts, at, i);
                c.stocks[at] = of(g.stocks, at, i), c.most[at] = of(g.most, at, i);
                c.deliveries[at] = of(g.deliveries, at, i);
                V bend = c.diagonal[k] + demand[k] + salience[k] * salience[k] * theta * c.heat[p] +
                         exposure[k] * exposure[k] * rho * risk[p * P + p];
                c.sag_p[at] = (T)0.5 * step[k] * step[k] * bend + of(g.move_cost, k);
            }
        for (int64_t d = 0; d < z.deviations; ++d) c.deviation[d] = of(g.deviation, d, i);
        for (int p = 0; p < P; ++p) {
            c.alignment[p] = c.exposure[p] = V{};
            for (int k = 0; k < K; ++k) {
                V x = c.counts[k * P + p] * step[k];
                c.alignment[p] += salience[k] * x, c.exposure[p] += exposure[k] * x;
            }
        }
        for (int k = 0; k < K; ++k) {
            c.whole[k] = V{};
            for (int p = 0; p < P; ++p) c.whole[k] += c.counts[k * P + p] * step[k];
        }
        for (int w = 0; w < W; ++w) {
            c.guard[w] = V{};
            for (int m = 0; m < M; ++m)
                c.guard[w] +=
                    c.gain[w * M + m] * c.counts[gain_at[2 * m] * P + gain_at[2 * m + 1]];
        }
    }

    void save() const {
        const Arrays& g = given;
        for (int i = 0; i < N; ++i) {
            const Country& c = country[i];
            for (int at = 0; at < K * P; ++at) {
                put(g.counts, at, i, c.counts[at]), put(g.stocks, at, i, c.stocks[at]);
                V x = c.counts[at] * step[at / P];
                put(g.deliveries, at, i, piped[at / P] ? c.deliveries[at] : x);
            }
            for (int k = 0; k < K; ++k) {
                put(g.others_deliveries, k, i, c.others_deliveries[k]);
                put(g.others_stocks, k, i, c.others_stocks[k]);
            }
            for (int w = 0; w < W; ++w) put(g.beliefs, w, i, c.beliefs[w]);
            for (int p = 0; p < P; ++p) put(g.voices, p, i, c.voices[p]);
            put(g.incidents, 0, i, c.incidents), put(g.shortfall, 0, i, c.shortfall);
        }
    }

    /// Uniforms in [0, 1) of all countries and both purposes, a vector each: Philox4x32-10 of
    /// (replicate, code, round, purpose).
    void draw(uint32_t round) {
        const int n = 2 * N * L;
        uint32_t *a = words.data(), *b = a + n, *c = b + n, *d = c + n;
        for (int e = 0; e < n; ++e) {
            uint64_t replicate = replicates[t * L + e % L];
            a[e] = (uint32_t)replicate;
            b[e] = (uint32_t)(replicate >> 32) | (e < N * L ? INCIDENT : MOVE) << 24;
            c[e] = (uint32_t)codes[e / L % N], d[e] = round;
        }
        uint32_t k0 = key[0], k1 = key[1];
        for (int turn = 0; turn < 10; ++turn) {
            for (int e = 0; e < n; ++e) {
                uint64_t p0 = (uint64_t)a[e] * 0xD2511F53u, p1 = (uint64_t)c[e] * 0xCD9E8D57u;
                a[e] = (uint32_t)(p1 >> 32) ^ b[e] ^ k0, b[e] = (uint32_t)p1;
                c[e] = (uint32_t)(p0 >> 32) ^ d[e] ^ k1, d[e] = (uint32_t)p0;
            }
            k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
        }
        for (int e = 0; e < n; ++e) {
            if (sizeof(T) == 8)  // 32 and 21 bits
                uniforms[e / L][e % L] =
                    (T)((double)a[e] * 0x1p-32 + (double)(b[e] >> 11) * 0x1p-53);
            else
                uniforms[e / L][e % L] = (T)((float)(int32_t)(a[e] >> 8) * 0x1p-24f);
        }
    }

    /// Step 2: incidents, threat, beliefs.
    void incidents(Country& c, V u) {
        c.incidents *= c.incident_decay;
        V rate = c.incident_rate + c.excitation * c.incidents;
        V exponent = maximum(rate * (T)(-DT * LOG2_E), V{} + Lanes<T>::floor);
        I happened = u < (T)1 - exp2_of(exponent);
        c.incidents += happened ? c.severity : V{};
        c.threat = c.threat_level + c.incident_weight * c.incidents;
        V odds[W], total = V{};
        for (int w = 0; w < W; ++w) {
            odds[w] = c.beliefs[w] * (happened ? likelihood[w] : V{} + (T)1);
            total += odds[w];
        }
        total = (T)1 / total;
        for (int w = 0; w < W; ++w) {
            V posterior = odds[w] * total;
            c.beliefs[w] = posterior + c.relaxation * (c.prior[w] - posterior);
        }
    }

    /// Step 4: price the menu, choose, move; the chosen moves go to `out`.
    void move(Country& c, const V* peer_pull, V u, int32_t* out) {
        V side[P], risky[P], level[K], h[W], half[W];
        const V *a = c.alignment, *y = c.exposure;
        for (int k = 0; k < K; ++k) {
            V gap = k == ARMS ? c.demand_gap[k] + c.need_slope * c.threat : c.demand_gap[k];
            level[k] = demand[k] * (gap - c.whole[k]);
        }
        // side: what alignment with a partner costs, by autonomy, cross-pressure and pressure.
        for (int p = 0; p < P; ++p) side[p] = c.autonomy * c.heat[p] * a[p];
        for (int64_t e = 0; e < z.rivals; ++e) {
            int p = rivals[2 * e], q = rivals[2 * e + 1];
            side[p] += rivalry[p * P + q] * (c.cross_less_autonomy * a[q] + c.pressure[q]);
        }
        for (int p = 0; p < P; ++p) {
            V sum = V{};
            for (int q = 0; q < P; ++q) sum += risk[p * P + q] * y[q];
            risky[p] = c.dependence * sum;
        }
        V protest = c.audience * c.incidents, base = V{};
        for (int w = 0; w < W; ++w) {
            V gap = positive(c.threat + c.extra_threat[w]);
            for (int p = 0; p < P; ++p) gap -= c.stock_gain[w * P + p] * c.stocks[ARMS * P + p];
            gap -= c.guard[w];
            h[w] = gap;
            half[w] = c.security_half * c.beliefs[w];
            V before = positive(gap);
            base += half[w] * before * before;
        }
        // Gradients. up holds them until the hinge and the bend are added.
        for (int k = 0; k < K; ++k)
            for (int p = 0; p < P; ++p) {
                int at = k * P + p;
                up[at] = c.fixed[at] + level[k] + inertia[k] * c.stocks[at] -
                         c.diagonal[k] * step[k] * c.counts[at] - salience[k] * side[p] -
                         exposure[k] * risky[p] + reciprocity[k] * c.inducement[p] -
                         protest * c.threat_is[p];
            }
        for (int p = 0; p < P; ++p) {
            up[VOICE * P + p] += peer_pull[p];
            up[TRADE * P + p] -= c.trade_worth[p] * c.trade_cut[p];
        }
        for (int64_t d = 0; d < z.deviations; ++d) {
            const int64_t* at = &deviation_at[3 * d];
            int64_t w = at[0], k = at[1], p = at[2];
            V kept = k == TRADE ? (T)1 - c.trade_cut[p] : V{} + (T)1;
            up[k * P + p] += c.beliefs[w] * c.deviation[d] * kept;
        }
        for (int s = 0; s < S; ++s) {
            int64_t by = sanctions[2 * s], with = sanctions[2 * s + 1];
            V daring = positive((T)1 - leniency[by] - need[by] * c.threat_rivalry[by] * c.threat);
            V bite = enforcement[s] * daring;
            V open = positive((T)1 - shield[s] * c.stocks[SETTLEMENT * P + with]);
            up[ARMS * P + with] -= bite;
            up[TRADE * P + with] -= bite * trade_weight[s] * open;
            up[ENERGY * P + with] -= bite * energy_weight[s] * open;
        }
        // Values, feasibility and the best of them.
        const V never = V{} - (T)1e30;
        V best = V{};
        for (int k = 0; k < K; ++k)
            for (int p = 0; p < P; ++p) {
                int at = k * P + p, m = gain_of[at];
                V rise = up[at] * step[k], more = rise - c.sag_p[at], less = -rise - c.sag_p[at];
                if (m >= 0) {
                    V ease = base, loss = base;
                    for (int w = 0; w < W; ++w) {
                        V g = c.gain[w * M + m];
                        V high = positive(h[w] + g), low = positive(h[w] - g);
                        ease -= half[w] * low * low, loss -= half[w] * high * high;
                    }
                    more += ease, less += loss;
                }
                V n = c.counts[at];
                up[at] = n < c.most[at] ? more : never;
                down[at] = n > (T)0 ? less : never;
            }
        bound_tilt(c, a[first] - a[second], never);
        for (int at = 0; at < KP; ++at) best = maximum(best, maximum(up[at], down[at]));
        // Weights and their running sum.
        V sum = exp2_of(maximum(-best * precision, V{} + Lanes<T>::floor));
        cumulative[0] = sum;
        auto pass = [&](const V* values, int from) {
            for (int at = 0; at < KP; ++at) {
                V t = (values[at] - best) * precision;
                V weight = exp2_of(maximum(t, V{} + Lanes<T>::floor));
                sum += values[at] > never ? weight : V{};
                cumulative[from + at] = sum;
            }
        };
        pass(up, 1), pass(down, 1 + KP);
        V target = minimum(u * sum, sum * Lanes<T>::below_one);
        // The first move whose running sum exceeds the target, lane by lane.
        typedef T Lane __attribute__((may_alias));
        const Lane* flat = (const Lane*)cumulative;
        const Lane* aim = (const Lane*)&target;
        Lane* counts = (Lane*)c.counts;
        for (int l = 0; l < L; ++l) {
            int low = 0;
            for (int left = 2 * KP + 1; left > 1;) {
                int middle = left >> 1;
                low += middle & -(int)(flat[(low + middle - 1) * L + l] <= aim[l]);
                left -= middle;
            }
            out[l] = low;
            if (low == 0) continue;
            int at = low <= KP ? low - 1 : low - 1 - KP, k = at / P, p = at % P, m = gain_of[at];
            T sign = low <= KP ? (T)1 : (T)-1, change = sign * step[k];
            counts[at * L + l] += sign;
            c.whole[k][l] += change;
            c.alignment[p][l] += change * salience[k][l];
            c.exposure[p][l] += change * exposure[k][l];
            if (m >= 0)
                for (int w = 0; w < W; ++w) {
                    T more = sign * c.gain[w * M + m][l];
                    c.guard[w][l] += more, h[w][l] -= more;
                }
        }
        c.shortfall = V{};
        for (int w = 0; w < W; ++w) c.shortfall += c.beliefs[w] * positive(h[w]);
    }

    /// Rule out moves of the poles' ties that tilt the country further than it may.
    void bound_tilt(const Country& c, V tilt, V never) {
        if (c.tilt_max[0] >= (T)1e29) return;
        V bound = maximum(c.tilt_max, magnitude(tilt)) + (T)1e-9;
        for (int k = 0; k < K; ++k) {
            V e = salience[k] * step[k];
            I rises = magnitude(tilt + e) <= bound, falls = magnitude(tilt - e) <= bound;
            int a = k * P + first, b = k * P + second;
            up[a] = rises ? up[a] : never, down[a] = falls ? down[a] : never;
            up[b] = falls ? up[b] : never, down[b] = rises ? down[b] : never;
        }
    }

    /// Step 7: pipelines and stocks.
    void settle(Country& c) {
        for (int k = 0; k < K; ++k) {
            V rate = dt_turnover[k];
            if (piped[k]) {
                I late = dt_lag[k] > (T)0;
                V d = c.others_deliveries[k];
                d = late ? d + dt_lag[k] * (c.others[k] - d) : c.others[k];
                c.others_deliveries[k] = d;
                c.others_stocks[k] += rate * (d - c.others_stocks[k]);
                for (int p = 0; p < P; ++p) {
                    int at = k * P + p;
                    V x = c.counts[at] * step[k], q = c.deliveries[at];
                    q = late ? q + dt_lag[k] * (x * supply[at] - q) : x;
                    c.deliveries[at] = q;
                    c.stocks[at] += rate * (q - c.stocks[at]);
                }
            } else {
                c.others_deliveries[k] = c.others[k];
                c.others_stocks[k] += rate * (c.others[k] - c.others_stocks[k]);
                V reach = rate * step[k];
                for (int p = 0; p < P; ++p) {
                    int at = k * P + p;
                    c.stocks[at] += reach * c.counts[at] - rate * c.stocks[at];
                }
            }
        }
    }

    void play(uint32_t rounds, int32_t* out) {
        for (uint32_t round = 0; round < rounds; ++round) {
            std::memset((void*)pulls.data(), 0, pulls.size() * sizeof(V));
            for (int64_t e = 0; e < z.peers; ++e) {
                V* mine = &pulls[peers[2 * e] * P];
                const V* theirs = country[peers[2 * e + 1]].voices;
                for (int p = 0; p < P; ++p) mine[p] += peer[e] * theirs[p];
            }
            draw(round);
            for (int i = 0; i < N; ++i) {
                Country& c = country[i];
                incidents(c, uniforms[i]);
                int32_t* here = out + ((int64_t)round * N + i) * z.replicates + (int64_t)t * L;
                move(c, &pulls[i * P], uniforms[N + i], here);
                settle(c);
            }
            for (Country& c : country)
                for (int p = 0; p < P; ++p) c.voices[p] = c.counts[VOICE * P + p] * step[VOICE];
        }
    }
};

template <class T> struct Block {
    std::vector<std::unique_ptr<Tile<T>>> tiles;

    Block(const Sizes& z, const Arrays& a, const Places& p, uint64_t seed) {
        for (int64_t t = 0; t < z.replicates / Tile<T>::L; ++t) {
            tiles.push_back(std::make_unique<Tile<T>>(z, a, p, seed, (int)t));
            tiles.back()->load();
        }
    }
};

}  // namespace

// A block is opened, played once and closed, which writes its state back into the arrays.
#define EXPORT(T)                                                                                 \
    extern "C" void* open_##T(const Sizes* z, const Arrays* a, const Places* p, uint64_t seed) {   \
        if (z->partners != P || z->futures != W || z->replicates % Tile<T>::L) return nullptr;    \
        return new Block<T>(*z, *a, *p, seed);                                                    \
    }                                                                                             \
    extern "C" void play_##T(void* block, uint32_t rounds, int32_t* out) {                        \
        for (auto& tile : ((Block<T>*)block)->tiles) tile->play(rounds, out);                     \
    }                                                                                             \
    extern "C" void close_##T(void* block) {                                                      \
        for (auto& tile : ((Block<T>*)block)->tiles) tile->save();                                \
        delete (Block<T>*)block;                                                                  \
    }
EXPORT(double)
EXPORT(float)

extern "C" int64_t lanes_of(int64_t bytes) { return VECTOR_BYTES / bytes; }
