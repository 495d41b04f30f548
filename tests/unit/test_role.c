/* Roles of columns: by kind, by the words of the name, and which goes first. */
#include "clean/role.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

typedef struct {
    const char *name;
    ck_role role;
} sample;

static void expect_all(ck_kind kind, const sample *samples, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (ck_role_of(samples[i].name, kind) != samples[i].role)
            fail_msg("'%s' of kind %s is %s, not %s", samples[i].name, ck_kind_name(kind), ck_role_name(ck_role_of(samples[i].name, kind)),
                     ck_role_name(samples[i].role));
}
#define EXPECT_ALL(kind, samples) expect_all(kind, samples, sizeof samples / sizeof *samples)

/* Names as jobs and files have them. */
static void names_tell_roles_of_text(void **state) {
    (void)state;
    static const sample samples[] = {
        {"forename", CK_ROLE_FORENAME}, {"middle_name", CK_ROLE_FORENAME}, {"given_name", CK_ROLE_FORENAME}, {"FirstName", CK_ROLE_FORENAME},
        {"first name", CK_ROLE_FORENAME}, {"PERNAME1", CK_ROLE_FORENAME}, {"fname_c1", CK_ROLE_FORENAME}, {"vorname", CK_ROLE_FORENAME},
        {"surname", CK_ROLE_SURNAME}, {"surname_2", CK_ROLE_SURNAME}, {"previous_surname", CK_ROLE_SURNAME}, {"lname_1", CK_ROLE_SURNAME},
        {"PERNAME2", CK_ROLE_SURNAME}, {"PatientLastName", CK_ROLE_SURNAME}, {"Nachname", CK_ROLE_SURNAME}, {"apellido1", CK_ROLE_SURNAME},
        {"full_name", CK_ROLE_FULL_NAME}, {"name", CK_ROLE_FULL_NAME}, {"first_and_surname", CK_ROLE_FULL_NAME}, {"name_2", CK_ROLE_FULL_NAME},
        {"forename+surname", CK_ROLE_FULL_NAME},
        {"dob", CK_ROLE_BIRTH_DATE}, {"date_of_birth", CK_ROLE_BIRTH_DATE}, {"BirthDate", CK_ROLE_BIRTH_DATE}, {"Geburtsdatum", CK_ROLE_BIRTH_DATE},
        {"birth_year", CK_ROLE_NONE}, {"bm", CK_ROLE_NONE}, {"year_of_birth", CK_ROLE_NONE}, {"dob_d", CK_ROLE_NONE},
        {"admission_date", CK_ROLE_DATE}, {"sex", CK_ROLE_SEX}, {"gender", CK_ROLE_SEX}, {"patient_sex", CK_ROLE_SEX},
        {"sector", CK_ROLE_PLACE}, {"postcode", CK_ROLE_POSTCODE}, {"post code", CK_ROLE_POSTCODE}, {"zip_code", CK_ROLE_POSTCODE},
        {"postcode_fake", CK_ROLE_POSTCODE}, {"enumpc", CK_ROLE_POSTCODE}, {"plz", CK_ROLE_POSTCODE},
        {"address", CK_ROLE_ADDRESS}, {"address_1", CK_ROLE_ADDRESS}, {"AddressLine1", CK_ROLE_ADDRESS}, {"ENUMCAP", CK_ROLE_ADDRESS},
        {"street_number", CK_ROLE_HOUSE_NUMBER}, {"house_number", CK_ROLE_HOUSE_NUMBER}, {"house no", CK_ROLE_HOUSE_NUMBER},
        {"uprn", CK_ROLE_DWELLING}, {"town", CK_ROLE_PLACE}, {"county", CK_ROLE_PLACE}, {"country", CK_ROLE_PLACE}, {"suburb", CK_ROLE_PLACE},
        {"birth_place", CK_ROLE_PLACE}, {"state", CK_ROLE_PLACE}, {"city", CK_ROLE_PLACE},
        {"phone", CK_ROLE_PHONE}, {"telephone_number", CK_ROLE_PHONE}, {"mobile", CK_ROLE_PHONE}, {"email", CK_ROLE_EMAIL}, {"e-mail", CK_ROLE_EMAIL},
        {"nhs_number", CK_ROLE_IDENTIFIER}, {"soc_sec_id", CK_ROLE_IDENTIFIER}, {"passport_no", CK_ROLE_IDENTIFIER}, {"nino", CK_ROLE_IDENTIFIER},
        {"amount", CK_ROLE_AMOUNT}, {"transaction_amount", CK_ROLE_AMOUNT}, {"occupation", CK_ROLE_CATEGORY}, {"memo", CK_ROLE_TEXT},
        {"rec_id", CK_ROLE_NONE}, {"unique_id", CK_ROLE_NONE}, {"cluster", CK_ROLE_NONE}, {"source_dataset", CK_ROLE_NONE}, {"entity_id", CK_ROLE_NONE},
        {"x", CK_ROLE_TEXT}, {"", CK_ROLE_TEXT}, {"7", CK_ROLE_TEXT}, {"\xC3\xA9t\xC3\xA9", CK_ROLE_TEXT},
        {"jobname_of_the_longest_header_that_anybody_ever_put_above_a_column_of_a_file_and_that_does_not_even_fit_into_the_room_here", CK_ROLE_CATEGORY},
    };
    EXPECT_ALL(CK_KIND_TEXT, samples);
}

