/** carrick collate: all contacts of a person, in order; stays; readmissions. */
#include "base/log.h"
#include "base/memory.h"
#include "base/path.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/files.h"
#include "csv/csv_out.h"
#include "job/collate_spec.h"
#include <carrick/clean.h>
#include <inttypes.h>
#include <stdio.h>

/** What is counted of a person, and of a provider. */
typedef struct tally {
    uint64_t contacts, admissions, emergencies, readmissions, transfers, rows;
} tally;

static void count(tally *t, const ck_contact *contact) {
    t->contacts++;
    t->rows += contact->episodes;
    t->admissions += contact->admission;
    t->emergencies += contact->emergency;
    t->readmissions += contact->readmission;
    t->transfers += contact->transfer;
}

static void add_tally(tally *all, const tally *t) {
    all->contacts += t->contacts;
    all->rows += t->rows;
    all->admissions += t->admissions;
    all->emergencies += t->emergencies;
    all->readmissions += t->readmissions;
    all->transfers += t->transfers;
}

/* ---- writing ---- */

static void write_day(ck_csv_out *out, int32_t days) {
    char text[16] = "";
    int year, month, day;
    if (days != CK_NO_DAY) {
        ck_date_split(days, &year, &month, &day);
        snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    }
    ck_csv_out_string(out, text);
}

static void write_header(ck_csv_out *out, const char *const *name) {
    while (*name)
        ck_csv_out_string(out, *name++);
    ck_csv_out_end_row(out);
}

static void write_contact(ck_csv_out *out, const ck_collation *c, const ck_contact *contact, uint64_t number) {
    ck_csv_out_text(out, ck_intern_get(&c->texts, contact->person));
    ck_csv_out_integer(out, (int64_t)number);
    ck_csv_out_text(out, ck_intern_get(&c->texts, contact->kind));
    write_day(out, contact->start);
    write_day(out, contact->end);
    ck_csv_out_text(out, ck_intern_get(&c->texts, contact->provider));
    ck_csv_out_integer(out, contact->episodes);
    ck_csv_out_string(out, !contact->admission ? "" : contact->emergency ? "emergency" : "planned");
    if (contact->since == CK_NO_DAY)
        ck_csv_out_string(out, "");
    else
        ck_csv_out_integer(out, contact->since);
    ck_csv_out_string(out, !contact->admission ? "" : contact->readmission ? "readmission" : contact->transfer ? "transfer" : "no");
    ck_csv_out_end_row(out);
}

static void write_tally(ck_csv_out *out, ck_span whose, const tally *t) {
    ck_csv_out_text(out, whose);
    ck_csv_out_integer(out, (int64_t)t->contacts);
    ck_csv_out_integer(out, (int64_t)t->rows);
    ck_csv_out_integer(out, (int64_t)t->admissions);
    ck_csv_out_integer(out, (int64_t)t->emergencies);
    ck_csv_out_integer(out, (int64_t)t->transfers);
    ck_csv_out_integer(out, (int64_t)t->readmissions);
    ck_csv_out_end_row(out);
}

static ck_status open_in(ck_error *error, const ck_collate_spec *spec, const char *name, ck_csv_out *out) {
    char *path = ck_path_join(error, spec->out, name);
    for (uint32_t t = 0; path && t < spec->ntables; t++)
        ck_file_apart(error, path, spec->table[t].file);
    if (error->status == CK_OK)
        ck_csv_out_open(error, path, out);
    ck_free(path);
    return error->status;
}

static void write_people(const ck_collation *c, ck_csv_out *contacts, ck_csv_out *persons, tally *of, tally *all) {
    for (uint64_t i = 0, end; i < c->contacts; i = end) {
        tally own = {0};
        end = ck_collation_person_end(c, i);
        for (uint64_t k = i; k < end; k++) {
            write_contact(contacts, c, &c->contact[k], k - i + 1);
            count(&own, &c->contact[k]);
            count(&of[c->contact[k].provider], &c->contact[k]);
        }
        write_tally(persons, ck_intern_get(&c->texts, c->contact[i].person), &own);
        add_tally(all, &own);
    }
}

static ck_status write_providers(ck_error *error, const ck_collation *c, const tally *of, ck_csv_out *out) {
    uint32_t *at = ck_alloc_zero(error, c->texts.count, sizeof *at); /* texts in bytewise order */
    for (uint32_t id = 0; at && c->rank && id < c->texts.count; id++)
        at[c->rank[id] - 1] = id;
    for (uint32_t place = 0; at && c->rank && place < c->texts.count; place++)
        if (of[at[place]].contacts)
            write_tally(out, ck_intern_get(&c->texts, at[place]), &of[at[place]]);
    ck_free(at);
    return error->status;
}

