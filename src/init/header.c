/* Names of columns, cut into words and looked up. */
#include "init/header.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

/* Words are written without spaces: "date of birth", "date_of_birth" and "DateOfBirth" are all dateofbirth. */
typedef struct phrases {
    ck_meaning meaning;
    const char *words; /* separated by spaces */
} phrases;

static const phrases known[] = {
    {CK_MEANS_FORENAME, "forename forenames firstname firstnames givenname givennames christianname fname forenm pername1 vorname vornamen "
     "rufname prenom prenoms nombre nombres primernombre nome nomeproprio voornaam voornamen roepnaam imie imiona "
     "pierwszeimie enwcyntaf enwau fornavn fornamn etunimi jmeno keresztnev prenume tilltalsnamn ad firstnm fstnm fstname givenname1 givenname2 gname frstname prenom1 prenoms1 eigenname imieona ming имя 名 名字"},
    {CK_MEANS_MIDDLE_NAME, "middlename middlenames middleinitial mname secondforename secondname zweitername deuxiemeprenom "
     "segundonombre secondonome tweedenaam drugieimie mellannamn mellomnavn middleinit othernames otherforenames отчество"},
    {CK_MEANS_SURNAME, "surname surnames lastname familyname lname sname pername2 nachname familienname zuname nom nomdefamille "
     "nomfamille nomusuel apellido apellidos primerapellido cognome sobrenome apelido apelidos achternaam familienaam nazwisko efternamn "
     "etternavn efternavn cyfenw sukunimi prijmeni vezeteknev csaladnev nume soyad soyadi lastnm lstnm lstname surnm surn nomusage nomdusage famname patronyme apellidouno xing фамилия 姓 姓氏"},
    {CK_MEANS_PREVIOUS_SURNAME, "maidenname previoussurname previouslastname formersurname formername birthname namealias alias "
     "surnameatbirth geburtsname maedchenname nomdenaissance nomjeunefille apellidodesoltera segundoapellido apellido2 apellidodos nomnaissance cognomenubile "
     "meisjesnaam geboortenaam nazwiskorodowe nazwiskopanienskie fodselsnavn flicknamn othersurname knownas"},
    {CK_MEANS_FULL_NAME, "fullname nameandsurname surnameandname xingming name personname completename patientname firstandsurname forenameandsurname firstnameandsurname "
     "firstandlastname displayname namefull namen vollername nomcomplet nomprenom nometprenom nombrecompleto nombreyapellidos nomecompleto "
     "nominativo enw enwllawn volledigenaam naam imieinazwisko nazwiskoiimie navn namn nimi customername clientname membername employeename adsoyad фио 姓名"},
    {CK_MEANS_BIRTH_DATE, "dob birthdate birthdt dateofbirth datebirth birthday bdate ddn birthdtm geburtsdatum gebdatum gebdat "
     "geburtstag gebtag datedenaissance dtnaiss datenaiss dnaissance datenaissance naissance fechadenacimiento fechanacimiento fecnac nacimiento datadinascita datanascita "
     "nascita datadenascimento datanascimento nascimento geboortedatum gebdat dataurodzenia dataur fodelsedatum fodselsdato fodedato "
     "gebam geborenam geborenop neele natoil natail nataoil nacidoel fnacimiento fnac dtnasc datanasc urodzonydnia dyddiadgeni "
     "syntymaaika datumnarozeni shengri chushengriqi patientdob birthdatetime dobdate dogumtarihi датарождения 出生日期 生年月日"},
    {CK_MEANS_BIRTH_YEAR, "birthyear yearofbirth yob dobyear doby dobyr dobyyyy by geburtsjahr gebjahr gebj birthyyyy naissannee anneenaiss anonac anneedenaissance anneenaissance "
     "anodenacimiento anonacimiento annodinascita annonascita anodenascimento geboortejaar rokurodzenia fodelsear fodselsar byear byr birthyr"},
    {CK_MEANS_BIRTH_MONTH, "birthmonth monthofbirth mob dobmonth dobmon dobm dobmm bm geburtsmonat gebmonat gebm moisnaiss mesnac moisdenaissance moisnaissance "
     "mesdenacimiento mesnacimiento mesedinascita mesenascita mesdenascimento geboortemaand miesiacurodzenia bmonth bmon birthmon"},
    {CK_MEANS_BIRTH_DAY, "dayofbirth dobday dobd dobdd bd geburtstagtag journaiss dianac jourdenaissance journaissance diadenacimiento "
     "dianacimiento giornodinascita giornonascita diadenascimento geboortedag dzienurodzenia bday birthdd"},
    {CK_MEANS_BIRTH_PLACE, "birthplace placeofbirth pob birthtown birthcity countryofbirth birthcountry townofbirth geburtsort lieudenaissance "
     "lieunaissance lieunaiss comnaiss communenaissance lugardenacimiento lugarnacimiento luogodinascita luogonascita localdenascimento naturalidade geboorteplaats "
     "miejsceurodzenia fodested fodelseort"},
    {CK_MEANS_AGE, "age ageyears alter edad eta leeftijd wiek idade alder"},
    {CK_MEANS_SEX, "sex gender rhyw geschl sexcode gendercode genderidentity geschlecht sexe genre sexo genero sesso genere geslacht plec kon kjonn "
     "kjoenn sukupuoli pohlavi personbirthsex sexatbirth cinsiyet xingbie sx пол 性别 性別"},
    {CK_MEANS_POSTCODE, "postcode postalcode zip zipcode postcd pcd pcds pcode enumpc plz postleitzahl codepostal cp codigopostal "
     "codpost cap codicepostale kodpocztowy postnummer postnr postinumero postkod psc iranyitoszam cep pc zip5 codepost codpostal youbian"},
    {CK_MEANS_ADDRESS, "address addressline addressline1 streetaddress street streetname addr addr1 адрес улица 地址 住所 address1 road enumcap homeaddress "
     "cyfeiriad stradd residenza residence anschrift adresse strasse str strassename calle direccion domicilio indirizzo via endereco rua morada adres straat "
     "straatnaam ulica adress gata gate vej veg osoite utca gatuadress gatuadr dizhi rue voie thoroughfare premises building"},
    {CK_MEANS_HOUSE_NUMBER, "housenumber streetnumber houseno streetno housenum streetnum housenr flatno flatnumber buildingnumber "
     "buildingno hausnummer hausnr numerodevoie numerorue numvoie numero numerocivico civico huisnummer huisnr nrdomu numerdomu husnummer husnr apartment "
     "flat unit"},
    {CK_MEANS_TOWN, "town city suburb place village locality townname cityname posttown municipality district ort stadt wohnort gemeinde "
     "ville commune localite ciudad poblacion municipio localidad citta comune cidade plaats woonplaats stad gemeente miasto "
     "miejscowosc tref dinas pentref comunediresidenza poststed postort kaupunki mesto obec varos cellule hamlet ward город sehir chengshi comres comuneres 城市"},
    {CK_MEANS_COUNTY, "county region state province department departement bundesland landkreis kreis provincia regione regiao "
     "provincie wojewodztwo powiat lan fylke kommune estado stateabbr statecode prov provincie uf cnty"},
    {CK_MEANS_COUNTRY, "country countrycode nation land staat pays pais paese landcode kraj"},
    {CK_MEANS_LATITUDE, "latitude lat breitengrad latitud latitudine breedtegraad"},
    {CK_MEANS_LONGITUDE, "longitude lon long lng laengengrad langengrad longitud longitudine lengtegraad"},
    {CK_MEANS_NORTHING, "northing northings hochwert osnorthing gridnorth"},
    {CK_MEANS_EASTING, "easting eastings rechtswert oseasting grideast"},
    {CK_MEANS_PHONE, "phone telephone tel telno mobile mobileno phonenumber phoneno telephonenumber telephoneno mobilenumber homephone workphone cell cellphone "
     "telefon telefonnummer handy mobil mobilnummer rufnummer numerodetelephone telephoneportable portable telefono movil celular "
     "ffon telemovel cellulare telefoon telefoonnummer mobiel nrtelefonu komorka contactnumber fax msisdn landline tfno tlf tfn shouji shoujihao dianhua gsm телефон 电话"},
    {CK_MEANS_EMAIL, "email emailaddress mail emailaddr mailadresse courriel adressemail correo correoelectronico emailadres postaelettronica eposta ebost epost emailaddress1"},
    {CK_MEANS_NHS_NUMBER, "nhs nhsno nhsnumber nhsnum nhsid chi chinumber newnhsno pseudonhsno"},
    {CK_MEANS_UPRN, "uprn"},
    {CK_MEANS_IDENTIFIER, "ssn socsec socsecid socialsecurity socialsecuritynumber socialsecurityno nino nationalinsurance nationalinsurancenumber "
     "nationalinsuranceno passport passportno passportnumber nationalid nationalidnumber nationalnumber taxid taxnumber tin licence license "
     "licencenumber drivinglicence driverslicense hospitalnumber hospitalno mrn medicalrecordnumber medicareno medicarenumber "
     "insurancenumber insuranceno policyno policynumber membershipno membershipnumber upn uln sozialversicherungsnummer svnr versichertennummer krankenkassennummer steuerid "
     "steuernummer nir insee numerosecu numerosecuritesociale dni nif nie cif nss codicefiscale cpf bsn burgerservicenummer sofinummer pesel nip "
     "personnummer fodselsnummer cprnummer cpr hetu rodnecislo studentno studentnumber studentid employeeno employeenumber payrollno vat vatno vatnumber vatid ustid ustidnr umsatzsteuerid tva numerotva piva partitaiva siret siren cnpj regon krs companynumber companyno crn codfisc codfis shenfenzheng iban accountnumber accountno"},
    {CK_MEANS_CATEGORY, "occupation job jobtitle profession ethnicity ethnic ethnicgroup race relationship marital maritalstatus marstat title "
     "salutation religion nationality citizenship language education suffix prefix beruf familienstand konfession staatsangehoerigkeit "
     "anrede etatcivil nationalite civilite profesion estadocivil nacionalidad professione statocivile beroep burgerlijkestaat "
     "nationaliteit zawod stancywilny obywatelstwo class category type status"},
    {CK_MEANS_DATE, "date dt datum fecha data dato transactiondate eventdate admissiondate visitdate appointmentdate dateofdeath deathdate dod "
     "sterbedatum datededeces"},
    {CK_MEANS_AMOUNT, "amount price salary income balance value betrag montant importe importo bedrag kwota total cost"},
    {CK_MEANS_TEXT, "memo description desc narrative note notes comment comments text remark remarks reference bemerkung commentaire "
     "observaciones note opmerking uwagi verwendungszweck"},
    {CK_MEANS_ROW_ID, "recid recordid rowid uniqueid uid uuid guid rownum rownumber rowno rownr recno recordno recordnumber index idx "
     "lfdnr laufendenummer zeile numeroligne serial serialno seqno sequence linenumber id unnamed pk identifiant identyfikator identificador identificativo identificatie kennung key"},
    {CK_MEANS_TRUTH, "cluster clusterid entity entityid truth trueid trueentity truematch truthid groundtruth gold goldid goldcluster "
     "personid matchid matchgroup matchgroupid groupid masterid masterpersonid dupid duplicateid duplicate duplicateof isduplicate dupgroup label "
     "ismatch matched linkid linkedid truecluster trueperson trueclusterid realid originalid empi mpi goldenid goldenrecord goldenrecordid"},
    {CK_MEANS_SOURCE, "source sourcedataset sourcesystem sourcefile dataset file filename system origin quelle herkunft fuente bron "
     "zrodlo datasource recordsource extract batch batchid"},
    {CK_MEANS_GROUP, "household householdid householdno hhid hh familyid familyno family haushalt haushaltid menage menageid hogar nucleofamiliare "
     "huishouden gospodarstwo"},
    {CK_MEANS_STAMP, "created createdat createddate createdon updated updatedat updateddate modified modifiedat lastmodified lastupdated lastupdate "
     "loaddate loadedat loadts timestamp insertedat entrydate datecreated datemodified dateupdated dateadded extractdate exportdate ts createdby updatedby"},
};

