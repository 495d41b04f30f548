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
    ck_slots m, u, log_m, log_u, log_kin; /**< kin: of two people of one home */
} ck_rule_state;

/** Labels by cell. */
typedef struct ck_calibration_labels {
    double *match, *other;       /**< [n] pairs that the labels stand for; NULL without labels */
    double trust_match, trust_other; /**< share of the labels in the sums over each class, (0, 1); labels that were not drawn: 0 */
    double all_match, all_other; /**< sums */
    uint64_t unmade;             /**< labels of pairs that no rule makes, left out */
} ck_calibration_labels;

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
    double *matched, *unmatched;            /**< [n] pairs by class, from p and labels: what the M step sums */
    ck_calibration_labels labels;
    double lambda, lambda_household;
    ck_slots m, u, random_u, start;
    ck_rule_state *rule;                    /**< [nrules] */
    double *room;                           /**< [n] for the M step */
    ck_slots *matches;                      /**< [nrules] likewise: sums of P(match) by rule and level */
} ck_calibration_state;

/** Read the labels into cells, and let them say where m starts. */
ck_status ck_calibration_read_labels(ck_error *error, ck_calibration_state *s);
void ck_calibration_free_labels(ck_calibration_labels *labels);
/** Matched and unmatched pairs of every cell, from p and the labels. */
void ck_calibration_join_labels(ck_calibration_state *s);
/** One M step, from the pairs by class and the rules' household shares. */
void ck_calibration_maximise(ck_calibration_state *s);
/** The rule's u and m at the start. */
void ck_calibration_start_rule(ck_calibration_state *s, ck_rule_state *rule);

#endif
