#include <carrick/kind.h>
#include <string.h>

static const char *const kind_names[CK_KIND_COUNT] = {
    [CK_KIND_TEXT] = "text",       [CK_KIND_NAME] = "name",
    [CK_KIND_DATE] = "date",       [CK_KIND_SEX] = "sex",
    [CK_KIND_POSTCODE] = "postcode", [CK_KIND_NHS_NUMBER] = "nhs_number",
    [CK_KIND_UPRN] = "uprn",       [CK_KIND_INTEGER] = "integer",
    [CK_KIND_NUMBER] = "number",   [CK_KIND_EMAIL] = "email",
    [CK_KIND_CATEGORY] = "category", [CK_KIND_ADDRESS] = "address",
    [CK_KIND_PHONE] = "phone",     [CK_KIND_IDENTIFIER] = "identifier",
    [CK_KIND_BIRTH_DATE] = "birth_date", [CK_KIND_PSEUDONYM] = "pseudonym",
    [CK_KIND_CLK] = "clk",
};

const char *ck_kind_name(ck_kind kind) {
    return (unsigned)kind < CK_KIND_COUNT ? kind_names[kind] : "unknown";
}

ck_kind ck_kind_parse(const char *word) {
    for (int kind = 0; kind < CK_KIND_COUNT; kind++)
        if (strcmp(word, kind_names[kind]) == 0)
            return (ck_kind)kind;
    return CK_KIND_COUNT;
}
