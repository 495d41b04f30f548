/* The job file: what it means, what it refuses and with which words, and that its echo is a job again. */
#include "base/memory.h"
#include "job/job.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "page.h"

static char folder[] = "/tmp/carrick-job-XXXXXX";
static char job_path[64];

static void write_file(const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *const files[] = {"gp.csv", "council.csv", "parts.csv", "semicolons.csv", "truth.csv", "model.json", "empty.csv",
                                    "gp_register.csv", "council_1.csv", "council_2.csv.gz"};

static int make_files(void **state) {
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(job_path, sizeof job_path, "%s/job.yaml", folder);
    write_file("gp.csv", "patient_id,given_name,family_name,birth_date,gender,post_code,nhs_no,mail\n1,A,B,1,M,E1,,\n");
    write_file("council.csv", "ref,forename,surname,dob,postcode,full name\n1,A,B,C,D,E\n");
    write_file("parts.csv", "id,surname,y,m,d,age\n1,A,1,2,3,4\n");
    write_file("semicolons.csv", "id;surname\n1;A\n");
    write_file("truth.csv", "id,entity,file\n1,2,gp\n");
    write_file("model.json", "{}\n");
    write_file("empty.csv", "");
    return 0;
}

static int remove_files(void **state) {
    (void)state;
    char path[128];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    return rmdir(folder);
}

/* ---- jobs made of pieces ---- */

#define SOURCE                                                                                                         \
    "sources:\n"                                                                                                       \
    "  - name: gp\n"                                                                                                   \
    "    file: gp.csv\n"                                                                                               \
    "    id: patient_id\n"                                                                                             \
    "    columns:\n"                                                                                                   \
    "      forename: {from: given_name, as: name}\n"                                                                   \
    "      surname: {from: family_name, as: name}\n"                                                                   \
    "      dob: {from: birth_date, as: date, format: \"%d/%m/%Y\"}\n"                                                  \
    "      dobtext: {from: birth_date}\n"                                                                              \
    "      sex: {from: gender, as: sex}\n"                                                                             \
    "      postcode: {from: post_code, as: postcode}\n"                                                                \
    "      nhs: {from: nhs_no, as: nhs_number}\n"                                                                      \
    "      email: {from: mail, as: email}\n"
#define BLOCKING "blocking: [nhs]\n"                                 /* line 14 after SOURCE */
#define COMPARISONS "comparisons: [{on: surname, preset: name}]\n"   /* line 15 */
#define REST BLOCKING COMPARISONS
#define WHOLE SOURCE REST

static ck_status parse(ck_error *error, const char *text, const char *const *overrides, uint32_t n, ck_job *job) {
    return ck_job_parse(error, text, job_path, overrides, n, true, job);
}

static void parse_well(const char *text, ck_job *job) {
    ck_error error = {0};
    if (parse(&error, text, NULL, 0, job) != CK_OK)
        fail_msg("%s", error.text);
}

/** Fails, with this status, at this line of the job (0: an override), with a sentence that holds `words`. */
static bool refuses_with(const char *text, const char *override, ck_status status, unsigned line, const char *words) {
    ck_error error = {0};
    ck_job job;
    char place[96];
    if (line)
        snprintf(place, sizeof place, "%s:%u: ", job_path, line);
    else
        snprintf(place, sizeof place, "--set ");
    if (parse(&error, text, &override, override != NULL, &job) == CK_OK)
        ck_job_free(&job);
    if (error.status != status || strncmp(error.text, place, strlen(place)) != 0 || !strstr(error.text, words)) {
        print_error("wanted %d %s...%s\ngot    %d %s\nfor:\n%s\n", (int)status, place, words, (int)error.status, error.text, text);
        return false;
    }
    assert_null(job.resolved);
    return true;
}

/* ---- bad jobs ---- */

typedef struct bad_job {
    unsigned line;
    const char *words;
    const char *text;
} bad_job;

#define ONE_COLUMN(column) "sources: [{name: gp, file: gp.csv, id: patient_id, columns: {nhs: {from: nhs_no}, " column "}}]\n" \
    "blocking: [nhs]\ncomparisons: [{on: nhs, preset: exact}]\n"
#define ONE_SOURCE(keys) "sources: [{name: gp, file: gp.csv, id: patient_id, columns: {nhs: {from: nhs_no}}, " keys "}]\n" \
    "blocking: [nhs]\ncomparisons: [{on: nhs, preset: exact}]\n"
#define TWO(second) "link: link\nsources:\n  - {name: gp, file: gp.csv, id: patient_id, columns: {surname: {from: family_name, as: name}}}\n" \
    "  - " second "\nblocking: [surname]\ncomparisons: [{on: surname, preset: exact}]\n"

static const bad_job bad_jobs[] = {
    /* the document */
    {1, "The file is empty", ""},
    {1, "The file is empty", "# only a comment\n"},
    {3, "not valid YAML", "name: x\nlink: dedupe\n  sources: [\n"},
    {3, "a flow sequence that begins on line 2", "name: x\nlink: [dedupe\n"},
    {1, "This is no job file", "[a, b]\n"},
    {1, "This is no job file", "just a text\n"},
    {2, "Key 'name' is given twice", "name: x\nname: y\n"},
    {3, "Key 'x' is given twice", "name: y\nsources:\n  - {x: 1, x: 2}\n"},
    {2, "A key is a list", "name: y\n[a, b]: c\n"},
    {3, "A second YAML document", "name: x\n---\nname: y\n"},
    {1, "does an alias hold itself", "name: &a [*a]\n"},
    {1, "holds a NUL", "name: \"a\\0b\"\n"},
    /* the top */
    {14, "Key 'blockng' is not known; did you mean 'blocking'?", SOURCE "blockng: [nhs]\n" COMPARISONS},
    {14, "Key 'zzz' is not known; known: name, link, sources", SOURCE "zzz: 1\n"},
    {1, "Key 'sources' is missing", REST},
    {1, "Key 'blocking' is missing", SOURCE COMPARISONS},
    {1, "Key 'comparisons' is missing", SOURCE BLOCKING},
    {1, "sources: The list is empty", "sources: []\n" REST},
    {1, "sources: This is a mapping, but a list", "sources: {name: gp}\n" REST},
    {14, "blocking: The list is empty", SOURCE "blocking: []\n" COMPARISONS},
    {16, "link: The word 'dedup' is not known; did you mean 'dedupe'?", WHOLE "link: dedup\n"},
    {16, "'link' needs two sources", WHOLE "link: link\n"},
    {2, "with several sources say dedupe", "\nsources: [{name: a}, {name: b}]\n" REST},
    {16, "floor: This must be a number", WHOLE "floor: low\n"},
    {16, "cluster: The word 'mege' is not known; did you mean 'merge'?", WHOLE "cluster: mege\n"},
    {16, "Keys 'decide' and 'threshold' exclude each other", WHOLE "decide: default\nthreshold: {match: 0.9}\n"},
    {16, "decide: 'fdr' is no decision; write default", WHOLE "decide: fdr\n"},
    {16, "decide: 'fdr 1.5' is no decision", WHOLE "decide: fdr 1.5\n"},
    {16, "decide: 'weight 5 bits' is no decision", WHOLE "decide: weight 5 bits\n"},
    {16, "decide: This is a weight of -3, below 'floor' (0)", WHOLE "decide: weight -3\n"},
    /* sources */
    {1, "sources[0]: Key 'file' (or 'files') is missing", "sources: [{name: gp, id: i, columns: {a: }}]\n" REST},
    {1, "exclude each other", ONE_SOURCE("files: [gp.csv]")},
    {1, "Key 'uniqe' is not known; did you mean 'unique'?", ONE_SOURCE("uniqe: true")},
    {1, "unique: This must be true or false", ONE_SOURCE("unique: maybe")},
    {1, "encoding: The word 'utf8' is not known; did you mean 'utf-8'?", ONE_SOURCE("encoding: utf8")},
    {1, "delimiter: This must be one sign", ONE_SOURCE("delimiter: \";;\"")},
    {1, "rejects.max: This must be a whole number", ONE_SOURCE("rejects: -1")},
    {1, "rejects.max: This must be a whole number", ONE_SOURCE("rejects: 1.5")},
    {1, "collapse[0]: The linkage column 'nsh' is not known; did you mean 'nhs'?", ONE_SOURCE("collapse: nsh")},
    {4, "Two sources are called 'gp'", TWO("{name: gp, file: council.csv, id: ref, columns: {surname: {as: name}}}")},
    {4, "may hold no '/'", TWO("{name: a/b, file: council.csv, id: ref, columns: {surname: {as: name}}}")},
    {4, "of kind text here, but of kind name", TWO("{name: c, file: council.csv, id: ref, columns: {surname: }}")},
    {1, "columns: The mapping is empty", "sources: [{name: gp, file: gp.csv, id: patient_id, columns: {}}]\n" REST},
    {1, "columns: '2nd' is no name", ONE_COLUMN("2nd: {from: mail}")},
    {1, "columns: 'full name' is no name", ONE_COLUMN("full name: {from: mail}")},
    {1, "A single value stands here, but a mapping is needed", ONE_COLUMN("email: mail")},
    {1, "as: The word 'emial' is not known; did you mean 'email'?", ONE_COLUMN("email: {from: mail, as: emial}")},
    {1, "A format belongs to a date", ONE_COLUMN("email: {from: mail, format: \"%Y\"}")},
    {1, "'%Q' is not known in a date format", ONE_COLUMN("dob: {from: birth_date, as: date, format: \"%d/%Q\"}")},
    {1, "A date format needs directives", ONE_COLUMN("dob: {from: birth_date, as: date, format: dd/mm/yyyy}")},
    {1, "'min' belongs to columns of kind date", ONE_COLUMN("email: {from: mail, min: 3}")},
    {1, "'min' of a date must be a real date", ONE_COLUMN("dob: {from: birth_date, as: date, min: 1900-02-30}")},
    {1, "'max' must be a number", ONE_COLUMN("age: {from: mail, as: integer, max: old}")},
    {1, "'min' is above 'max'", ONE_COLUMN("age: {from: mail, as: integer, min: 9, max: 3}")},
    {1, "one column or of three", ONE_COLUMN("dob: {from: [birth_date, mail], as: date}")},
    {1, "Item 1 of the list is not a text", ONE_COLUMN("dob: {from: [birth_date, [mail]]}")},
    /* files */
    {1, "gpp.csv does not exist; did you mean 'gp.csv'?",
     "sources: [{name: gp, file: gpp.csv, id: patient_id, columns: {nhs: {from: nhs_no}}}]\nblocking: [nhs]\n"
     "comparisons: [{on: nhs, preset: exact}]\n"},
    {1, "gp.csv has no column 'birthdate'; did you mean 'birth_date'?", ONE_COLUMN("dob: {from: birthdate, as: date}")},
    {1, "has no column 'email'; did you mean 'mail'?", ONE_COLUMN("email: ")},
    {1, "is the delimiter right?", ONE_SOURCE("delimiter: tab")},
    {4, "council.csv has no column 'reef'; did you mean 'ref'?", TWO("{name: c, file: council.csv, id: reef, columns: {surname: {as: name}}}")},
    {4, "has no header: it is empty", TWO("{name: c, file: empty.csv, id: ref, columns: {surname: {as: name}}}")},
    {4, "is not a regular file", TWO("{name: c, file: ., id: ref, columns: {surname: {as: name}}}")},
    /* blocking */
    {15, "no column is called 'surnam'; did you mean 'surname'?", SOURCE "blocking:\n  - [surnam, dob]\n" COMPARISONS},
    {16, "did you mean 'soundex'?", SOURCE "blocking:\n  - [nhs]\n  - [surname.soundx, dob]\n" COMPARISONS},
    {15, "'year' reads a date, but column 'surname'", SOURCE "blocking:\n  - surname.year\n" COMPARISONS},
    {15, "Key 'keys' is missing", SOURCE "blocking:\n  - {where: levenshtein dob 2}\n" COMPARISONS},
    {15, "blocking[0].keys: The list is empty", SOURCE "blocking:\n  - []\n" COMPARISONS},
    {15, "A rule has at most 8 parts, but 9", SOURCE "blocking:\n  - [nhs, nhs, nhs, nhs, nhs, nhs, nhs, nhs, nhs]\n" COMPARISONS},
    {15, "blocking[0].where: ", SOURCE "blocking:\n  - {keys: nhs, where: levenshtein 2}\n" COMPARISONS},
    {15, "max_block: This must be a whole number", SOURCE "blocking:\n  - {keys: nhs, max_block: many}\n" COMPARISONS},
    {15, "across columns (with =) and a part of several values", SOURCE "blocking:\n  - [forename = surname, surname.words]\n" COMPARISONS},
    {15, "Key 'maxblock' is not known; did you mean 'max_block'?", SOURCE "blocking:\n  - {keys: nhs, maxblock: 5}\n" COMPARISONS},
    /* comparisons */
    {16, "Column 'surnme' is not known; did you mean 'surname'?", SOURCE BLOCKING "comparisons:\n  - {on: surnme, preset: name}\n"},
    {16, "Preset 'nam' is not known; did you mean 'name'?", SOURCE BLOCKING "comparisons:\n  - {on: surname, preset: nam}\n"},
    {16, "Preset 'name' needs one column in 'on', but 2 are there", SOURCE BLOCKING "comparisons:\n  - {on: [surname, forename], preset: name}\n"},
    {16, "needs two columns (and perhaps a third", SOURCE BLOCKING "comparisons:\n  - {on: surname, preset: forename_surname}\n"},
    {16, "'preset' and 'levels' exclude", SOURCE BLOCKING "comparisons:\n  - {on: surname, preset: name, levels: [exact]}\n"},
    {16, "needs 'levels', or a 'preset'", SOURCE BLOCKING "comparisons:\n  - {on: surname}\n"},
    {16, "Key 'on' is missing", SOURCE BLOCKING "comparisons:\n  - {preset: name}\n"},
    {16, "one column or two, but 3", SOURCE BLOCKING "comparisons:\n  - {on: [nhs, dob, sex], levels: [exact]}\n"},
    {16, "levels[1].when: ", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [exact, jaro_winkle 0.9]}\n"},
    {16, "did you mean 'jaro_winkler'?", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [exact, jaro_winkle 0.9]}\n"},
    {16, "jaro_winkler' needs a number from 0 to 1", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [jaro_winkler 92]}\n"},
    {16, "stands twice", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [exact, exact]}\n"},
    {16, "after 'else' is never reached", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [exact, else, jaro 0.9]}\n"},
    {16, "comparisons[0].m: 'm' has 2 numbers, but the comparison has 3 levels", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [exact, jaro 0.9], m: [0.9, 0.1]}\n"},
    {16, "levels[0].m: This must be a number from", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [exact, jaro 0.9], m: [1.9, 0.1, 0.1]}\n"},
    {16, "no level 'exact' that term_frequency", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [jaro 0.9], term_frequency: true}\n"},
    {16, "no level 'exact surname' to adjust against", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [{when: jaro 0.9, term_frequency: true}]}\n"},
    {16, "Column 'surnme' is not known", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [exact], term_frequency: {column: surnme}}\n"},
    {16, "term_frequency.weight: This must be a number from 0 to 1", SOURCE BLOCKING "comparisons:\n  - {on: surname, preset: name, term_frequency: {weight: 2}}\n"},
    {17, "Two comparisons are called 'surname'", SOURCE BLOCKING "comparisons:\n  - {on: dob, preset: date_of_birth, name: surname}\n  - {on: surname, preset: name}\n"},
    {16, "null: ", SOURCE BLOCKING "comparisons:\n  - {on: surname, levels: [exact], null: nothing}\n"},
    {16, "'within' reads dates", SOURCE BLOCKING "comparisons:\n  - {on: surname, preset: date_of_birth}\n"},
    /* training, thresholds, truth */
    {16, "max_iterations: This must be a whole number from 1", WHOLE "train: {max_iterations: 0}\n"},
    {16, "train.method: The word 'ml' is not known", WHOLE "train: ml\n"},
    {17, "no column is called 'nhz'", WHOLE "train:\n  sessions: [[nhz]]\n"},
    {17, "Column 'surnme' is not known; did you mean 'surname'", WHOLE "train:\n  household: [surnme, postcode]\n"},
    {17, "'model' and 'train' exclude each other", WHOLE "model: model.json\ntrain: {method: em}\n"},
    {16, "model.jsn does not exist; did you mean 'model.json'?", WHOLE "model: model.jsn\n"},
    {16, "A prior is a number, or {rules", WHOLE "prior: {rules: [[nhs]]}\n"},
    {16, "either a number or rules", WHOLE "prior: {value: 0.1, rules: [[nhs]]}\n"},
    {16, "prior.value: This must be a number from", WHOLE "prior: 2\n"},
    {16, "prior.recall: This must be a number from", WHOLE "prior: {rules: [[nhs]], recall: 80}\n"},
    {16, "threshold.match: This must be a number from", WHOLE "threshold: {match: 5}\n"},
    {16, "Give either the probabilities", WHOLE "threshold: {match: 0.9, match_weight: 3}\n"},
    {16, "'review' is given without 'match'", WHOLE "threshold: {review: 0.5}\n"},
    {16, "'review' is above 'match'", WHOLE "threshold: {match: 0.5, review: 0.9}\n"},
    {16, "'review' is a weight of -0.584963, below 'floor' (0)", WHOLE "threshold: {match: 0.9, review: 0.4}\n"},
    {16, "'match_weight' is a weight of -1, below 'floor' (0)", WHOLE "threshold: {match_weight: -1}\n"},
    {16, "A single value stands here", WHOLE "threshold: 0.9\n"},
    {16, "evaluate: Key 'truth' is missing", WHOLE "evaluate: {id: id}\n"},
    {16, "truth.csv has no column 'person'", WHOLE "evaluate: {truth: truth.csv, entity: person}\n"},
    {16, "thruth.csv does not exist; did you mean 'truth.csv'?", WHOLE "evaluate: thruth.csv\n"},
};

static void test_bad_jobs(void **state) {
    (void)state;
    size_t good = 0;
    for (size_t i = 0; i < sizeof bad_jobs / sizeof *bad_jobs; i++) {
        bool file = strstr(bad_jobs[i].words, "does not exist") || strstr(bad_jobs[i].words, "not a regular");
        bool data = strstr(bad_jobs[i].words, "no header") != NULL;
        good += refuses_with(bad_jobs[i].text, NULL, file ? CK_FILE : data ? CK_DATA : CK_USAGE, bad_jobs[i].line, bad_jobs[i].words);
    }
    assert_int_equal(good, sizeof bad_jobs / sizeof *bad_jobs);
}

static void test_too_many_rules(void **state) {
    (void)state;
    char text[4096] = SOURCE "blocking:\n";
    for (int i = 0; i < 65; i++)
        strcat(text, "  - nhs\n");
    strcat(text, COMPARISONS);
    assert_true(refuses_with(text, NULL, CK_USAGE, 15, "At most 64 rules are possible, but 65"));
}

/** 32 comparisons of 5 levels: 6^32 passes 2^63. */
static void test_too_many_patterns(void **state) {
    (void)state;
    char text[8192] = SOURCE BLOCKING "comparisons:\n", line[128];
    for (int i = 0; i < 32; i++) {
        snprintf(line, sizeof line, "  - {on: surname, name: c%d, preset: name}\n", i);
        strcat(text, line);
    }
    assert_true(refuses_with(text, NULL, CK_USAGE, 16, "passes 2^63"));
    strcat(text, "  - {on: surname, name: c32, preset: name}\n");
    assert_true(refuses_with(text, NULL, CK_USAGE, 16, "At most 32 comparisons are possible, but 33"));
}

/** Nine aliases, each of nine of the one before: 9^9 values. */
static void test_alias_bomb(void **state) {
    (void)state;
    char text[2048] = "name: &a0 [x]\n", line[160];
    for (int i = 1; i < 10; i++) {
        snprintf(line, sizeof line, "k%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1,
                 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
        strcat(text, line);
    }
    ck_error error = {0};
    ck_job job;
    assert_int_equal(parse(&error, text, NULL, 0, &job), CK_USAGE);
    assert_non_null(strstr(error.text, "once its aliases are expanded"));
}

/* ---- good jobs ---- */

static const char full_job[] =
    "name: full\n"
    "link: link_and_dedupe\n"
    "sources:\n"
    "  - name: gp\n"
    "    file: gp.csv\n"
    "    id: patient_id\n"
    "    unique: yes\n"
    "    rejects: 10\n"
    "    collapse: [surname, dob]\n"
    "    columns: &columns\n"
    "      forename: {from: given_name, as: name, missing: [NULL, N/A, \"\"]}\n"
    "      surname: {from: family_name, as: name}\n"
    "      dob: {from: birth_date, as: date, formats: [\"%d/%m/%Y\", \"%Y\"], min: 1900-01-01, max: 2030-12-31}\n"
    "      postcode: {from: post_code}\n"
    "      email: {from: mail, as: email}\n"
    "  - name: council\n"
    "    files: [./council.csv]\n"
    "    id: ref\n"
    "    encoding: windows-1252\n"
    "    columns:\n"
    "      surname: {as: name}\n"
    "      fullname: {from: [forename, surname]}\n"
    "blocking:\n"
    "  - dob\n"
    "  - [surname.substr(2, 3), dob.year]\n"
    "  - {keys: [surname.soundex, forename.initial], where: levenshtein dob 2, max_block: 500}\n"
    "  - [forename = surname, dob]\n"
    "comparisons:\n"
    "  - {on: forename, levels: [exact, jaro_winkler 0.92, jaro 0.8], term_frequency: {weight: 0.5}, m: [0.9, null, 0.05, 0.01]}\n"
    "  - {on: [forename, surname, fullname], preset: forename_surname}\n"
    "  - {on: dob, preset: date_of_birth}\n"
    "  - {on: postcode, preset: postcode, null: none}\n"
    "  - {on: email, preset: email, name: mail, term_frequency: false}\n"
    "  - on: fullname\n"
    "    format: \"%d/%m/%Y\"\n"
    "    levels:\n"
    "      - {when: within 10 days, label: near, u: 0.01}\n"
    "      - else\n"
    "train: {sessions: [[dob]], tolerance: 1e-5, max_iterations: 50, seed: 7}\n"
    "prior: {rules: [[surname, dob]], recall: .80}\n"
    "floor: -20\n"
    "threshold: {match: 0.99}\n"
    "evaluate: {truth: truth.csv, source: file}\n";

static void test_sources(void **state) {
    (void)state;
    ck_job job;
    parse_well(full_job, &job);
    assert_string_equal(job.name, "full");
    assert_int_equal(job.link_type, CK_LINK_AND_DEDUPE);
    assert_false(job.ingest.sources_by_name);
    assert_int_equal(job.ingest.nsources, 2);
    assert_int_equal(job.ingest.ncolumns, 6);
    const ck_source_spec *gp = &job.ingest.source[0], *council = &job.ingest.source[1];
    assert_true(gp->unique && !council->unique);
    assert_int_equal(gp->rejects_max, 10);
    assert_int_equal(gp->ncollapse, 2);
    assert_int_equal(gp->delimiter, ',');
    assert_int_equal(council->encoding, CK_WINDOWS_1252);
    char path[128];
    snprintf(path, sizeof path, "%s/council.csv", folder);
    assert_string_equal(council->file[0], path);
    assert_int_equal(council->nfields, 2);
    assert_int_equal(council->field[0].column, 1);
    assert_int_equal(council->field[1].column, 5);
    assert_int_equal(council->field[1].nfrom, 2);
    assert_string_equal(council->field[0].from[0], "surname");
    const ck_clean_options *forename = &gp->field[0].clean, *dob = &gp->field[2].clean;
    assert_int_equal(forename->nmissing, 3);
    assert_string_equal(forename->missing[0], "NULL");
    assert_string_equal(forename->missing[2], "");
    assert_int_equal(dob->nformat, 2);
    assert_string_equal(dob->max, "2030-12-31");
    assert_int_equal(job.schema.kind[3], CK_KIND_TEXT);
    ck_job_free(&job);
}

static void test_rules(void **state) {
    (void)state;
    ck_job job;
    parse_well(full_job, &job);
    assert_int_equal(job.rules.n, 4);
    const ck_rule *rule = job.rules.rule;
    assert_string_equal(rule[0].text, "dob");
    assert_string_equal(rule[1].text, "surname.substr(2,3), dob.year");
    assert_int_equal(rule[1].part[0].l.call[0].arg[1], 3);
    assert_string_equal(rule[2].text, "surname.soundex, forename.initial where levenshtein dob 2, blocks up to 500");
    assert_true(rule[2].has_where && rule[2].max_block == 500);
    assert_int_equal(rule[2].where.op, CK_OP_MEASURE);
    assert_int_equal(rule[3].part[0].l.column, 0);
    assert_int_equal(rule[3].part[0].r.column, 1);
    assert_false(rule[3].directed);
    ck_job_free(&job);
}

static const ck_level *level(const ck_job *job, uint32_t c, uint32_t i) {
    return &job->comparisons.comparison[c].level[i];
}

static void test_comparisons(void **state) {
    (void)state;
    ck_job job;
    parse_well(full_job, &job);
    const ck_comparison *c = job.comparisons.comparison;
    assert_int_equal(job.comparisons.n, 6);
    assert_int_equal(c[0].nlevels, 5);
    assert_true(level(&job, 0, 0)->is_null);
    assert_int_equal(level(&job, 0, 0)->condition.op, CK_OP_MISSING);
    assert_true(level(&job, 0, 1)->fix_m && level(&job, 0, 1)->m == 0.9 && !level(&job, 0, 1)->fix_u);
    assert_true(!level(&job, 0, 2)->fix_m && isnan(level(&job, 0, 2)->m));
    assert_int_equal(level(&job, 0, 1)->tf_column, 0);
    assert_true(level(&job, 0, 1)->tf_weight == 0.5);
    assert_int_equal(level(&job, 0, 2)->tf_column, UINT32_MAX);
    assert_string_equal(level(&job, 0, 2)->label, "jaro_winkler 0.92");
    assert_int_equal(level(&job, 0, 4)->condition.op, CK_OP_ALWAYS);
    assert_string_equal(c[1].name, "forename_surname");
    assert_int_equal(c[1].nlevels, 8);
    assert_int_equal(level(&job, 1, 0)->condition.op, CK_OP_AND);
    assert_int_equal(level(&job, 1, 1)->tf_column, 5);
    assert_int_equal(level(&job, 1, 5)->tf_column, 1);
    assert_int_equal(level(&job, 1, 6)->tf_column, 0);
    assert_int_equal(c[2].nlevels, 7);
    assert_int_equal(level(&job, 2, 0)->condition.a.ncalls, 0);
    assert_int_equal(c[3].nlevels, 5);
    assert_false(level(&job, 3, 0)->is_null);
    assert_string_equal(c[4].name, "mail");
    assert_int_equal(level(&job, 4, 1)->tf_column, UINT32_MAX);
    assert_int_equal(level(&job, 4, 4)->condition.a.call[0].fn, CK_FN_USER);
    ck_job_free(&job);
}

/** Columns that texts join are tuples after the schema's columns, each once, wherever it is named. */
static void test_pools(void **state) {
    (void)state;
    ck_job job;
    parse_well(SOURCE "blocking:\n"
                      "  - [forename+surname.words.pairs, dob]\n"
                      "  - {keys: [nhs], where: \"jaro_winkler surname+forename 0.9\"}\n"
                      "comparisons:\n"
                      "  - {on: surname, levels: [exact, levenshtein postcode+sex 1, else]}\n"
                      "train: {method: em, sessions: [[email+nhs]]}\n", &job);
    uint32_t ncolumns = job.ingest.ncolumns;
    assert_int_equal(job.tuples.n, 3);
    assert_int_equal(job.schema.ntuples, 3);
    assert_int_equal(job.schema.ncolumns, ncolumns + 3);
    assert_string_equal(job.schema.name[ncolumns], "forename+surname");
    assert_string_equal(job.schema.name[ncolumns + 1], "sex+postcode");
    assert_string_equal(job.schema.name[ncolumns + 2], "nhs+email");
    assert_int_equal(job.schema.kind[ncolumns], CK_KIND_TEXT);
    assert_int_equal(job.rules.rule[0].part[0].l.column, ncolumns);
    assert_int_equal(job.rules.rule[1].where.a.column, ncolumns);
    assert_int_equal(level(&job, 0, 2)->condition.a.column, ncolumns + 1);
    assert_int_equal(job.train.sessions.rule[0].part[0].l.column, ncolumns + 2);
    assert_null(job.schema.wanted);
    ck_job_free(&job);
}

/** Text that levels read as a date is missing when it does not parse, in the comparison's format. */
static void test_null_of_dates_in_text(void **state) {
    (void)state;
    ck_job job;
    parse_well(full_job, &job);
    const ck_condition *null = &level(&job, 5, 0)->condition;
    assert_string_equal(level(&job, 5, 0)->label, "fullname.date missing");
    assert_int_equal(null->a.ncalls, 1);
    assert_int_equal(null->a.call[0].fn, CK_FN_DATE);
    assert_string_equal(null->a.call[0].format, "%d/%m/%Y");
    assert_string_equal(level(&job, 5, 1)->label, "near");
    assert_true(level(&job, 5, 1)->fix_u && level(&job, 5, 1)->u == 0.01);
    ck_job_free(&job);
}

static void test_training_and_decision(void **state) {
    (void)state;
    ck_job job;
    parse_well(full_job, &job);
    assert_int_equal(job.train.sessions.n, 1);
    assert_int_equal(job.train.prior_rules.n, 1);
    assert_true(job.train.recall == 0.8 && isnan(job.train.prior));
    assert_true(job.train.em.tolerance == 1e-5 && job.train.em.floor == 1e-12);
    assert_int_equal(job.train.em.max_iterations, 50);
    assert_int_equal(job.train.em.least_free, 3);
    assert_int_equal(job.train.random_pairs, 3000000);
    assert_int_equal(job.train.pairs, 20000000);
    assert_int_equal(job.train.seed, 7);
    assert_true(job.floor == -20);
    assert_true(job.match_weight == ck_weight_of_probability(0.99) && job.review_weight == job.match_weight);
    assert_int_equal(job.cluster, CK_CLUSTER_CONNECTED);
    assert_true(isnan(job.fdr));
    assert_true(job.has_truth);
    assert_string_equal(job.truth.id, "id");
    assert_string_equal(job.truth.entity, "entity");
    assert_string_equal(job.truth.source, "file");
    ck_job_free(&job);
}

static void test_defaults(void **state) {
    (void)state;
    ck_job job;
    parse_well(WHOLE, &job);
    assert_string_equal(job.name, "job");
    assert_int_equal(job.link_type, CK_DEDUPE);
    assert_true(job.floor == 0 && job.match_weight == 0 && job.review_weight == 0);
    assert_null(job.model_file);
    assert_false(job.has_truth);
    assert_true(isnan(job.train.prior));
    assert_int_equal(job.train.prior_rules.n, 0);
    assert_int_equal(job.train.em.max_iterations, 25);
    ck_job_free(&job);
    parse_well(WHOLE "floor: 3\nprior: 1e-4\n", &job);
    assert_true(job.match_weight == 3 && job.review_weight == 3 && job.train.prior == 1e-4);
    ck_job_free(&job);
    parse_well(WHOLE "model: model.json\n", &job);
    assert_non_null(strstr(job.model_file, "/model.json"));
    ck_job_free(&job);
}

static void test_sources_by_name(void **state) {
    (void)state;
    ck_job job;
    parse_well(TWO("{name: c, file: council.csv, id: ref, columns: {surname: {as: name}}}"), &job);
    assert_true(job.ingest.sources_by_name);
    ck_job_free(&job);
    parse_well("sources: [{name: p, file: parts.csv, id: id, columns: {dob: {from: [y, m, d], as: date}, age: {as: integer, min: 0}}}]\n"
               "blocking: [dob]\ncomparisons: [{on: age, levels: [exact, difference 2, percent 10%]}]\n", &job);
    assert_int_equal(job.ingest.source[0].field[0].nfrom, 3);
    ck_job_free(&job);
    parse_well("sources: [{name: p, file: semicolons.csv, id: id, delimiter: ;, columns: {surname: }}]\n"
               "blocking: [surname]\ncomparisons: [{on: surname, preset: exact}]\n", &job);
    assert_int_equal(job.ingest.source[0].delimiter, ';');
    ck_job_free(&job);
}

/* ---- the echo ---- */

/** The resolved job read again, from another folder, resolves to the same text. */
static void check_echo(const char *text) {
    ck_error error = {0};
    ck_job job, again;
    parse_well(text, &job);
    if (ck_job_parse(&error, job.resolved, "/tmp/job.resolved.yaml", NULL, 0, true, &again) != CK_OK)
        fail_msg("%s\n%s", error.text, job.resolved);
    assert_string_equal(again.resolved, job.resolved);
    assert_int_equal(again.ingest.ncolumns, job.ingest.ncolumns);
    assert_int_equal(again.rules.n, job.rules.n);
    assert_true(again.match_weight == job.match_weight);
    for (uint32_t c = 0; c < job.comparisons.n; c++) {
        assert_int_equal(again.comparisons.comparison[c].nlevels, job.comparisons.comparison[c].nlevels);
        for (uint32_t i = 0; i < job.comparisons.comparison[c].nlevels; i++) {
            assert_string_equal(level(&again, c, i)->label, level(&job, c, i)->label);
            assert_int_equal(level(&again, c, i)->tf_column, level(&job, c, i)->tf_column);
        }
    }
    ck_job_free(&again);
    ck_job_free(&job);
}

static void test_echo(void **state) {
    (void)state;
    check_echo(full_job);
    check_echo(WHOLE);
    check_echo(WHOLE "model: model.json\n");
    check_echo(WHOLE "prior: 0.001\ncluster: connected\nthreshold: {match_weight: 5, review_weight: 0.5}\n");
    check_echo("name: \"yes\"\n" WHOLE);
    check_echo(SOURCE BLOCKING "comparisons: [{on: dobtext, preset: date_of_birth}, {on: [surname, forename], levels: [exact, reversed]}]\n");
}

static void test_echo_has_defaults(void **state) {
    (void)state;
    ck_job job;
    parse_well(WHOLE, &job);
    static const char *const lines[] = {"link: dedupe\n", "unique: false\n", "max_iterations: 25\n", "floor: 0\n",
                                        "when: jaro_winkler 0.92\n", "'null': surname missing\n", "decide: default\n", "cluster: merge\n", "minimum_u: 0\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!strstr(job.resolved, lines[i]) && !(i == 5 && strstr(job.resolved, "null: surname missing\n")))
            fail_msg("no line %s in\n%s", lines[i], job.resolved);
    ck_job_free(&job);
}

static void check_decision(const char *line, double weight, double fdr, ck_cluster_method method) {
    ck_job job;
    char text[4096];
    snprintf(text, sizeof text, "%s%s", WHOLE, line);
    parse_well(text, &job);
    assert_true(job.match_weight == weight && job.review_weight == weight);
    assert_true(job.fdr == fdr || (isnan(fdr) && isnan(job.fdr)));
    assert_int_equal(job.cluster, method);
    ck_job_free(&job);
    check_echo(text);
}

/** Without a threshold clusters are merged; with one they stay what they were before there was merging. */
static void test_decision(void **state) {
    (void)state;
    check_decision("", 0, NAN, CK_CLUSTER_MERGE);
    check_decision("floor: 2\n", 2, NAN, CK_CLUSTER_MERGE);
    check_decision("decide: weight 5\n", 5, NAN, CK_CLUSTER_MERGE);
    check_decision("decide: probability .99\n", ck_weight_of_probability(.99), NAN, CK_CLUSTER_MERGE);
    check_decision("decide: fdr 0.01\n", 0, 0.01, CK_CLUSTER_MERGE);
    check_decision("cluster: connected\n", 0, NAN, CK_CLUSTER_CONNECTED);
    check_decision("threshold: {match_weight: 3}\n", 3, NAN, CK_CLUSTER_CONNECTED);
    check_decision("threshold: {match_weight: 3}\ncluster: best_link\n", 3, NAN, CK_CLUSTER_BEST_LINK);
}

/** The command line's decision takes the place of the file's. */
static void test_decision_override(void **state) {
    (void)state;
    static const char *const overrides[] = {"decide=weight 4", "threshold.match=0.95", "threshold={match_weight: 7}"};
    static const char *const jobs[] = {WHOLE "threshold: {match: 0.9}\n", WHOLE "decide: fdr 0.1\n", WHOLE};
    const double weights[] = {4, ck_weight_of_probability(0.95), 7};
    for (size_t i = 0; i < 3; i++) {
        ck_error error = {0};
        ck_job job;
        if (parse(&error, jobs[i], &overrides[i], 1, &job) != CK_OK)
            fail_msg("%s", error.text);
        assert_true(job.match_weight == weights[i] && isnan(job.fdr));
        ck_job_free(&job);
    }
}

/* ---- overrides ---- */

static void test_overrides(void **state) {
    (void)state;
    static const char *const overrides[] = {"threshold.match=0.95", "floor=-20", "blocking[0].max_block=50", "blocking[1]=[surname, dob]",
        "sources[0].columns.dob.format='%Y-%m-%d'", "sources[0].columns.place={from: mail}", "train.seed=9", "sources[0].rejects=3",
        "comparisons[0].levels={}", "comparisons[0]={on: nhs, preset: exact}"};
    ck_error error = {0};
    ck_job job;
    if (parse(&error, WHOLE, overrides, sizeof overrides / sizeof *overrides, &job) != CK_OK)
        fail_msg("%s", error.text);
    assert_true(job.match_weight == ck_weight_of_probability(0.95));
    assert_true(job.floor == -20);
    assert_int_equal(job.rules.n, 2);
    assert_int_equal(job.rules.rule[0].max_block, 50);
    assert_int_equal(job.rules.rule[0].nparts, 1);
    assert_int_equal(job.train.seed, 9);
    assert_int_equal(job.ingest.source[0].rejects_max, 3);
    assert_int_equal(job.ingest.ncolumns, 9);
    assert_string_equal(job.comparisons.comparison[0].name, "nhs");
    ck_job_free(&job);
}

/** Of keys that exclude each other, the one of the command line stays. */
static void test_override_wins(void **state) {
    (void)state;
    static const char *const overrides[] = {"threshold.match=0.6", "model=model.json", "sources[0].files=[gp.csv]",
                                            "comparisons[0].preset=exact"};
    ck_error error = {0};
    ck_job job, again;
    parse_well(SOURCE BLOCKING "comparisons: [{on: surname, levels: [soundex]}]\nthreshold: {match_weight: 5, review_weight: 3}\n"
               "train: {seed: 3}\nprior: 0.1\n", &job);
    if (parse(&error, job.resolved, overrides, sizeof overrides / sizeof *overrides, &again) != CK_OK)
        fail_msg("%s", error.text);
    assert_true(again.match_weight == ck_weight_of_probability(0.6) && again.review_weight == again.match_weight);
    assert_non_null(again.model_file);
    assert_int_equal(again.comparisons.comparison[0].nlevels, 3);
    ck_job_free(&again);
    static const char *const lower[] = {"threshold.match_weight=2"};
    if (parse(&error, job.resolved, lower, 1, &again) != CK_OK)
        fail_msg("%s", error.text);
    assert_true(again.review_weight == 2);
    ck_job_free(&again);
    ck_job_free(&job);
}

static void test_bad_overrides(void **state) {
    (void)state;
    static const struct { const char *override, *words; } bad[] = {
        {"floor", "write key=value"},
        {"=3", "write key=value"},
        {"blocking[x]=3", "write key=value"},
        {"a..b=3", "write key=value"},
        {"floor=low", "floor: This must be a number"},
        {"treshold.match=0.9", "Key 'treshold' is not known; did you mean 'threshold'?"},
        {"name.x=1", "'x' cannot be set, since a single value stands there"},
        {"blocking[7]=dob", "[7] is beyond the list, which has 1 item"},
        {"name[0]=dob", "[0] stands after a key that holds"},
        {"blocking[0]=[dob", "not valid YAML"},
        {"blocking[0]=[doob]", "blocking[0].keys[0]: At character 1 of 'doob': no column is called 'doob'"},
        {"threshold={match: 0.9, macth: 1}", "Key 'macth' is not known; did you mean 'match'?"},
        {"sources[0].file=nowhere.csv", "does not exist"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(refuses_with("name: x\n" WHOLE, bad[i].override, strstr(bad[i].words, "exist") ? CK_FILE : CK_USAGE, 0, bad[i].words));
}

/* ---- parts ---- */

static char *part(const char *text, const char *override, const char *stage) {
    ck_error error = {0};
    ck_job job;
    char *result = NULL;
    if (parse(&error, text, &override, override != NULL, &job) != CK_OK || ck_job_part(&error, &job, stage, &result) != CK_OK)
        fail_msg("%s", error.text);
    ck_job_free(&job);
    return result;
}

/** Which stages does an override change? One letter each. */
static void check_parts(const char *text, const char *override, const char *changed) {
    static const char *const stage[] = {"ingest", "train", "link", "cluster", "evaluate"};
    char found[8] = "";
    for (size_t i = 0; i < 5; i++) {
        char *before = part(text, NULL, stage[i]), *after = part(text, override, stage[i]);
        if (strcmp(before, after) != 0)
            strncat(found, stage[i], 1);
        ck_free(before);
        ck_free(after);
    }
    if (strcmp(found, changed) != 0)
        fail_msg("%s changes the stages '%s', but should change '%s'", override, found, changed);
}

static void test_parts(void **state) {
    (void)state;
    check_parts(full_job, "name=other", "");
    check_parts(full_job, "sources[0].unique=false", "i");
    check_parts(full_job, "sources[0].columns.surname.as=name", "");
    check_parts(full_job, "link=dedupe", "t");
    check_parts(full_job, "link=link", "it");
    check_parts(full_job, "blocking[0].max_block=7", "t");
    check_parts(full_job, "blocking[0].max_block=0", "");
    check_parts(full_job, "train.seed=8", "t");
    check_parts(full_job, "prior.recall=0.800", "");
    check_parts(full_job, "prior.recall=0.7", "t");
    check_parts(full_job, "floor=-10", "l");
    check_parts(full_job, "threshold.match=0.98", "c");
    check_parts(full_job, "evaluate.entity=id", "e");
}

static void test_part_hashes_model(void **state) {
    (void)state;
    char *before = part(WHOLE "model: model.json\n", NULL, "train");
    write_file("model.json", "{\"prior\": 0.1}\n");
    char *after = part(WHOLE "model: model.json\n", NULL, "train");
    assert_string_not_equal(before, after);
    ck_free(before);
    ck_free(after);
    ck_error error = {0};
    ck_job job;
    parse_well(WHOLE, &job);
    assert_int_equal(ck_job_part(&error, &job, "nonsense", &before), CK_INTERNAL);
    ck_job_free(&job);
}

/* ---- the reference ---- */

/** docs/job.md holds the reference that the tables print, word for word. */
static void test_reference(void **state) {
    (void)state;
    ck_error error = {0};
    char *reference, *page = read_page("job.md");
    assert_int_equal(ck_job_reference(&error, &reference), CK_OK);
    if (!strstr(page, reference))
        fail_msg("docs/job.md does not hold the reference as the tables print it:\n%s", reference);
    free(page);
    ck_free(reference);
}

/** The example of docs/job.md is a job. */
static void test_example(void **state) {
    (void)state;
    static const char council[] = "ref,forename,surname,birth_year,birth_month,birth_day,postcode\n";
    write_file("gp_register.csv", "patient_id,given_name,family_name,birth_date,post_code,nhs_no\n");
    write_file("council_1.csv", council);
    write_file("council_2.csv.gz", council);
    char *page = read_page("job.md"), *begin = strstr(page, "```yaml\n") + 8;
    *strstr(begin, "```") = 0;
    check_echo(begin);
    free(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_jobs),       cmocka_unit_test(test_too_many_rules), cmocka_unit_test(test_too_many_patterns),
        cmocka_unit_test(test_alias_bomb),     cmocka_unit_test(test_sources),        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_comparisons),    cmocka_unit_test(test_pools), cmocka_unit_test(test_null_of_dates_in_text),
        cmocka_unit_test(test_training_and_decision), cmocka_unit_test(test_defaults), cmocka_unit_test(test_sources_by_name),
        cmocka_unit_test(test_echo),           cmocka_unit_test(test_echo_has_defaults), cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_override_wins),  cmocka_unit_test(test_bad_overrides),  cmocka_unit_test(test_parts),          cmocka_unit_test(test_part_hashes_model),
        cmocka_unit_test(test_decision),       cmocka_unit_test(test_decision_override),
        cmocka_unit_test(test_reference),      cmocka_unit_test(test_example),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