/* Names that mean it only when they are the whole name. */
static const phrases known_alone[] = {
    {CK_MEANS_FORENAME, "given first vname vn"},
    {CK_MEANS_SURNAME, "last nname nn"},
    {CK_MEANS_BIRTH_DATE, "born geb geboren nato nata ne nee nacido urodzony urodzona"},
    {CK_MEANS_BIRTH_YEAR, "year yr jahr annee ano anno jaar rok"},
    {CK_MEANS_BIRTH_MONTH, "month mon monat mois mes mese maand"},
    {CK_MEANS_BIRTH_DAY, "day tag jour dia giorno dag dzien"},
    {CK_MEANS_SEX, "ges mf"},
    {CK_MEANS_POSTCODE, "kod"},
    {CK_MEANS_ROW_ID, "progressivo rhif"},
};

static const char *const others[] = {"mother", "mothers", "father", "fathers", "parent", "guardian", "spouse", "partner", "husband", "wife",
                                     "kin", "emergency", "contactperson", "gp", "doctor", "physician", "practice", "employer", "school",
                                     "carer", "mutter", "vater", "arzt", "mere", "pere", "conjoint", "medecin", "madre", "padre",
                                     "conyuge", "moeder", "vader", "huisarts", "matki", "ojca", "matka", "ojciec", "bank", "company",
                                     "organisation", "organization", "firm", "firma", "sibling", "child", "nok", "surgery", NULL};