static ck_status write_all(ck_error *error, const ck_collation *c, const ck_collate_spec *spec, tally *all) {
    static const char *const contact_names[] = {"person_key", "contact", "kind", "start", "end", "provider", "episodes", "admission", "days_since_discharge", "readmission", NULL};
    static const char *const person_names[] = {"person_key", "contacts", "rows", "admissions", "emergency_admissions", "transfers", "readmissions", NULL};
    static const char *const provider_names[] = {"provider", "contacts", "rows", "admissions", "emergency_admissions", "transfers", "readmissions", NULL};
    ck_csv_out contacts = {0}, persons = {0}, providers = {0};
    tally *of = ck_alloc_zero(error, (size_t)c->texts.count + 1, sizeof *of);
    if (of && ck_folder_make(error, spec->out) == CK_OK && open_in(error, spec, "contacts.csv", &contacts) == CK_OK &&
        open_in(error, spec, "persons.csv", &persons) == CK_OK && open_in(error, spec, "providers.csv", &providers) == CK_OK) {
        write_header(&contacts, contact_names);
        write_header(&persons, person_names);
        write_header(&providers, provider_names);
        write_people(c, &contacts, &persons, of, all);
        ck_csv_out *const out[] = {&contacts, &persons, &providers};
        write_providers(error, c, of, &providers);
        for (int i = 0; i < 3 && error->status == CK_OK; i++)
            ck_csv_out_settle(error, out[i]);
        for (int i = 0; i < 3 && error->status == CK_OK; i++)
            ck_csv_out_commit(error, out[i]);
    }
    ck_csv_out_close(&contacts);
    ck_csv_out_close(&persons);
    ck_csv_out_close(&providers);
    ck_free(of);
    return error->status;
}

/* ---- the command ---- */

static void say(const ck_collate_spec *spec, const ck_collation *c, const tally *all) {
    ck_log(CK_LOG_INFO, "%" PRIu64 " rows are %" PRIu64 " contacts, %" PRIu64 " of them admissions, %" PRIu64 " emergencies: %" PRIu64 " readmissions within %" PRIu32 " days, %" PRIu64 " transfers.",
           c->rows, all->contacts, all->admissions, all->emergencies, all->readmissions, spec->days, all->transfers);
    if (c->without_person || c->without_date)
        ck_log(CK_LOG_WARN, "%" PRIu64 " rows without a person and %" PRIu64 " without a date are left out.", c->without_person, c->without_date);
}

static void log_collation(ck_cli *cli, const ck_collate_spec *spec, const ck_collation *c, const tally *all) {
    static const char *const name[] = {"contacts.csv", "persons.csv", "providers.csv"};
    ck_error lost = {0};
    ck_audit_in(cli, spec->out);
    ck_audit_input(cli, cli->options.word[0]);
    for (uint32_t t = 0; t < spec->ntables; t++)
        ck_audit_input(cli, spec->table[t].file);
    ck_audit_count(cli, "collate", json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "rows", (json_int_t)c->rows, "without_person", (json_int_t)c->without_person, "without_date",
                                             (json_int_t)c->without_date, "contacts", (json_int_t)all->contacts, "admissions", (json_int_t)all->admissions, "readmissions",
                                             (json_int_t)all->readmissions, "transfers", (json_int_t)all->transfers));
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        char *path = ck_path_join(&lost, spec->out, name[i]);
        ck_audit_output(cli, path);
        ck_free(path);
    }
}

static ck_status collate(ck_cli *cli, ck_error *error) {
    const ck_options *given = &cli->options;
    ck_collate_spec spec = {0};
    ck_collation c = {0};
    tally all = {0};
    char *text = NULL;
    size_t n;
    if (ck_file_read_text(error, given->word[0], &text, &n) == CK_OK && ck_collate_spec_parse(error, text, given->word[0], given->set, given->nset, &spec) == CK_OK) {
        for (uint32_t t = 0; t < spec.ntables && error->status == CK_OK; t++)
            ck_collate_add(error, &c, &spec.table[t]);
        if (error->status == CK_OK && ck_collate(error, &c, spec.days) == CK_OK && write_all(error, &c, &spec, &all) == CK_OK) {
            log_collation(cli, &spec, &c, &all);
            say(&spec, &c, &all);
        }
    }
    ck_collation_free(&c);
    ck_collate_spec_free(&spec);
    ck_free(text);
    return error->status;
}

ck_status ck_cmd_collate(ck_cli *cli, ck_error *error) {
    if (cli->comm.rank == 0)
        collate(cli, error);
    return ck_par_agree(&cli->comm, error);
}
