/** Files about places: a postcode lookup of the form of the ONS Postcode Directory, and for shapes with properties a gazetteer and what councils know of dwellings by UPRN. Local. */
#ifndef CK_SYNTH_PROPERTIES_H
#define CK_SYNTH_PROPERTIES_H
#include "synth/lines.h"
#include "synth/world.h"
#include "synth/writer.h"

typedef enum ck_property_file {
    CK_PROPERTY_POSTCODES, /* every shape has it; the others only those with properties */
    CK_PROPERTY_GAZETTEER,
    CK_PROPERTY_ENERGY,
    CK_PROPERTY_OCCUPATION,
    CK_PROPERTY_BEHAVIOUR,
    CK_PROPERTY_PESTS,
    CK_PROPERTIES
} ck_property_file;
extern const ck_writer_file ck_property_files[CK_PROPERTIES];

void ck_property_postcodes(const ck_world *world, uint64_t begin, uint64_t end, ck_lines *lines);
/** @param lines [CK_PROPERTIES] */
void ck_property_dwellings(const ck_world *world, uint64_t begin, uint64_t end, ck_lines *const *lines);

#endif
