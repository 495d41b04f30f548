/* Guards: what would make a calibrated model unsound, each in one sentence. */
#include "model/calibrate.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* docs/methods.md gives the reason of each. */
static const double most_else = .3, least_known = .1, most_drift = .1, most_per_record = 10, most_over_source = 1.1, most_undecided = .2, least_median = 8;
static const double tells_below = .1, namesakes_share = .02; /* u of a top level that tells people apart; chance pairs of all matches */
static const double sessions_high = 2, sessions_speak = 20, least_matches = 1;
enum { SLOW_STEPS = 60, LEAST_FREE = 2, LEAST_TELLING = 3, NAMES_ROOM = 200 };

static double else_share(const ck_comparison *comparison) {
    return comparison->level[comparison->nlevels - 1].m;
}

uint32_t ck_matches_differ_in(const ck_model *model, const ck_calibration_input *input, const double *known) {
    for (uint32_t c = 0; c < model->comparisons.n; c++)
        if (input->identity >> c & 1 && (!known || known[c] >= least_known) && else_share(&model->comparisons.comparison[c]) > most_else)
            return c;
    return UINT32_MAX;
}

/* Agreement of a comparison: its mean gamma over the top one. */
static double agreement_gained(const ck_model *model) {
    double gained = 0;
    for (uint32_t c = 0; c < model->comparisons.n; c++) {
        const ck_comparison *comparison = &model->comparisons.comparison[c];
        int top = (int)ck_comparison_radix(comparison) - 2;
        for (uint32_t i = 0; i < comparison->nlevels && top > 0; i++) {
            const ck_level *level = &comparison->level[i];
            if (!level->is_null)
                gained += (level->m - level->u) * ck_level_gamma(comparison, i) / top;
        }
    }
    return gained;
}

static ck_status guard_classes(ck_error *error, ck_model *model, const ck_calibration_input *input, const ck_calibration *fit) {
    uint32_t differs = ck_matches_differ_in(model, input, fit->known);
    if (agreement_gained(model) < 0)
        ck_model_warn(error, model, "Labels swapped: the pairs called matches agree less than chance, so the weights mean nothing; check the "
                      "blocking rules and comparisons.");
    if (differs != UINT32_MAX)
        ck_model_warn(error, model, "%.0f %% of the expected matches differ in '%s': they may be other people (relatives, namesakes); compare more "
                      "columns that tell people apart.", 100 * else_share(&model->comparisons.comparison[differs]),
                      model->comparisons.comparison[differs].name);
    return error->status;
}

/* u of the top level. */
static double chance_of_agreement(const ck_comparison *comparison) {
    double u = 1;
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        if (!comparison->level[i].is_null && ck_level_gamma(comparison, i) == (int)ck_comparison_radix(comparison) - 2)
            u = comparison->level[i].u;
    return u;
}

/* Two variables cannot tell a class of matches from their own dependence: where chance alone makes pairs that agree in all, nobody knows how many. */
static ck_status guard_namesakes(ck_error *error, ck_model *model, const ck_calibration_input *input, double matches) {
    char names[NAMES_ROOM] = "";
    double chance = input->possible_pairs;
    uint32_t telling = 0;
    for (uint32_t c = 0; c < model->comparisons.n; c++) {
        double u = chance_of_agreement(&model->comparisons.comparison[c]);
        chance *= u;
        if (u >= tells_below)
            continue;
        size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s'%s'", telling++ ? " and " : "", model->comparisons.comparison[c].name);
    }
    if (telling >= LEAST_TELLING || chance <= namesakes_share * matches)
        return CK_OK;
    model->expected.precision = NAN;
    return ck_model_warn(error, model, "Precision is not known: only %s tell%s people apart, and at least %.0f pairs of different people agree in everything, "
                         "for %.0f matches expected. Add a column such as a date of birth, an address or a number of the person.",
                         telling ? names : "values that many share", telling == 1 ? "s" : "", chance, matches);
}

static ck_status guard_fit(ck_error *error, ck_model *model, const ck_guard_facts *facts) {
    double share = fmax(facts->fit.match_share, 1e-300);
    double drift = fmax(fabs(facts->half / share - 1), fabs(facts->twice / share - 1));
    if (!facts->fit.converged)
        ck_model_warn(error, model, "Calibration stopped after %u steps without converging: the comparisons hardly tell matches from non-matches; add "
                      "one, or label pairs ('carrick review', 'carrick train --labels').", facts->fit.iterations);
    else if (facts->fit.iterations > SLOW_STEPS)
        ck_model_warn(error, model, "Calibration converged slowly (%u steps): matches and non-matches are hard to tell apart by these "
                      "comparisons; look at a sample of links ('carrick review').", facts->fit.iterations);
    if (drift > most_drift)
        ck_model_warn(error, model, "Unstable: the expected matches change by %.0f %% when non-matches inside the rules are held half or twice as "
                      "close to random pairs: do not rely on expected quality; look at a sample of links ('carrick review') and train with its labels.", 100 * drift);
    return error->status;
}

