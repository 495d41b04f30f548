#!/usr/bin/env bash
# carrick collate: contacts of a person in order, episodes as spells, readmissions; whatever the order of rows and files.
. "$(dirname "$0")/lib.bash"

# b has two episodes of a spell (in the wrong order), an emergency 30 days after its end with another trust, a planned stay, and an emergency 31 days after that.
cat > in.csv << 'END'
person_key,trust,stay,episode,from,to,how
b,T1,7,2,03/01/2024,05/01/2024,12
b,T1,7,1,01/01/2024,03/01/2024,11
b,T2,7,1,04/02/2024,06/02/2024,21
b,T1,9,1,10/02/2024,11/02/2024,11
b,T1,10,1,13/03/2024,,22
a,T1,7,1,01/01/2024,02/01/2024,21
a,T2,1,1,02/01/2024,09/01/2024,21
,T2,2,1,02/01/2024,09/01/2024,21
c,T2,3,1,,09/01/2024,21
END
printf '%s\n' person_key,day a,2024-01-05 b,2023-12-31 > seen.csv
cat > collate.yaml << 'END'
out: out
tables:
  - {file: in.csv, kind: admission, start: from, end: to, provider: trust, spell: stay, order: episode, formats: ["%d/%m/%Y"], admissions: true, method: how, emergency: ["21", "22"]}
  - {file: seen.csv, kind: seen, start: day}
END
expect 0 '11 rows are 8 contacts, 6 of them admissions, 4 emergencies: 1 readmissions within 30 days, 1 transfers' "$carrick" collate collate.yaml
grep -q '1 rows without a person and 1 without a date are left out' output || fail "what is left out"
cat > contacts << 'END'
person_key,contact,kind,start,end,provider,episodes,admission,days_since_discharge,readmission
a,1,admission,2024-01-01,2024-01-02,T1,1,emergency,,no
a,2,admission,2024-01-02,2024-01-09,T2,1,emergency,0,transfer
a,3,seen,2024-01-05,,,1,,,
b,1,seen,2023-12-31,,,1,,,
b,2,admission,2024-01-01,2024-01-05,T1,2,planned,,no
b,3,admission,2024-02-04,2024-02-06,T2,1,emergency,30,readmission
b,4,admission,2024-02-10,2024-02-11,T1,1,planned,4,no
b,5,admission,2024-03-13,,T1,1,emergency,31,no
END
diff contacts out/contacts.csv || fail "contacts.csv"
names=contacts,rows,admissions,emergency_admissions,transfers,readmissions
printf '%s\n' person_key,$names a,3,3,2,2,1,0 b,5,6,4,2,0,1 | diff - out/persons.csv || fail "persons.csv"
printf '%s\n' provider,$names ,2,2,0,0,0,0 T1,4,5,4,2,0,0 T2,2,2,2,2,1,1 | diff - out/providers.csv || fail "providers.csv"
[ "$(stat -c %a out)" = 700 ] || fail "the folder's mode"

"$carrick" audit show out | grep -q 'collate: .*contacts [1-9]' || fail "the counts are not in the log"
[ "$(grep -o '"file"' out/audit.jsonl | wc -l)" -ge 5 ] || fail "the log lacks files"

# Another order of rows and of files says the same.
cp in.csv kept.csv && (head -1 kept.csv; tail -n +2 kept.csv | tac) > in.csv
(head -2 collate.yaml; tail -1 collate.yaml; sed -n 3p collate.yaml) > turned.yaml
expect 0 '' "$carrick" collate turned.yaml --set out=turned
diff -r -x audit.jsonl out turned || fail "the order of rows and files tells"
expect 0 '2 readmissions within 31 days' "$carrick" collate collate.yaml --set out=longer --set days=31
grep -q 'b,5,.*31,readmission' longer/contacts.csv || fail "31 days"

# What is wrong is said, by file, row and column, without a person's value; nothing is written.
wrong() {
    expect_error "$1" "$2" "$carrick" collate collate.yaml --set out=wrong "${@:3}"
    [ ! -e wrong ] || fail "something is written: $2"
}
wrong 3 "Row 1 of .*in.csv, column 'to': there is no date of the form %Y-%m-%d" --set 'tables[0].formats=["%Y-%m-%d"]'
wrong 3 "no column 'when'" --set 'tables[1].start=when'
wrong 3 "column 'trust': the order of an episode" --set 'tables[0].order=trust'
wrong 2 "'emergency' needs 'method'" --set 'tables[1].emergency=[1]'
wrong 2 "'order' is of an episode" --set 'tables[1].order=day'
wrong 2 "is no date format" --set 'tables[1].formats=["%Q"]'
wrong 5 'nowhere.csv' --set 'tables[1].file=nowhere.csv'
cp in.csv contacts.csv && cp contacts.csv kept.csv
expect_error 2 'is read here' "$carrick" collate collate.yaml --set out=. --set 'tables[0].file=contacts.csv'
cmp -s contacts.csv kept.csv || fail "the input was written over"
finish
