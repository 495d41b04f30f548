#!/usr/bin/env bash
# cmake --install into a prefix; a five-line program builds with pkg-config and with find_package; documents are there, and the module file
# finds all it names, also after the tree was moved.
. "$(dirname "$0")/lib.bash"
build=$(dirname "$carrick")
[ -f "$build/cmake_install.cmake" ] || { echo "not a build folder: $build"; exit 77; }
grep -q '^CARRICK_SANITIZE:BOOL=ON' "$build/CMakeCache.txt" && { echo "sanitized libraries are not installed"; exit 77; }
prefix=$scratch/prefix
cmake --install "$build" --prefix "$prefix" > install.log 2>&1 || { cat install.log; fail "cmake --install"; finish; }

grep -v "^$prefix/" "$build/install_manifest.txt" > outside && { fail "installed outside the prefix"; cat outside; }
[ -x "$prefix/bin/carrick" ] || fail "no program"
man -l "$prefix/share/man/man1/carrick.1" > page 2>&1 || grep -q '^.SH EXIT STATUS' "$prefix/share/man/man1/carrick.1" || fail "no man page"
bash -c ". '$prefix/share/bash-completion/completions/carrick'; COMP_WORDS=(carrick expo); COMP_CWORD=1; _carrick; [ \"\${COMPREPLY[*]}\" = export ]" ||
    fail "bash does not complete expo to export"

cat > five.c << 'END'
#include <carrick/clean.h>
int main(void) {
    char code[4];
    return ck_nhs_check_digit("943476591") == 9 && ck_soundex("ROBERT", 6, code) ? 0 : 1;
}
END
pc=$(dirname "$(find "$prefix" -name carrick.pc)")
# The prefix is the build's; --define-prefix finds the one that the file lies in.
flags=$(PKG_CONFIG_PATH=$pc pkg-config --define-prefix --cflags --libs carrick 2> pc.log) || { cat pc.log; fail "pkg-config"; }
# shellcheck disable=SC2086
cc five.c $flags -o five && ./five || fail "a program built with pkg-config"

mkdir -p user && mv five.c user/
cat > user/CMakeLists.txt << 'END'
cmake_minimum_required(VERSION 3.20)
project(user C)
find_package(carrick REQUIRED)
add_executable(five five.c)
target_link_libraries(five carrick::carrick)
END
{ cmake -S user -B user/build -DCMAKE_PREFIX_PATH="$prefix" && cmake --build user/build; } > user.log 2>&1 && user/build/five ||
    { cat user.log; fail "a program built with find_package"; }

# loads PREFIX: the folders and values that the module file gives, one a line, by a few words of the modules' Tcl.
cat > load.tcl << 'END'
set ModulesCurrentModulefile [lindex $argv 0]
proc module-whatis {text} {}
proc conflict {name} {}
proc prepend-path {name folder} {puts $folder}
proc setenv {name value} {puts $value}
source $ModulesCurrentModulefile
END
mv "$prefix" moved
version=$("$carrick" --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -1)
module=$scratch/moved/share/modulefiles/carrick/$version
if [ ! -s "$module" ]; then
    fail "no module file"
elif command -v tclsh > /dev/null; then
    tclsh load.tcl "$module" > named || fail "the module file cannot be read"
    [ "$(wc -l < named)" -ge 4 ] || fail "the module file names too little"
    while read -r folder; do
        case $folder in "$scratch"/moved*) [ -d "$folder" ] ;; *) false ;; esac || fail "the module file names $folder, which is not there"
    done < named
    [ -x "$(head -1 named)/carrick" ] || fail "the module file's PATH has no program"
    [ -r "$(tail -1 named)/run.bash" ] || fail "the module file's CARRICK_JOBS has no job scripts"
else
    echo "the module file was not read: no tclsh"
fi
finish
