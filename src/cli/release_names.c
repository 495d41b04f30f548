#include "cli/release_names.h"
#include "init/header.h"

bool ck_name_is_birth_date(const char *header) {
    return ck_header_meaning(header) == CK_MEANS_BIRTH_DATE;
}

bool ck_name_is_identifying(const char *header) {
    ck_meaning meaning = ck_header_meaning(header);
    return (meaning >= CK_MEANS_FORENAME && meaning <= CK_MEANS_BIRTH_DATE) || meaning == CK_MEANS_POSTCODE || meaning == CK_MEANS_ADDRESS ||
           meaning == CK_MEANS_HOUSE_NUMBER || (meaning >= CK_MEANS_LATITUDE && meaning <= CK_MEANS_EASTING) ||
           (meaning >= CK_MEANS_PHONE && meaning <= CK_MEANS_IDENTIFIER) || meaning == CK_MEANS_ROW_ID || meaning == CK_MEANS_SOME_ID;
}
