/* The model's memory, warnings and defaults. */
#include "model/model.h"
#include "base/memory.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void ck_model_forget_rules(ck_model *model) {
    for (uint32_t r = 0; r < model->nrules; r++)
        ck_free(model->rule[r].rule);
    ck_free(model->rule);
    ck_free(model->dependence);
    model->rule = NULL;
    model->dependence = NULL;
    model->nrules = model->ndependences = model->household = model->iterations = 0;
    model->household_prior = 0;
    model->nlabels = 0;
    model->expected = (ck_expected){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
}

void ck_model_free(ck_model *model) {
    ck_model_forget_rules(model);
    ck_comparisons_free(&model->comparisons);
    ck_free(model->prior_source);
    for (uint32_t s = 0; s < model->nsessions; s++) {
        ck_free(model->session[s].rule);
        ck_free(model->session[s].reason);
    }
    ck_free(model->session);
    for (uint32_t w = 0; w < model->nwarnings; w++)
        ck_free(model->warning[w]);
    ck_free(model->warning);
    for (uint32_t k = 0; k < model->order.nkeys; k++)
        ck_free(model->order.name[k]);
    *model = (ck_model){0};
}

ck_status ck_model_warn(ck_error *error, ck_model *model, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char **grown = ck_alloc(error, (size_t)model->nwarnings + 1, sizeof *grown);
    char *copy = ck_copy_string(error, text);
    if (!grown || !copy) {
        ck_free(grown);
        ck_free(copy);
        return error->status;
    }
    for (uint32_t w = 0; w < model->nwarnings; w++)
        grown[w] = model->warning[w];
    grown[model->nwarnings++] = copy;
    ck_free(model->warning);
    model->warning = grown;
    return CK_OK;
}

double ck_default_m(const ck_comparison *comparison, int gamma) {
    int top = (int)ck_comparison_radix(comparison) - 2;
    if (top == 0)
        return 1;
    return gamma == top ? .95 : .05 / top;
}

double ck_default_u(const ck_comparison *comparison, int gamma) {
    int top = (int)ck_comparison_radix(comparison) - 2;
    if (top == 0)
        return 1;
    double weight = gamma == top ? 10 : top == 1 ? -5 : -5 + 8.0 * gamma / (top - 1);
    return ck_default_m(comparison, gamma) / exp2(weight);
}

/* @return how many m and u of the comparison were not known */
static uint32_t fill_comparison(ck_comparison *comparison) {
    uint32_t filled = 0;
    for (uint32_t i = 0; i < comparison->nlevels; i++) {
        ck_level *level = &comparison->level[i];
        if (level->is_null)
            continue;
        int gamma = ck_level_gamma(comparison, i);
        filled += (isnan(level->m) ? 1u : 0u) + (isnan(level->u) ? 1u : 0u);
        if (isnan(level->m))
            level->m = ck_default_m(comparison, gamma);
        if (isnan(level->u))
            level->u = ck_default_u(comparison, gamma);
    }
    return filled;
}

ck_status ck_model_fill_untrained(ck_error *error, ck_model *model) {
    for (uint32_t c = 0; c < model->comparisons.n; c++) {
        ck_comparison *comparison = &model->comparisons.comparison[c];
        uint32_t filled = fill_comparison(comparison);
        if (filled && ck_model_warn(error, model, "Comparison '%s': %u of its m and u values are neither trained nor given; default "
                                    "values stand in for them.", comparison->name, filled) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

ck_status ck_model_check_rules(ck_error *error, const char *path, const ck_model *model, uint32_t nrules, const char *const *text) {
    if (model->nrules == 0)
        return CK_OK;
    if (model->nrules != nrules)
        return ck_fail(error, CK_USAGE, "%s: the model was calibrated for %u blocking rules and the job has %u; its weights hold for its own "
                       "rules only.", path, model->nrules, nrules);
    for (uint32_t r = 0; r < nrules; r++)
        if (strcmp(model->rule[r].rule, text[r]) != 0)
            return ck_fail(error, CK_USAGE, "%s: blocking rule %u is '%s' in the model and '%s' in the job; the model's weights hold for "
                           "its own rules only.", path, r + 1, model->rule[r].rule, text[r]);
    return CK_OK;
}
