/* Roles of columns: a table of words, and the kinds that tell by themselves. */
#include "clean/role.h"
#include "clean/kinds.h"
#include <string.h>

/* ---- words of names ---- */

/** Headers by what they mean; the first rule that fits holds, so parts of dates stand before places and full names before
 *  names. A word fits whole words of the header, however they are joined; `*` at an end: also within a word; `^` and `$`:
 *  only at the header's beginning and end. */
typedef struct name_rule {
    ck_role role;
    const char *words;
} name_rule;

static const name_rule name_rules[] = {
    {CK_ROLE_NONE, "^recid$ ^recordid$ ^uniqueid$ ^rowid$ ^rowno$ ^rownumber$ ^id$ ^source$ ^sourcedataset$ ^sourcefile$ ^sourcename$ ^sourcesystem$ ^file$ ^dataset$ ^entity* ^cluster* "
                   "^personid$ ^truth$ ^index$"},
    {CK_ROLE_NONE, "dobd$ dobm$ doby$ dobday$ dobmonth$ dobyear$ dobyr$ birthd$ birthm$ birthy$ birthday$ birthmonth$ birthyear$ "
                   "birthyr$ ^bd$ ^bm$ ^by$ ^bday$ ^bmonth$ ^byear$ ^day$ ^month$ ^year$ ^dayofbirth$ ^monthofbirth$ ^yearofbirth$"},
    {CK_ROLE_BIRTH_DATE, "dob* *dob birthdate birthdt dateofbirth dtofbirth datebirth ^birth$ geburtsdatum geburtstag ^geb$ "
                         "gebdatum datenaissance datedenaissance ^naissance$ fechanacimiento fechadenacimiento datanascita "
                         "datadinascita geboortedatum fodselsdato foedselsdato"},
    {CK_ROLE_EMAIL, "*email* mailaddress ^mail$ courriel correo*"},
    {CK_ROLE_PHONE, "*phone* tel* mobile* ^cell$ cellno cellnumber handy* mobil* ^fax*"},
    {CK_ROLE_POSTCODE, "*postcode* zip* ^pcds$ ^pcd* ^pc$ pc$ *enumpc *postal* plz postleitzahl codepostal codigopostal ^cap$"},
    {CK_ROLE_SEX, "^sex* ^gender* ^geschlecht* ^sexe* ^sexo* ^sesso* sex$ gender$"},
    {CK_ROLE_FULL_NAME, "fullname ^name$ personname patientname completename firstnameandlastname firstandlastname "
                        "forenameandsurname firstandsurname forenamesurname firstnamesurname firstnamelastname ^names$ nomcomplet "
                        "nombrecompleto"},
    {CK_ROLE_FORENAME, "*forename* firstname* givenname* given* christianname* fname pername1 midname* middlename* *middlena* "
                       "^middle* vorname* prenom* ^nombre* ^first$ nickname* knownas* preferredname* voornaam* fornavn* ^nome$"},
    {CK_ROLE_SURNAME, "*surname* lastname* familyname* *maidenname* maiden* birthname* lname sname pername2 ^last$ nachname* "
                      "familienname* ^nom$ nomdefamille apellido* cognome* achternaam* etternavn* efternavn* previousname*"},
    {CK_ROLE_HOUSE_NUMBER, "*streetnum* *streetno *housenum* *houseno *flatnum* *flatno *buildingnum* *buildingno hausnummer hausnr "
                           "huisnummer"},
    {CK_ROLE_DWELLING, "uprn* *uprn"},
    {CK_ROLE_ADDRESS, "*addr* *street* *enumcap* ^road* strasse* ^rue$ adresse* calle direccion* indirizzo via"},
    {CK_ROLE_IDENTIFIER, "nhs* *ssn* *socsec* socialsecurity* nino passport* nationalid* nationalins* nationalnum* nationalno *identif* "
                         "^id* id$ *licen* *number$ no$ chi$ hospitalno* mrn steuerid personnummer"},
    {CK_ROLE_CATEGORY, "occupation* job* ethnic* relation* marstat* marital* ^title* religion* nationality* beruf* profession*"},
    {CK_ROLE_PLACE, "city* town* *suburb* *place* *county* *region* *country* *province* *district* *village* *sector* *state* "
                    "*locality* cellule* ^ort$ wohnort* stadt* ville* commune* ciudad* comune* municip* parish* ^lga$"},
    {CK_ROLE_NORTHING, "latitude lat$ northing northings"},
    {CK_ROLE_EASTING, "longitude lon$ lng$ easting eastings"},
    {CK_ROLE_AMOUNT, "*amount* price* salary* income* balance* value"},
    {CK_ROLE_DATE, "*date* dt$ *time* datum*"},
    {CK_ROLE_TEXT, "memo* descr* note* comment* text* narrative*"},
};
enum { NAME_RULES = sizeof name_rules / sizeof *name_rules, NAME_ROOM = 128 };