const char *ck_other_estimate(const ck_calibration_input *input) {
    return input->expected_matches > 0 ? "'expected_matches' of the job" : "separate sessions of the blocking rules";
}

static ck_status guard_counts(ck_error *error, ck_model *model, const ck_calibration_input *input, const ck_guard_facts *facts) {
    double matches = facts->fit.match_share * input->possible_pairs, ratio = matches / facts->session_matches;
    if (matches < least_matches)
        ck_model_warn(error, model, "Less than one match is expected among the candidate pairs: there may be none, or the blocking rules miss "
                      "them; try more rules.");
    if (input->most_matches > 0 && matches > most_over_source * input->most_matches)
        ck_model_warn(error, model, "Implausible: %.0f matches are expected, and sources that hold a person once allow %.0f: check 'unique:' of the "
                      "sources, and compare more columns that tell people apart.", matches,
                      input->most_matches);
    else if (matches > most_per_record * input->records)
        ck_model_warn(error, model, "Implausible: %.0f matches are expected among %.0f records, more than ten a record: look for a default value that "
                      "many records share, and compare more columns.", matches,
                      input->records);
    /* Sessions know no homes and expect too many matches where there are some: more than they do is the sign. */
    if (matches > sessions_speak && ratio > sessions_high)
        ck_model_warn(error, model, "Two estimates disagree: calibration expects %.0f matches, %s %.0f, so precision may be lower than expected; look at a sample "
                      "of links ('carrick review') or compare more columns.", matches, ck_other_estimate(input), facts->session_matches);
    return error->status;
}

static ck_status guard_links(ck_error *error, ck_model *model) {
    const ck_expected *expected = &model->expected;
    if (expected->undecided > most_undecided)
        ck_model_warn(error, model, "Many pairs stay undecided: %.0f %% of the expected matches have a probability between .05 and .95; add comparisons, or "
                      "have those pairs judged ('carrick review').",
                      100 * expected->undecided);
    if (expected->median_link < least_median)
        ck_model_warn(error, model, "Weak evidence: half of the links weigh less than %.1f bits; compare more columns, or with finer levels.", expected->median_link);
    return error->status;
}

/* One sentence for all rules that hardly leave anything to compare. */
static ck_status guard_rules(ck_error *error, ck_model *model, const ck_calibration_input *input) {
    uint32_t all = (uint32_t)((UINT64_C(1) << model->comparisons.n) - 1), first = 0, n = 0, nfree = 0;
    char others[64] = "";
    for (uint32_t r = model->nrules; r-- > 0;) {
        uint32_t left = (uint32_t)__builtin_popcount(all & ~input->rule[r].affected);
        if (model->rule[r].pairs && left < LEAST_FREE) {
            first = r;
            nfree = left;
            n++;
        }
    }
    if (n == 0)
        return CK_OK;
    if (n > 1)
        snprintf(others, sizeof others, " (as %u other rule%s: one or none)", n - 1, n > 2 ? "s do" : " does");
    return ck_model_warn(error, model, "Blocking rule '%s' leaves %s comparison free of its key%s: its share of matches (%.3g) rests mainly on how many pairs "
                         "chance would bring together; compare columns that the rule does not read.", input->rule[first].text, nfree ? "one" : "no", others,
                         model->rule[first].match_share);
}

/* Levels that no candidate pair reaches keep the m that EM began with. */
static ck_status guard_unseen(ck_error *error, ck_model *model, const ck_cells *cells) {
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    bool seen[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1] = {{false}};
    if (ck_pattern_strides(error, &model->comparisons, stride) != CK_OK)
        return error->status;
    for (size_t i = 0; i < cells->n; i++)
        for (uint32_t c = 0; c < model->comparisons.n; c++)
            seen[c][ck_pattern_gamma(stride, c, cells->pattern[i]) + 1] = true;
    uint32_t unseen = 0, first = 0;
    const ck_comparison *named = NULL;
    for (uint32_t c = 0; c < model->comparisons.n; c++) {
        const ck_comparison *comparison = &model->comparisons.comparison[c];
        for (uint32_t i = 0; i < comparison->nlevels; i++)
            if (!comparison->level[i].is_null && !seen[c][ck_level_gamma(comparison, i) + 1] && unseen++ == 0) {
                named = comparison;
                first = i;
            }
    }
    if (named)
        ck_model_warn(error, model, "No candidate pair reaches %u of the levels (the first: '%s' of comparison '%s'), so their m is a guess: leave them out, "
                      "or add a blocking rule that lets them in.", unseen,
                      named->level[first].label ? named->level[first].label : "", named->name);
    return error->status;
}

ck_status ck_calibration_guard(ck_error *error, ck_model *model, const ck_calibration_input *input, const ck_guard_facts *facts) {
    guard_classes(error, model, input, &facts->fit);
    guard_namesakes(error, model, input, facts->fit.match_share * input->possible_pairs);
    guard_counts(error, model, input, facts);
    guard_fit(error, model, facts);
    guard_links(error, model);
    guard_rules(error, model, input);
    return guard_unseen(error, model, input->cells);
}