enum { WORDS = 24, FOLDED = 256 };

/* ---- words ---- */

static bool is_letter(unsigned char c) {
    return isalpha(c) || c >= 0x80;
}

/* A space wherever a word begins: between aB, between the last capital and a word (NHSNumber), between letters and digits. */
static size_t space_words(const char *header, char *out, size_t room) {
    size_t n = 0;
    for (size_t i = 0; header[i] && n + 3 < room; i++) {
        unsigned char before = i ? (unsigned char)header[i - 1] : ' ', c = (unsigned char)header[i], after = (unsigned char)header[i + 1];
        bool starts = (islower(before) && isupper(c)) || (isupper(before) && isupper(c) && islower(after)) ||
                      (isdigit(c) && is_letter(before)) || (is_letter(c) && isdigit(before));
        if (starts)
            out[n++] = ' ';
        out[n++] = is_letter(c) || isdigit(c) ? (char)c : ' ';
    }
    out[n] = 0;
    return n;
}

/* What has no decomposition to a plain letter. */
static void put_plain(const char *folded, char *out, size_t room) {
    static const struct {
        const char *from, *to;
    } plain[] = {{"ł", "l"}, {"ø", "o"}, {"æ", "ae"}, {"œ", "oe"}, {"đ", "d"}, {"ð", "d"}, {"þ", "th"}, {"ı", "i"}};
    size_t n = 0;
    while (*folded && n + 3 < room) {
        size_t k = 0, count = sizeof plain / sizeof *plain;
        while (k < count && strncmp(folded, plain[k].from, strlen(plain[k].from)) != 0)
            k++;
        if (k < count) {
            n += strlen(strcpy(out + n, plain[k].to));
            folded += strlen(plain[k].from);
        } else {
            out[n++] = *folded++;
        }
    }
    out[n] = 0;
}