/* The header as small letters and digits; starts[i] and starts[n]: a word begins at i, the last ends at n. */
typedef struct header {
    char text[NAME_ROOM];
    bool starts[NAME_ROOM + 1];
    size_t n;
} header;

static bool is_small(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_word_byte(char c) {
    return is_small(c) || ck_is_upper(c) || ck_is_digit(c) || (unsigned char)c >= 0x80;
}

/* "PatientFirstName_2" is patient first name 2. */
static void read_header(const char *column, header *to) {
    char before = 0;
    *to = (header){0};
    for (; *column && to->n + 1 < NAME_ROOM; before = *column++) {
        if (!is_word_byte(*column))
            continue;
        to->starts[to->n] = !is_word_byte(before) || (ck_is_upper(*column) && is_small(before));
        to->text[to->n++] = (char)(ck_is_upper(*column) ? *column - 'A' + 'a' : *column);
    }
    to->starts[to->n] = true;
}

static bool drop_number(header *of) {
    size_t n = of->n;
    while (n > 0 && ck_is_digit(of->text[n - 1]))
        n--;
    bool dropped = n > 0 && n < of->n;
    if (dropped) {
        of->starts[n] = true;
        of->n = n;
    }
    return dropped;
}

/* Does one word of a rule fit at place i of the header? */
static bool fits_at(const header *of, size_t i, const char *word, size_t n, bool free_begin, bool free_end) {
    size_t end = i + n;
    return end <= of->n && memcmp(of->text + i, word, n) == 0 && (free_begin || of->starts[i]) && (free_end || of->starts[end]);
}

static bool word_fits(const header *of, ck_span word) {
    bool first = word.bytes[0] == '^', last = word.bytes[word.n - 1] == '$';
    bool free_begin = word.bytes[0] == '*', free_end = word.bytes[word.n - 1] == '*';
    const char *text = word.bytes + (first || free_begin);
    size_t n = word.n - (first || free_begin) - (last || free_end);
    for (size_t i = 0; i + n <= of->n && !(first && i > 0); i++)
        if ((!last || i + n == of->n) && fits_at(of, i, text, n, free_begin, free_end))
            return true;
    return false;
}

static bool rule_fits(const header *of, const char *words) {
    while (*words) {
        size_t n = strcspn(words, " ");
        if (word_fits(of, (ck_span){words, n}))
            return true;
        words += n + (words[n] == ' ');
    }
    return false;
}

static ck_role find_rule(const header *of) {
    for (uint32_t k = 0; k < NAME_RULES; k++)
        if (rule_fits(of, name_rules[k].words))
            return name_rules[k].role;
    return CK_ROLE_COUNT;
}

ck_role ck_role_of_name(const char *column) {
    header of;
    read_header(column, &of);
    ck_role role = find_rule(&of);
    return role == CK_ROLE_COUNT && drop_number(&of) ? find_rule(&of) : role;
}

/* ---- kinds ---- */

enum { ANY_ROLE = (1u << CK_ROLE_COUNT) - 1 };

/** What a kind says by itself, and the roles that the name may make of it instead. */
typedef struct kind_rule {
    ck_role role;
    uint32_t named;
} kind_rule;

static const kind_rule kind_rules[CK_KIND_COUNT] = {
    [CK_KIND_TEXT] = {CK_ROLE_TEXT, ANY_ROLE},
    [CK_KIND_NAME] = {CK_ROLE_TEXT, 1u << CK_ROLE_FORENAME | 1u << CK_ROLE_SURNAME | 1u << CK_ROLE_FULL_NAME | 1u << CK_ROLE_PLACE |
                                        1u << CK_ROLE_CATEGORY | 1u << CK_ROLE_ADDRESS},
    [CK_KIND_DATE] = {CK_ROLE_DATE, 1u << CK_ROLE_BIRTH_DATE},
    [CK_KIND_SEX] = {CK_ROLE_SEX, 0},
    [CK_KIND_POSTCODE] = {CK_ROLE_POSTCODE, 0},
    [CK_KIND_NHS_NUMBER] = {CK_ROLE_IDENTIFIER, 0},
    [CK_KIND_UPRN] = {CK_ROLE_DWELLING, 0},
    [CK_KIND_INTEGER] = {CK_ROLE_CATEGORY, ANY_ROLE},
    [CK_KIND_NUMBER] = {CK_ROLE_AMOUNT, 1u << CK_ROLE_NONE | 1u << CK_ROLE_NORTHING | 1u << CK_ROLE_EASTING},
    [CK_KIND_EMAIL] = {CK_ROLE_EMAIL, 0},
    [CK_KIND_CATEGORY] = {CK_ROLE_CATEGORY, ANY_ROLE},
    [CK_KIND_ADDRESS] = {CK_ROLE_ADDRESS, 1u << CK_ROLE_HOUSE_NUMBER | 1u << CK_ROLE_PLACE},
    [CK_KIND_PHONE] = {CK_ROLE_PHONE, 0},
    [CK_KIND_IDENTIFIER] = {CK_ROLE_IDENTIFIER, 1u << CK_ROLE_DWELLING | 1u << CK_ROLE_NONE},
    [CK_KIND_BIRTH_DATE] = {CK_ROLE_BIRTH_DATE, 0},
    [CK_KIND_PSEUDONYM] = {CK_ROLE_CATEGORY, 1u << CK_ROLE_NONE},
    [CK_KIND_CLK] = {CK_ROLE_NONE, 0},
};

ck_role ck_role_of(const char *column, ck_kind kind) {
    const kind_rule *rule = &kind_rules[kind];
    ck_role named = ck_role_of_name(column);
    return named < CK_ROLE_COUNT && (rule->named >> named & 1) ? named : rule->role;
}

const char *ck_role_name(ck_role role) {
    static const char *const names[CK_ROLE_COUNT] = {
        [CK_ROLE_NONE] = "none",           [CK_ROLE_FORENAME] = "forename",         [CK_ROLE_SURNAME] = "surname",
        [CK_ROLE_FULL_NAME] = "full_name", [CK_ROLE_BIRTH_DATE] = "birth_date",     [CK_ROLE_DATE] = "date",
        [CK_ROLE_SEX] = "sex",             [CK_ROLE_POSTCODE] = "postcode",         [CK_ROLE_ADDRESS] = "address",
        [CK_ROLE_HOUSE_NUMBER] = "house_number", [CK_ROLE_DWELLING] = "dwelling",   [CK_ROLE_PLACE] = "place",
        [CK_ROLE_PHONE] = "phone",         [CK_ROLE_EMAIL] = "email",               [CK_ROLE_IDENTIFIER] = "identifier",
        [CK_ROLE_NORTHING] = "northing",   [CK_ROLE_EASTING] = "easting",
        [CK_ROLE_AMOUNT] = "amount",       [CK_ROLE_CATEGORY] = "category",         [CK_ROLE_TEXT] = "text",
    };
    return (unsigned)role < CK_ROLE_COUNT ? names[role] : "unknown";
}