/* A word within another is none: a hotel has no telephone, and nobody was born on a doorstep. */
static void words_are_whole(void **state) {
    (void)state;
    static const sample samples[] = {{"hotel", CK_ROLE_TEXT}, {"lastly", CK_ROLE_TEXT}, {"valued", CK_ROLE_TEXT}, {"byname", CK_ROLE_TEXT}};
    EXPECT_ALL(CK_KIND_TEXT, samples);
}

static void kinds_go_before_names(void **state) {
    (void)state;
    static const struct {
        ck_kind kind;
        sample sample;
    } cases[] = {
        {CK_KIND_SEX, {"surname", CK_ROLE_SEX}},
        {CK_KIND_POSTCODE, {"x", CK_ROLE_POSTCODE}},
        {CK_KIND_EMAIL, {"contact", CK_ROLE_EMAIL}},
        {CK_KIND_PHONE, {"contact", CK_ROLE_PHONE}},
        {CK_KIND_NHS_NUMBER, {"x", CK_ROLE_IDENTIFIER}},
        {CK_KIND_UPRN, {"id", CK_ROLE_DWELLING}},
        {CK_KIND_IDENTIFIER, {"licence", CK_ROLE_IDENTIFIER}},
        {CK_KIND_IDENTIFIER, {"x", CK_ROLE_IDENTIFIER}},
        {CK_KIND_IDENTIFIER, {"uprn", CK_ROLE_DWELLING}},
        {CK_KIND_BIRTH_DATE, {"admission_date", CK_ROLE_BIRTH_DATE}},
        {CK_KIND_DATE, {"dob", CK_ROLE_BIRTH_DATE}},
        {CK_KIND_DATE, {"x", CK_ROLE_DATE}},
        {CK_KIND_DATE, {"surname", CK_ROLE_DATE}},
        {CK_KIND_NAME, {"surname", CK_ROLE_SURNAME}},
        {CK_KIND_NAME, {"town", CK_ROLE_PLACE}},
        {CK_KIND_NAME, {"x", CK_ROLE_TEXT}},
        {CK_KIND_ADDRESS, {"x", CK_ROLE_ADDRESS}},
        {CK_KIND_ADDRESS, {"house_number", CK_ROLE_HOUSE_NUMBER}},
        {CK_KIND_ADDRESS, {"surname", CK_ROLE_ADDRESS}},
        {CK_KIND_NUMBER, {"x", CK_ROLE_AMOUNT}},
        {CK_KIND_INTEGER, {"x", CK_ROLE_CATEGORY}},
        {CK_KIND_INTEGER, {"house_number", CK_ROLE_HOUSE_NUMBER}},
        {CK_KIND_CATEGORY, {"x", CK_ROLE_CATEGORY}},
        {CK_KIND_CATEGORY, {"town", CK_ROLE_PLACE}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_all(cases[i].kind, &cases[i].sample, 1);
}

static void every_role_has_a_word(void **state) {
    (void)state;
    for (int a = 0; a < CK_ROLE_COUNT; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(ck_role_name((ck_role)a), ck_role_name((ck_role)b));
    assert_string_equal(ck_role_name(CK_ROLE_COUNT), "unknown");
    assert_int_equal(ck_role_of_name("x"), CK_ROLE_COUNT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_tell_roles_of_text),
        cmocka_unit_test(words_are_whole),
        cmocka_unit_test(kinds_go_before_names),
        cmocka_unit_test(every_role_has_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