/* "PatientFirstName1" to "patient first name 1"; without accents. */
static void fold_header(const char *header, char *out, size_t room) {
    char spaced[FOLDED];
    utf8proc_uint8_t *folded = NULL;
    space_words(header, spaced, sizeof spaced);
    utf8proc_option_t options = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
                                UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    if (utf8proc_map((const utf8proc_uint8_t *)spaced, 0, &folded, options) < 0) {
        put_plain(spaced, out, room);
        for (char *p = out; *p; p++)
            *p = (char)tolower((unsigned char)*p);
        return;
    }
    put_plain((const char *)folded, out, room);
    free(folded);
}

/* Cut at spaces, in place. */
static size_t cut_words(char *folded, char *word[WORDS]) {
    size_t n = 0;
    char *rest = NULL;
    for (char *w = strtok_r(folded, " ", &rest); w && n < WORDS; w = strtok_r(NULL, " ", &rest))
        word[n++] = w;
    return n;
}

void ck_header_word(const char *header, char *word, size_t room) {
    char folded[FOLDED];
    size_t n = 0;
    fold_header(header, folded, sizeof folded);
    bool gap = false;
    for (const char *p = folded; *p && n + 2 < room && n < 60; p++) {
        unsigned char c = (unsigned char)*p;
        bool letter = c < 0x80 && isalnum(c);
        if (letter && (n || isalpha(c))) {
            if (gap && n)
                word[n++] = '_';
            word[n++] = (char)c;
        }
        gap = letter ? false : true;
    }
    word[n] = 0;
}

