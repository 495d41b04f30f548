/** The tables of the job file (see shape.h). A table's fields are those of the struct named beside it. Local. */
#ifndef CK_JOB_KEYS_H
#define CK_JOB_KEYS_H
#include "job/shape.h"

extern const ck_table ck_job_keys;        /**< ck_job */
extern const ck_table ck_source_keys;     /**< ck_source_spec */
extern const ck_table ck_rejects_keys;    /**< ck_source_spec */
extern const ck_table ck_column_keys;     /**< ck_field_spec */
extern const ck_table ck_rule_keys;       /**< ck_rule */
extern const ck_table ck_cascade_keys;    /**< none: the nodes are read */
extern const ck_table ck_cascade_rule_keys; /**< ck_cascade_fields */
extern const ck_table ck_comparison_keys; /**< ck_comparison */
extern const ck_table ck_level_keys;      /**< ck_level */
extern const ck_table ck_frequency_keys;  /**< ck_level */
extern const ck_table ck_train_keys;      /**< ck_train_options */
extern const ck_table ck_prior_keys;      /**< ck_train_options */
extern const ck_table ck_stage_keys;      /**< none: derived jobs are read (passes.h) */
extern const ck_table ck_source_group_keys; /**< none */
extern const ck_table ck_truth_keys;      /**< ck_truth_spec */

typedef struct ck_cascade_fields {
    char *name;
    uint32_t unique; /**< ck_unique */
    uint64_t max_block, max_pairs;
} ck_cascade_fields;

/* Other ways to write a thing, turned into the one that is checked (rewrite.c, ladder.c). */
ck_rewrite ck_rewrite_job, ck_rewrite_source, ck_rewrite_column, ck_rewrite_rule, ck_rewrite_prior,
    ck_rewrite_threshold, ck_rewrite_comparison, ck_rewrite_level, ck_rewrite_model, ck_rewrite_cascade, ck_rewrite_cascade_rule, ck_rewrite_source_groups;

/** Of two keys that exclude each other, one from the command line takes the place of the other from the file. */
void ck_prefer_override(ck_node *map, const char *one, const char *other);
/** A key that may be written `one: x` or `many: [x, y]` becomes `many`; writing both fails. */
ck_status ck_rename_key(ck_error *error, const ck_shaper *shaper, ck_node *map, const char *one, const char *many);
/** [surname.substr(1, 3), dob] is three items to YAML: join the texts that a comma inside parentheses has split. */
ck_status ck_join_texts(ck_error *error, const ck_shaper *shaper, ck_node *list);
/** Make map[key] a list of non-empty texts, joined as above; one text becomes a list of it. */
ck_status ck_make_texts(ck_error *error, const ck_shaper *shaper, ck_node *map, const char *key);

#endif
