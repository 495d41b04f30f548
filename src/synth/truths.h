/** What is true of a region: whose each row is, what went wrong in it, who the people are, who lives with whom. Local. */
#ifndef CK_SYNTH_TRUTHS_H
#define CK_SYNTH_TRUTHS_H
#include "synth/lines.h"
#include "synth/world.h"
#include "synth/writer.h"

typedef enum ck_truth_file { CK_TRUTH_ROWS, CK_TRUTH_ERRORS, CK_TRUTH_PERSONS, CK_TRUTH_HOUSEHOLDS, CK_TRUTH_OPT_OUTS, CK_TRUTHS } ck_truth_file;
extern const ck_writer_file ck_truth_files[CK_TRUTHS];

/** Of a row: one line of truth, one of each mistake. */
void ck_truth_row(ck_lines *rows, ck_lines *errors, const ck_cell *cell, const ck_entry *entry);
/** Of a person: who it is (if it lives here or has rows), where it lives, whether it is opted out. @param lines [CK_TRUTHS] */
void ck_truth_life(ck_lines *const *lines, const ck_cell *cell, uint32_t life, bool has_rows);

#endif