/* ---- looking up ---- */

static bool has_phrase(const char *words, const char *phrase, size_t n) {
    for (const char *p = words; *p; p += strspn(p, " ")) {
        size_t k = strcspn(p, " ");
        if (k == n && memcmp(p, phrase, n) == 0)
            return true;
        p += k;
    }
    return false;
}

static ck_meaning look_up_in(const phrases *table, size_t rows, const char *phrase, size_t n) {
    for (size_t i = 0; i < rows; i++)
        if (has_phrase(table[i].words, phrase, n))
            return table[i].meaning;
    return CK_MEANS_NOTHING;
}

static ck_meaning look_up(const char *phrase, size_t n) {
    return look_up_in(known, sizeof known / sizeof *known, phrase, n);
}

/* A word run together, as Geburtsdatum in patientengeburtsdatum: the longest phrase of six letters or more that it begins or
   ends with. */
static ck_meaning look_inside(const char *word) {
    size_t n = strlen(word);
    for (size_t k = n - 1; n > 6 && k >= 6; k--) {
        ck_meaning at_end = look_up(word + n - k, k), at_start = look_up(word, k);
        if (at_end != CK_MEANS_NOTHING || at_start != CK_MEANS_NOTHING)
            return at_end != CK_MEANS_NOTHING ? at_end : at_start;
    }
    return CK_MEANS_NOTHING;
}

/* The longest run of words that is known. */
static ck_meaning find_longest(char *const *word, size_t n) {
    ck_meaning best = CK_MEANS_NOTHING;
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        char phrase[FOLDED];
        size_t length = 0;
        for (size_t j = i; j < n && !isdigit((unsigned char)word[j][0]); j++) {
            memcpy(phrase + length, word[j], strlen(word[j]));
            length += strlen(word[j]);
            ck_meaning found = length >= longest && (length > 2 || n == 1 || (n == 2 && j == i)) ? look_up(phrase, length) : CK_MEANS_NOTHING;
            if (found != CK_MEANS_NOTHING) {
                best = found;
                longest = length;
            }
        }
    }
    return best;
}

/* "Name, Vorname", "nom prenom": one word says the forename, its neighbour the rest. */
static bool names_both(char *const *word, size_t n) {
    for (size_t i = 0; i + 1 < n; i++) {
        ck_meaning one = look_up(word[i], strlen(word[i])), two = look_up(word[i + 1], strlen(word[i + 1]));
        bool german = has_phrase("name vorname vornamen", word[i], strlen(word[i])) && has_phrase("name vorname vornamen", word[i + 1], strlen(word[i + 1]));
        if ((one == CK_MEANS_FORENAME && two == CK_MEANS_SURNAME) || (one == CK_MEANS_SURNAME && two == CK_MEANS_FORENAME) ||
            (german && one != two))
            return true;
    }
    return false;
}

