/** Persons of one component, slow and obvious: every value is computed anew from all pairs of records before each step. */
#ifndef CK_REFERENCE_MERGE_H
#define CK_REFERENCE_MERGE_H
#include "cluster/component.h"

/** As ck_merge_component. Cost: members^4. */
void reference_merge(const ck_person_limits *limits, const ck_component *component, uint32_t *root);

#endif
