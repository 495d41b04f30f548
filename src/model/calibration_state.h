/** What calibration's EM holds; shared by calibrate.c (E and the whole) and calibrate_step.c (M). */
#ifndef CK_MODEL_CALIBRATION_STATE_H
#define CK_MODEL_CALIBRATION_STATE_H
#include "model/calibrate.h"

/** Numbers by comparison and slot (gamma + 1; slot 0, missing, is not used). */
typedef double ck_slots[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];

typedef struct ck_rule_state {
    const ck_rule_facts *facts;
    size_t n;
    uint32_t *cell;       /**< [n] the cells whose mask holds the rule */
    double *household;    /**< [n] share of the home class among the cell's non-matches */
    double pairs, pi, eta, expected;
    bool seen[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];
    ck_slots cond;        /**< levels among random pairs that share the key parts, where comparison `has_cond` */
    uint32_t has_cond;
    ck_slots m, u, log_m, log_u;
} ck_rule_state;

typedef struct ck_calibration_state {
    const ck_model *model;
    const ck_calibration_input *input;
    const ck_level_values *given_m;
    double stiffness;
    uint32_t ncomparisons, nrules, width[CK_COMPARISONS_MAX]; /**< slots of each comparison, the null one included */
    size_t n;
    double *count, *p, *weight, *household; /**< [n] pairs, P(match), log odds, share of the home class */
    uint32_t *rules_of;                     /**< [n] how many rules */
    uint8_t *slot;                          /**< [n * ncomparisons] */
    double lambda, lambda_household;
    ck_slots m, u, random_u, start;
    ck_rule_state *rule;                    /**< [nrules] */
    double *room;                           /**< [n] for the M step */
    ck_slots *matches;                      /**< [nrules] likewise: sums of P(match) by rule and level */
} ck_calibration_state;

/** One M step, from p and the rules' household shares. */
void ck_calibration_maximise(ck_calibration_state *s);
/** The rule's u and m at the start. */
void ck_calibration_start_rule(ck_calibration_state *s, ck_rule_state *rule);

#endif