/* An id that is no row's by its name: patient_id, kunden_nr. */
static bool is_some_id(char *const *word, size_t n) {
    static const char ids[] = "id ids key number no num nr nummer numero code ref identifier identifiant";
    return n > 1 && has_phrase(ids, word[n - 1], strlen(word[n - 1]));
}

ck_meaning ck_header_meaning(const char *header) {
    char folded[FOLDED], *word[WORDS];
    fold_header(header, folded, sizeof folded);
    size_t n = cut_words(folded, word);
    if (names_both(word, n))
        return CK_MEANS_FULL_NAME;
    ck_meaning found = find_longest(word, n), alone = CK_MEANS_NOTHING;
    if (n == 1)
        alone = look_up_in(known_alone, sizeof known_alone / sizeof *known_alone, word[0], strlen(word[0]));
    if (alone != CK_MEANS_NOTHING)
        return alone;
    /* pername1 and its like have a digit that belongs to the name. */
    if (n == 2 && isdigit((unsigned char)word[1][0])) {
        char joined[FOLDED * 2];
        strcat(strcpy(joined, word[0]), word[1]);
        ck_meaning whole = look_up(joined, strlen(joined));
        found = whole != CK_MEANS_NOTHING ? whole : found;
    }
    if ((found == CK_MEANS_NOTHING || found == CK_MEANS_ROW_ID) && is_some_id(word, n) && !has_phrase("row rec record unique", word[0], strlen(word[0])))
        return CK_MEANS_SOME_ID;
    for (size_t i = 0; i < n && found == CK_MEANS_NOTHING; i++)
        found = look_inside(word[i]);
    return found;
}

bool ck_header_is_others(const char *header) {
    char folded[FOLDED], *word[WORDS];
    fold_header(header, folded, sizeof folded);
    size_t n = cut_words(folded, word);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; others[k]; k++)
            if (strcmp(word[i], others[k]) == 0)
                return true;
    return false;
}

/* ---- is there one? ---- */

/* What no name of a column looks like: a number, a date, an address of e-mail. */
static bool is_like_data(const char *name) {
    size_t digits = 0, n = strlen(name);
    for (const char *p = name; *p; p++)
        digits += isdigit((unsigned char)*p) != 0;
    return (digits && strspn(name, "0123456789-/.+, :") == n) || strchr(name, '@');
}

static bool is_value_of(const ck_extract *extract, uint32_t column, const char *name) {
    for (size_t i = 0; i < extract->nsampled; i++)
        if (strcasecmp(ck_extract_value(extract, i, column), name) == 0)
            return true;
    return false;
}

/* 0,1,2,... are names that a program gave. */
static bool is_counting(const ck_extract *extract) {
    uint64_t first = strtoull(extract->column[0].header, NULL, 10);
    for (uint32_t c = 0; c < extract->ncolumns; c++) {
        char *end;
        if (strtoull(extract->column[c].header, &end, 10) != first + c || *end || end == extract->column[c].header)
            return false;
    }
    return extract->ncolumns > 1 && first <= 1;
}

bool ck_header_is_missing(const ck_extract *extract) {
    uint32_t meant = 0, data = 0, values = 0, named = 0;
    for (uint32_t c = 0; c < extract->ncolumns; c++) {
        const char *name = extract->column[c].header;
        named += *name != 0;
        meant += ck_header_meaning(name) != CK_MEANS_NOTHING;
        data += is_like_data(name);
        values += *name && !is_like_data(name) && is_value_of(extract, c, name);
    }
    if (meant > data + values || is_counting(extract))
        return false;
    return data > 0 || values > named / 2;
}
